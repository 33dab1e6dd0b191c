// What a person does to whole cells, and takes back: each as an operation with its inverse. Not for
// how operations reach the broker (session.ts) nor for what they do there.

import type { Sentence } from "../serverwords";
import { type Act, before, CellUndo, cellOf, inverse, type Mark, type Way } from "./cellundo";
import type { Attachments, CellType, Operation } from "./protocol";
import type { NotebookState } from "./state";
import type { Texts } from "./texts";

/** Said when a step back or on would undo what somebody else did. */
export const OVERTAKEN: Sentence = {
  code: "overtaken",
  message: "Somebody has changed that since, so it stays as it is.",
};

type More = { metadata?: Record<string, unknown>; attachments?: Attachments };

export abstract class CellDeeds {
  abstract state: NotebookState;
  abstract readonly texts: Texts;
  /** Cells in which somebody else has written. */
  protected readonly others = new Set<string>();
  private readonly steps = new CellUndo((cell) => this.others.has(cell));

  protected abstract ask(operation: Operation, mark?: Mark): void;
  protected abstract overtaken(): void;

  /** Several things at once: one step back takes them all back. */
  together(act: () => void): void {
    this.steps.together(act);
  }

  /** Take back what was done last to cells here. Says which cell to choose, null when none was. */
  undo(): string | null {
    return this.take("undo");
  }

  redo(): string | null {
    return this.take("redo");
  }

  insert(type: CellType, after: string | null, source = "", more: More = {}): string {
    const id = newCellId();
    this.ask({ op: "insert", cell: { id, type, source, ...more }, after });
    const does = { op: "undelete", cell: id, after } as const; // once more would be that
    this.steps.did({ does, undoes: { op: "delete", cell: id } });
    return id;
  }

  remove(cell: string): void {
    this.perform({ op: "delete", cell });
  }

  /** Bring a deleted cell back with all it had. */
  undelete(cell: string, after: string | null): void {
    this.perform({ op: "undelete", cell, after });
  }

  moveTo(cell: string, after: string | null): void {
    if (cell !== after && before(this.state.document, cell) !== after)
      this.perform({ op: "move", cell, after });
  }

  retype(cell: string, type: CellType): void {
    if (this.state.document.cells.get(cell)?.type === type) return;
    this.perform({ op: "retype", cell, type });
  }

  /** Cut a cell in two at `at`, without the line's end there. Says the new cell. */
  split(cell: string, at: number): string | null {
    const found = this.state.document.cells.get(cell);
    if (!found) return null;
    const id = newCellId();
    const { from, skip, joint } = cutAt(this.texts.sourceOf(found), at);
    const mark = this.texts.follow(cell, { at: from });
    const does: Act = { op: "split", cell, mark, skip, id };
    this.perform(does, { op: "merge", cell, mark, next: id, joint });
    return id;
  }

  /** Put the text of `next` behind that of `cell`; `next` goes. */
  merge(cell: string, next: string): void {
    const found = this.state.document.cells.get(cell);
    if (!found || cell === next) return;
    const joint = found.type === "markdown" ? "\n\n" : "\n";
    const mark: Mark = { at: null };
    const undoes: Act = { op: "split", cell, mark, skip: joint.length, id: next };
    this.perform({ op: "merge", cell, mark, next, joint }, undoes);
  }

  /** A merge patch (RFC 7396) of the cell's metadata: null takes a key away. */
  note(cell: string, metadata: Record<string, unknown>): void {
    this.perform({ op: "note", cell, metadata });
  }

  /** A picture for a text cell, in base64; its text may name it `attachment:<name>`. */
  attach(cell: string, name: string, mime: string, data: string): void {
    this.perform({ op: "attach", cell, name, mime, data });
  }

  detach(cell: string, name: string): void {
    this.perform({ op: "detach", cell, name });
  }

  private take(way: Way): string | null {
    const step = this.steps.take(
      way,
      () => this.state.document,
      (act) => this.send(act),
    );
    if (step?.skipped) this.overtaken();
    const last = step?.acts.at(-1);
    return last ? cellOf(last) : null;
  }

  // Something to a cell that can be taken back.
  private perform(act: Act, undoes = inverse(this.state.document, act)): void {
    if (undoes) this.steps.did({ does: act, undoes });
    this.send(act);
  }

  private send(act: Act): void {
    if (act.op === "retype") this.texts.get(act.cell)?.setType(act.type);
    const none = { version: -1, next_version: -1 }; // known when all text has arrived
    if (act.op === "split") {
      const { mark, ...rest } = act;
      this.ask({ ...rest, version: none.version, at: mark.at ?? 0 }, mark);
    } else if (act.op === "merge") {
      const { mark, ...rest } = act;
      this.ask({ ...rest, ...none }, mark);
    } else this.ask(act);
  }
}

/** Where to cut a text: beside the line's end at `at`, which is left out, and never in a character. */
export function cutAt(text: string, at: number): { from: number; skip: number; joint: string } {
  let from = Math.max(0, Math.min(at, text.length));
  if (isLow(text.charCodeAt(from)) && isHigh(text.charCodeAt(from - 1))) from -= 1;
  if (text[from - 1] === "\n") return { from: from - 1, skip: 1, joint: "\n" };
  const joint = text[from] === "\n" ? "\n" : "";
  return { from, skip: joint.length, joint };
}

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

/** nbformat 4.5: 1–64 characters of [a-zA-Z0-9-_]. */
function newCellId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
