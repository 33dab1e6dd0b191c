// Cut, copy and paste of cells: through the system's clipboard (Ctrl+C, Ctrl+V), and through the page's
// own for the single letters, shared with the person's other tabs. Not for text in an editor.
import { remove, targets } from "../commands/cellcommands";
import type { Notebook } from "../notebook";
import { say } from "../words";
import { CLIP_TYPE, type CopiedCell, copied, fromClip, toClip, toPlainText } from "./copied";

const CHANNEL = "lookin.cells";
const KEPT = "lookin.cells";
const MOST_KEPT = 2_000_000; // characters; sessionStorage holds about five million

let own = ""; // what was copied last, here or in another tab of this browser
let person = ""; // whose it is: the next person at this computer gets none of it
let channel: BroadcastChannel | null = null;

/** Listen for Ctrl+C, Ctrl+X and Ctrl+V on chosen cells, and for what other tabs copy. */
export function watchClipboard(notebook: Notebook, who: string): void {
  person = who;
  own = kept();
  channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => {
    if (data?.person === person && typeof data.text === "string") own = data.text;
  };
  document.addEventListener("copy", (event) => taken(notebook, event, copy));
  document.addEventListener("cut", (event) => taken(notebook, event, cut));
  document.addEventListener("paste", (event) => given(notebook, event));
}

export function copy(notebook: Notebook, id: string | null): void {
  const cells = copiesOf(notebook, id);
  if (!cells.length) return;
  keep(toClip(cells));
  toSystem(cells);
  notebook.messages.speak(
    say(cells.length > 1 ? "copied_many" : "copied_one", { n: cells.length }),
  );
}

export function cut(notebook: Notebook, id: string | null): void {
  if (!notebook.session.state.writable) return;
  copy(notebook, id);
  remove(notebook, id);
}

/** Puts what was copied below (1) or above (-1) the chosen cells. */
export async function paste(notebook: Notebook, id: string | null, by: -1 | 1): Promise<void> {
  const cells = fromClip(own) ?? (await fromSystem());
  if (cells) pasteCells(notebook, id, by, cells);
  else notebook.messages.show(say("nothing_to_paste"));
}

export function pasteCells(
  notebook: Notebook,
  id: string | null,
  by: -1 | 1,
  cells: readonly CopiedCell[],
): void {
  const all = targets(notebook, id);
  const before = notebook.order[notebook.order.indexOf(all[0] ?? "") - 1] ?? null;
  let after = by > 0 ? (all.at(-1) ?? notebook.order.at(-1) ?? null) : before;
  const made: string[] = [];
  notebook.session.together(() => {
    for (const { type, source, metadata, attachments } of cells) {
      const more = attachments ? { metadata, attachments } : { metadata };
      after = notebook.session.insert(type, after, source, more);
      made.push(after);
    }
  });
  notebook.chooseAll(made);
  notebook.messages.speak(say(made.length > 1 ? "pasted_many" : "pasted_one", { n: made.length }));
}

function copiesOf(notebook: Notebook, id: string | null): CopiedCell[] {
  const { texts } = notebook.session;
  const cells = targets(notebook, id).flatMap((one) => notebook.cell(one) ?? []);
  return cells.map((cell) => copied(cell, texts.sourceOf(cell)));
}

// The browser's own copy event is the one way to write a type of our own without asking; a letter key
// makes it happen.
let leaving: readonly CopiedCell[] | null = null;

function toSystem(cells: readonly CopiedCell[]): void {
  if (leaving) return;
  leaving = cells;
  document.execCommand("copy");
  leaving = null;
}

function taken(
  notebook: Notebook,
  event: ClipboardEvent,
  act: (notebook: Notebook, id: string | null) => void,
): void {
  if (!leaving) {
    if (!isOnCells(event) || !getSelection()?.isCollapsed) return; // text selected in an output
    leaving = copiesOf(notebook, notebook.chosen);
    act(notebook, notebook.chosen);
    fill(event, leaving);
    leaving = null;
  } else fill(event, leaving);
}

function fill(event: ClipboardEvent, cells: readonly CopiedCell[]): void {
  if (!cells.length) return;
  event.clipboardData?.setData(CLIP_TYPE, toClip(cells));
  event.clipboardData?.setData("text/plain", toPlainText(cells));
  event.preventDefault();
}

function given(notebook: Notebook, event: ClipboardEvent): void {
  if (event.defaultPrevented || !isOnCells(event) || !notebook.session.state.writable) return;
  const { clipboardData: data } = event;
  const text = data?.getData("text/plain").replace(/\r\n?/g, "\n") ?? "";
  const plain: CopiedCell[] = text.trim() ? [{ type: "code", source: text, metadata: {} }] : [];
  const cells = fromClip(data?.getData(CLIP_TYPE) ?? "") ?? plain;
  if (!cells.length) return;
  event.preventDefault();
  pasteCells(notebook, notebook.chosen, 1, cells);
}

function isOnCells({ target }: Event): boolean {
  const element = target instanceof Element ? target : null;
  return element === document.body || Boolean(element?.classList.contains("cell"));
}

async function fromSystem(): Promise<CopiedCell[] | null> {
  try {
    const text = (await navigator.clipboard.readText()).replace(/\r\n?/g, "\n");
    return text.trim() ? [{ type: "code", source: text, metadata: {} }] : null;
  } catch {
    return null; // the person said no, or the browser does not have it
  }
}

function keep(text: string): void {
  own = text;
  channel?.postMessage({ person, text });
  try {
    if (text.length <= MOST_KEPT) sessionStorage.setItem(KEPT, JSON.stringify({ person, text }));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // A full or forbidden store: then it does not survive the way to another notebook in this tab.
  }
}

function kept(): string {
  try {
    const value = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    if (value?.person === person && typeof value.text === "string") return value.text;
    sessionStorage.removeItem(KEPT);
  } catch {
    // as above
  }
  return "";
}
