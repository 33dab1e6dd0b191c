// Pictures among outputs: their place is kept before they come, and a person can see one large, save
// or copy it. An SVG only ever stands in <img>, where it can neither run scripts nor fetch.
import { el } from "../../lib/dom";
import { type Output, textOf } from "../live/protocol";
import { addressOf, contentAddress } from "./contents";
import { say } from "./outputwords";

const ENDINGS: Record<string, string> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/avif": "avif",
  "image/bmp": "bmp",
  "image/svg+xml": "svg",
};

export const PICTURES = Object.keys(ENDINGS);

/** The picture of an output with its tools, or null when the value is no picture. */
export function pictureOf(type: string, output: Output, blobs: string): HTMLElement | null {
  const value = output.data?.[type];
  const src = sourceOf(type, value, blobs);
  if (!src) return null;
  const [width, height] = sizeOf(type, output);
  const img = el("img", {
    src,
    alt: altOf(output),
    width,
    height,
    decoding: "async",
    loading: width && height ? "lazy" : null,
  });
  if (width && height) img.style.aspectRatio = `${width} / ${height}`;
  const box = el("div", { class: "picture" }, img);
  img.addEventListener("error", () => box.replaceChildren(gone()));
  void import("./picturetools").then(({ addTools }) => addTools(box, img, ENDINGS[type] ?? "png"));
  return box;
}

function sourceOf(type: string, value: unknown, blobs: string): string | null {
  const address = addressOf(value);
  if (address)
    return address.form.startsWith("base64") || type === "image/svg+xml"
      ? contentAddress(blobs, address, type)
      : null;
  if (type === "image/svg+xml") return `data:${type};base64,${utf8ToBase64(textOf(value))}`;
  const bytes = textOf(value).replace(/\s+/g, "");
  return /^[A-Za-z0-9+/]+=*$/.test(bytes) ? `data:${type};base64,${bytes}` : null;
}

// What the kernel says (a figure for a dense screen says half its pixels), else the picture itself.
function sizeOf(type: string, output: Output): [number | null, number | null] {
  const meta = (output.metadata?.[type] ?? output.metadata ?? {}) as Record<string, unknown>;
  const address = addressOf(output.data?.[type]);
  const told = (name: string) => (typeof meta[name] === "number" ? (meta[name] as number) : null);
  const [width, height] = [told("width"), told("height")];
  if (width && height) return [width, height];
  const own = address?.width && address.height ? address.width / address.height : null;
  if (width) return [width, own ? Math.round(width / own) : null];
  if (height) return [own ? Math.round(height * own) : null, height];
  return [address?.width ?? null, address?.height ?? null];
}

function altOf(output: Output): string {
  const meta = output.metadata as { alt?: unknown } | undefined;
  if (typeof meta?.alt === "string" && meta.alt) return meta.alt;
  const text = textOf(output.data?.["text/plain"]).replace(/^<(.*)>$/s, "$1");
  return text.slice(0, 200) || say("picture");
}

function gone(): HTMLElement {
  return el("p", { class: "quiet" }, say("picture_gone"));
}

function utf8ToBase64(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
