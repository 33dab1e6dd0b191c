// Where the scripts of plotly, bokeh, vega and folium are, so that a class without internet has them:
// from the kernels' environment where the package carries them, else our own copies. Known addresses
// of content networks become these; every other address stays, and the frame's policy decides.
import leafletCss from "leaflet/dist/leaflet.css?inline";
import awesomeCss from "leaflet.awesome-markers/dist/leaflet.awesome-markers.css?inline";
import jquery from "../../node_modules/jquery/dist/jquery.min.js?url";
import leaflet from "../../node_modules/leaflet/dist/leaflet.js?url";
import awesome from "../../node_modules/leaflet.awesome-markers/dist/leaflet.awesome-markers.min.js?url";
import vega from "../../node_modules/vega/build/vega.min.js?url";
import embed from "../../node_modules/vega-embed/build/vega-embed.min.js?url";
import lite from "../../node_modules/vega-lite/build/vega-lite.min.js?url";

/** What the kernels' environment has: version of the scripts, and their address but for the name. */
export type Installed = Record<string, { version: string; address: string } | undefined>;

let asked: Promise<Installed> | null = null;

/** The libraries of the kernels' environment; asked once a page. */
export function installed(): Promise<Installed> {
  asked ??= fetch("/frame/libraries", { credentials: "same-origin" })
    .then((answer) => (answer.ok ? (answer.json() as Promise<Installed>) : {}))
    .catch(() => ({}));
  return asked;
}

/** The scripts that a chart of this kind needs, in order; none when they are not to be had. */
export function scriptsFor(kind: string, have: Installed): string[] {
  if (kind === "vega") return [vega, lite, embed].map(absolute);
  if (kind === "plotly")
    return [have.plotly ? absolute(`${have.plotly.address}plotly.min.js`) : PLOTLY_ELSEWHERE];
  const { bokeh } = have;
  return bokeh ? BOKEH.map((part) => absolute(`${bokeh.address}${part}.min.js`)) : [];
}

const PLOTLY_ELSEWHERE = "https://cdn.plot.ly/plotly-3.1.0.min.js";
const BOKEH = ["bokeh", "bokeh-gl", "bokeh-widgets", "bokeh-tables", "bokeh-mathjax"];

/** `html` with the known addresses of content networks replaced by ours. */
export function rewritten(html: string, have: Installed): string {
  let text = html;
  for (const [address, ours] of RULES)
    text = text.replace(address, (whole, ...parts: string[]) => ours(have, parts) ?? whole);
  // A hash of the content network's file says nothing about ours. What is only for looks must not
  // hold everything up where there is no internet.
  return text
    .replace(OURS_HASHED, "$1")
    .replace(LOOKS, "rel=$1stylesheet$1 media=$1print$1 onload=$1this.media='all'$1 href=$1$2$1")
    .replace(BOOTSTRAP, "async src=$1$2$1");
}

type Rule = [RegExp, (have: Installed, parts: string[]) => string | null];

const NPM = String.raw`https:\/\/(?:cdn\.jsdelivr\.net\/npm|unpkg\.com)\/`;
const AT = String.raw`(?:@[\w.^~-]+)?`;
const npm = (name: string, rest: string) =>
  new RegExp(`${NPM}${name}${AT}${rest}(?:\\?noext)?(?=["'\\s<>&;\\\\]|$)`, "g");

const RULES: Rule[] = [
  [
    /https:\/\/cdn\.plot\.ly\/plotly-(latest|\d+(?:\.\d+)*(?:-rc\.\d+)?)(\.min)?(\.js)?/g,
    (have, [version, , ending]) => {
      const { plotly } = have;
      if (!plotly || !fits(version, plotly.version, 1)) return null;
      return absolute(`${plotly.address}plotly.min${ending ?? ""}`);
    },
  ],
  [
    /https:\/\/cdn\.bokeh\.org\/bokeh\/(?:release|dev)\/(bokeh(?:-[a-z]+)?)-(\d[\w.]*?)(?:\.min)?\.js/g,
    (have, [part, version]) => {
      const { bokeh } = have;
      if (!bokeh || !fits(version, bokeh.version, 2)) return null;
      return absolute(`${bokeh.address}${part}.min.js`);
    },
  ],
  [npm("vega", String.raw`(?:\/build\/vega(?:\.min)?\.js)?`), () => absolute(vega)],
  [npm("vega-lite", String.raw`(?:\/build\/vega-lite(?:\.min)?\.js)?`), () => absolute(lite)],
  [npm("vega-embed", String.raw`(?:\/build\/vega-embed(?:\.min)?\.js)?`), () => absolute(embed)],
  [npm("leaflet", String.raw`\/dist\/leaflet\.js`), () => absolute(leaflet)],
  [npm("leaflet", String.raw`\/dist\/leaflet\.css`), () => styles(leafletCss + NO_SHADOW)],
  [
    /https:\/\/code\.jquery\.com\/jquery-3[\w.]*?(?:\.slim)?(?:\.min)?\.js/g,
    () => absolute(jquery),
  ],
  [
    /https:\/\/cdnjs\.cloudflare\.com\/ajax\/libs\/Leaflet\.awesome-markers\/[\w.]+\/leaflet\.awesome-markers\.js/g,
    () => absolute(awesome),
  ],
  [
    /https:\/\/cdnjs\.cloudflare\.com\/ajax\/libs\/Leaflet\.awesome-markers\/[\w.]+\/leaflet\.awesome-markers\.css/g,
    () => styles(awesomeCss),
  ],
];

const OURS_HASHED =
  /((?:src|href)="[^"]*\/(?:frame\/library|static)\/[^"]*")\s+integrity="[^"]*"(?:\s+crossorigin="[^"]*")?/g;

const LOOKS =
  /rel=("|&quot;)stylesheet\1 href=\1(https:\/\/(?:cdn\.jsdelivr\.net|netdna\.bootstrapcdn\.com|cdnjs\.cloudflare\.com)\/[^"&]+)\1/g;
const BOOTSTRAP = /src=("|&quot;)(https:\/\/cdn\.jsdelivr\.net\/npm\/bootstrap@[^"&]+)\1/g;

/** Whether the first `parts` numbers of two versions are the same; any will do for "latest". */
function fits(wanted: string | undefined, version: string, parts: number): boolean {
  const first = (text: string) => text.split(".").slice(0, parts).join(".");
  return wanted === "latest" || first(wanted ?? "") === first(version);
}

function absolute(address: string): string {
  return new URL(address, location.origin).href;
}

// Leaflet finds its marker by the end of this address, and then asks for a shadow beside it.
const MARKER = /(leaflet-default-icon-path\s*\{[^}]*url\(["']?[^"')]+)(["']?\))/;
const NO_SHADOW = '.leaflet-marker-shadow[src$="#/marker-shadow.png"]{display:none}';

// The pictures that a style sheet names lie beside our other files.
function styles(css: string): string {
  const text = css
    .replace(/url\((["']?)\/(?!\/)/g, `url($1${location.origin}/`)
    .replace(MARKER, "$1#/marker-icon.png$2");
  return `data:text/css;base64,${btoa(unescape(encodeURIComponent(text)))}`;
}
