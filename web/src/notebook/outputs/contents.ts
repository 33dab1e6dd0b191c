// What stands behind an address in an output: pictures and long values, which come over HTTP and not
// in the socket's frames. Not for how they look (forms.ts). See docs/reference/live-notebooks.md.
import { textOf } from "../live/protocol";

export type Address = {
  blob: string;
  bytes: number;
  form: string;
  width: number | null;
  height: number | null;
};

const MOST_KEPT = 24; // texts of outputs that were fetched lately
const kept = new Map<string, Promise<string>>();

/** The address in a value of an output's data; null for a value that stands there itself. */
export function addressOf(value: unknown): Address | null {
  const about = (value as { lookin?: Partial<Address> } | null)?.lookin;
  if (typeof about !== "object" || about === null) return null;
  const { blob, bytes, form } = about;
  if (typeof blob !== "string" || !/^[0-9a-f]{64}$/.test(blob) || typeof bytes !== "number")
    return null;
  const side = (size: unknown) =>
    typeof size === "number" && size > 0 && size < 65_536 ? size : null;
  return {
    blob,
    bytes,
    form: typeof form === "string" ? form : "text",
    width: side(about.width),
    height: side(about.height),
  };
}

/** Where the content is: `base` ends in a slash. */
export function contentAddress(base: string, address: Address, mime: string): string {
  return `${base}${address.blob}?mime=${encodeURIComponent(mime)}`;
}

/** The text behind a value: at once when it stands there, else a promise. Rejects when it is gone. */
export function textBehind(base: string, value: unknown): string | Promise<string> {
  const address = addressOf(value);
  if (!address)
    return typeof value === "string" || Array.isArray(value)
      ? textOf(value)
      : JSON.stringify(value ?? null);
  const url = contentAddress(base, address, "text/plain");
  const known = kept.get(url);
  if (known) return known;
  const coming = fetched(url);
  kept.set(url, coming);
  coming.catch(() => kept.delete(url));
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest) kept.delete(oldest);
  return coming;
}

async function fetched(url: string): Promise<string> {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return await answer.text();
}
