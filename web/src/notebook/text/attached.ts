// A picture that is part of a text cell, as nbformat keeps it: `attachment:name` in the text, base64 by
// its type in the cell. Not for putting it there (attaching.ts).
import type { Attachments } from "../live/protocol";

// In an <img> none of these can run anything, SVG neither.
const SHOWN = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"];
const SCHEME = "attachment:";

/** The data address of `attachment:name`, or null when it is none or is not there. */
export function attachedPicture(
  attachments: Attachments | undefined,
  address: string,
): string | null {
  if (!address.startsWith(SCHEME)) return null;
  let name = address.slice(SCHEME.length);
  try {
    name = decodeURIComponent(name);
  } catch {
    // a stray % in the name: as it is
  }
  const bundle = attachments && Object.hasOwn(attachments, name) ? attachments[name] : undefined;
  const type = SHOWN.find((one) => bundle && Object.hasOwn(bundle, one));
  const data = type && bundle?.[type];
  // What is no base64 could end the address and begin something else.
  if (!type || typeof data !== "string" || !/^[A-Za-z0-9+/=\s]*$/.test(data)) return null;
  return `data:${type};base64,${data.replace(/\s+/g, "")}`;
}
