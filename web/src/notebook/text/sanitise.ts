// HTML of kernels and notebooks as harmless elements: an allow-list of tags and attributes, no style,
// no id or name (they clobber the page's own), no class, links to http, https and mailto only.
// Not for HTML that lives on scripts: that goes into the sandboxed frame (outputframe.ts).
import DOMPurify, { type Config } from "dompurify";

const TAGS = `a abbr audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn
  div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s
  samp small source span strong sub summary sup table tbody td tfoot th thead time tr tt u ul var
  video wbr`.split(/\s+/);
const ATTRIBUTES = `align alt colspan controls dir height href lang open reversed rowspan scope span
  src start title width`.split(/\s+/);

const POLICY: Config = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ATTRIBUTES,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  FORBID_CONTENTS: ["script", "style", "template", "noscript", "title", "textarea", "select"],
  RETURN_DOM_FRAGMENT: true,
};

const LINK = /^(?:https?:|mailto:)/i;
const MEDIA =
  /^(?:https?:|data:(?:image\/(?:png|jpeg|gif|webp|avif|svg\+xml)|audio\/[\w.+-]+|video\/[\w.+-]+)[;,])/i;
const ATTACHED = "attachment:"; // a picture that is part of the cell
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** Where a relative picture address leads, or null to leave it out. */
export type Locate = (address: string) => string | null;

const purify = DOMPurify();
let locate: Locate = () => null;
// A scheme that DOMPurify does not know; what it means is decided in secureAddresses.
purify.addHook("uponSanitizeAttribute", (_, data) => {
  if (data.attrName === "src" && data.attrValue.startsWith(ATTACHED)) data.forceKeepAttr = true;
});
purify.addHook("afterSanitizeAttributes", (node) => secureAddresses(node));

/** `html` as a fragment that can do nothing but show. `where` finds pictures beside the notebook. */
export function sanitise(html: string, where: Locate = () => null): DocumentFragment {
  locate = where;
  return purify.sanitize(html, POLICY) as unknown as DocumentFragment;
}

function secureAddresses(node: Element): void {
  const href = trimmed(node.getAttribute("href"));
  if (href !== null) {
    if (node.localName === "a" && LINK.test(href)) {
      node.setAttribute("target", "_blank");
      node.setAttribute("rel", "noopener noreferrer nofollow");
    } else node.removeAttribute("href");
  }
  const src = trimmed(node.getAttribute("src"));
  if (src === null || MEDIA.test(src)) return;
  const isForeign = SCHEME.test(src) && !src.startsWith(ATTACHED);
  const found = isForeign || /^[/\\]/.test(src) ? null : locate(src);
  if (found === null) node.removeAttribute("src");
  else node.setAttribute("src", found);
}

// Browsers drop control characters and blanks inside a scheme ("java\nscript:"), so judge without.
function trimmed(value: string | null): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return value === null ? null : value.replace(/[\u0000-\u0020]+/g, "");
}

const ALIVE = `script, iframe, object, embed, svg, math, canvas, link, meta, base,
  style:not([scoped])`;

// Sought in the text: parsing such an attribute makes the browser report it to the console.
const HANDLER = /[\s/"']on[a-z]{3,}\s*=/i;

// Behind a "<" and before the next ">"; piece by piece, for one expression that seeks all of it
// would take the square of the length for a text of nothing but "<".
function hasHandler(html: string): boolean {
  return html.split(">").some((piece) => {
    const opens = piece.indexOf("<");
    return opens >= 0 && HANDLER.test(piece.slice(opens));
  });
}

/** Whether `html` needs scripts, own styles or drawing to make sense, and so needs the frame. */
export function isAlive(html: string): boolean {
  if (!html.includes("<")) return false;
  if (hasHandler(html)) return true;
  const inert = new DOMParser().parseFromString(html, "text/html");
  return inert.querySelector(ALIVE) !== null;
}
