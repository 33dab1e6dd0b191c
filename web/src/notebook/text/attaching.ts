// Pictures into a text cell, pasted, dropped or picked: a small one becomes part of the notebook
// (`attachment:`), a large one a file beside it. Fetched when there is a first picture. Not for showing
// them (markdown.ts).
import { el } from "../../lib/dom";
import { send } from "../../uploads/sending";
import type { Notebook } from "../notebook";
import { say } from "../words";
import { altOf, freeName, NATIVE_TYPES } from "./picturenames";

const LONGEST_SIDE = 1600; // pixels; larger ones are made smaller, as a page shows no more
const MOST_BYTES = 600_000; // of a picture inside the notebook: one frame holds 900 000 as base64
const MOST_PIXELS = 50_000_000; // a picture that says it has more is not drawn here

/** Ask for a picture file and put it into this cell (or a new text cell below). */
export function pickPicture(notebook: Notebook, cell: string | null): void {
  const types = NATIVE_TYPES.join(",");
  const input = el("input", { type: "file", accept: types, multiple: true, hidden: true });
  input.addEventListener("change", () => {
    void addPictures(notebook, cell, [...(input.files ?? [])]);
    input.remove();
  });
  document.body.append(input); // some browsers open nothing for an input outside the page
  input.click();
}

/** Puts pictures where the cursor is in the cell; into a new text cell when it holds code. */
export async function addPictures(
  notebook: Notebook,
  cell: string | null,
  files: readonly File[],
): Promise<void> {
  const pictures = files.filter((file) => NATIVE_TYPES.includes(file.type));
  if (pictures.length < files.length) notebook.messages.show(say("not_a_picture"));
  if (!pictures.length || !notebook.session.state.writable) return;
  const target = textCell(notebook, cell);
  for (const file of pictures) await addPicture(notebook, target, file);
}

function textCell(notebook: Notebook, id: string | null): string {
  const found = notebook.cell(id);
  if (found?.type === "markdown") return found.id;
  const made = notebook.session.insert("markdown", found?.id ?? notebook.order.at(-1) ?? null);
  notebook.choose(made, true);
  return made;
}

async function addPicture(notebook: Notebook, id: string, file: File): Promise<void> {
  const picture = await prepared(file);
  const cell = notebook.cell(id);
  if (!cell) return; // somebody deleted it meanwhile
  const alt = altOf(file.name) || say("picture");
  let address: string | null;
  if (picture && picture.size <= MOST_BYTES) {
    const name = freeName(file.name, picture.type, Object.keys(cell.attachments ?? {}));
    notebook.session.attach(id, name, picture.type, await base64(picture));
    address = `attachment:${name}`;
  } else address = await uploaded(notebook, file);
  if (address === null || !notebook.cell(id)) return;
  write(notebook, id, alt, address);
}

// The alternative text is written as selected, so that typing replaces what was only derived.
function write(notebook: Notebook, id: string, alt: string, address: string): void {
  const { view } = notebook.editorOf(id);
  const { main } = view.state.selection;
  const line = view.state.doc.lineAt(main.head);
  const before = main.empty && line.text.slice(0, main.head - line.from).trim() ? "\n\n" : "";
  const insert = `${before}![${alt}](${address})`;
  const anchor = main.from + before.length + 2;
  view.dispatch({
    changes: { from: main.from, to: main.to, insert },
    selection: { anchor, head: anchor + alt.length },
    userEvent: "input.paste",
  });
  notebook.choose(id, true);
  notebook.messages.show(say("picture_added"));
}

/** The picture, made smaller when it is large; null when it cannot be drawn here. */
async function prepared(file: File): Promise<Blob | null> {
  const drawn = file.type === "image/svg+xml" || file.type === "image/gif";
  if (drawn || file.size === 0) return file.size ? file : null; // scaling would end what moves
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return null;
  }
  try {
    const { width, height } = bitmap;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    if (scale === 1 && file.size <= MOST_BYTES) return file;
    if (width * height > MOST_PIXELS) return null;
    const smaller = await redrawn(bitmap, scale, file.type);
    return smaller && smaller.size < file.size ? smaller : file;
  } finally {
    bitmap.close();
  }
}

async function redrawn(bitmap: ImageBitmap, scale: number, type: string): Promise<Blob | null> {
  const canvas = el("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const as = (wanted: string) =>
    new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, wanted, 0.85));
  const same = await as(type);
  if (same && same.size <= MOST_BYTES) return same;
  return (await as("image/webp")) ?? same; // a photo saved as PNG
}

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** Uploads the file beside the notebook; its relative address, or null with a sentence. */
async function uploaded(notebook: Notebook, file: File): Promise<string | null> {
  const { messages, addresses } = notebook;
  if (!addresses.upload) {
    messages.show(say("picture_too_large"), undefined, "failed");
    return null;
  }
  messages.show(say("picture_travels"));
  const named = new File([file], file.name || "picture.png", { type: file.type });
  const outcome = await send(named, addresses.upload, () => {}).done;
  if (outcome.kind === "stored") return encodeURIComponent(outcome.name);
  const words = outcome.kind === "refused" ? outcome.message : "";
  messages.show(words || say("offline_action"), undefined, "failed");
  return null;
}
