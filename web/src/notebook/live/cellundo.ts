// Undo and redo of what this page did to whole cells: pure stacks of operations and their inverses.
// Undoes only one's own: what somebody has changed since is passed over. Text has its own undo.
import type { NotebookDocument } from "./document";
import type { Operation } from "./protocol";

/** A place in a text that moves with it; null when it cannot be told any more. */
export type Mark = { at: number | null };

/** An operation before it goes out: those on texts get versions later. A split is at its mark; a
    merge puts it where the second text begins, so that the two take each other back. */
export type Act =
  | Exclude<Operation, { op: "edit" | "split" | "merge" }>
  | { op: "split"; cell: string; mark: Mark; skip: number; id: string }
  | { op: "merge"; cell: string; mark: Mark; next: string; joint: string };

/** One thing that was done, and what takes it back. */
export type Deed = { does: Act; undoes: Act };
export type Way = "undo" | "redo";

/** What to do now to go one step back or on; `skipped` counts what others have overtaken. */
export type Step = { acts: Act[]; skipped: number };

const MOST_STEPS = 200;

export class CellUndo {
  private undone: Deed[][] = [];
  private done: Deed[][] = [];
  private group: Deed[] | null = null;

  /** `isOthers`: somebody else has written in this cell, which is then no longer one's own. */
  constructor(private readonly isOthers: (cell: string) => boolean = () => false) {}

  /** What was done. It can be taken back with the others of the same `together`. */
  did(deed: Deed): void {
    this.undone = [];
    if (this.group) this.group.push(deed);
    else this.push([deed]);
  }

  together(act: () => void): void {
    const outer = this.group;
    const group = outer ?? [];
    this.group = group;
    try {
      act();
    } finally {
      this.group = outer;
      if (!outer && group.length) this.push(group);
    }
  }

  /** The next step back or on, null when there is none. Call `document` for each act anew. */
  take(way: Way, document: () => NotebookDocument, act: (act: Act) => void): Step | null {
    const [from, to] = way === "undo" ? [this.done, this.undone] : [this.undone, this.done];
    const deeds = from.pop();
    if (!deeds) return null;
    const step: Step = { acts: [], skipped: 0 };
    const kept: Deed[] = [];
    for (const deed of way === "undo" ? deeds.toReversed() : deeds) {
      const next = way === "undo" ? deed.undoes : deed.does;
      const last = way === "undo" ? deed.does : deed.undoes;
      const lost = last.op === "undelete" && next.op === "delete" && this.isOthers(next.cell);
      if (lost || !stillFits(document(), last, next)) {
        step.skipped += 1;
        continue;
      }
      act(next);
      step.acts.push(next);
      kept.push(deed);
    }
    if (kept.length) to.push(way === "undo" ? kept.toReversed() : kept);
    return step;
  }

  private push(deeds: Deed[]): void {
    this.done.push(deeds);
    if (this.done.length > MOST_STEPS) this.done.shift();
  }
}

/** The cell that a step is about, to be chosen afterwards. */
export function cellOf(act: Act): string | null {
  if (act.op === "insert") return act.cell.id;
  return "cell" in act ? act.cell : null;
}

/** What takes `act` back, as `document` stands before it; null when nothing can. */
export function inverse(document: NotebookDocument, act: Act): Act | null {
  if (act.op === "insert") return { op: "delete", cell: act.cell.id };
  const cell = "cell" in act ? document.cells.get(act.cell) : undefined;
  if (act.op === "undelete") return { op: "delete", cell: act.cell };
  if (!cell) return null;
  switch (act.op) {
    case "delete":
      return { op: "undelete", cell: cell.id, after: before(document, cell.id) };
    case "move":
      return { op: "move", cell: cell.id, after: before(document, cell.id) };
    case "retype":
      return { op: "retype", cell: cell.id, type: cell.type };
    case "note":
      return { op: "note", cell: cell.id, metadata: unpatched(cell.metadata, act.metadata) };
    case "attach":
    case "detach": {
      const [mime, data] = Object.entries(cell.attachments?.[act.name] ?? {})[0] ?? [];
      if (mime && data) return { op: "attach", cell: cell.id, name: act.name, mime, data };
      return act.op === "attach" ? { op: "detach", cell: cell.id, name: act.name } : null;
    }
    default:
      return null; // runs and answers have happened; split and merge are made by the session
  }
}

/** The cell before `id`, null at the top. */
export function before(document: NotebookDocument, id: string): string | null {
  return document.order[document.order.indexOf(id) - 1] ?? null;
}

/** A merge patch (RFC 7396) that takes `patch` back from what it makes of `metadata`. */
export function unpatched(
  metadata: Record<string, unknown>,
  patch: Record<string, unknown>,
): Record<string, unknown> {
  const entries = Object.entries(patch).map(([key, value]) => {
    const old = metadata[key] ?? null;
    if (isObject(value) && isObject(old)) return [key, unpatched(old, value)];
    return [key, old];
  });
  return Object.fromEntries(entries);
}

/** `metadata` after a merge patch (RFC 7396). */
export function patched(
  metadata: Record<string, unknown>,
  patch: Record<string, unknown>,
): Record<string, unknown> {
  const result = { ...metadata };
  for (const [key, value] of Object.entries(patch)) {
    const old = result[key];
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? patched(isObject(old) ? old : {}, value) : value;
  }
  return result;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

// Whether the world still is as `last` left it, as far as `next` would change it.
function stillFits(document: NotebookDocument, last: Act, next: Act): boolean {
  const id = cellOf(next);
  const cell = id === null ? undefined : document.cells.get(id);
  if (next.op === "undelete") return !cell;
  if (!cell) return false;
  switch (last.op) {
    case "move":
      return last.after === before(document, cell.id) && isThere(document, next);
    case "retype":
      return cell.type === last.type;
    case "note":
      return same(patched(cell.metadata, last.metadata), cell.metadata);
    case "attach":
      return cell.attachments?.[last.name]?.[last.mime] === last.data;
    case "split":
      return document.cells.has(last.id);
    case "merge":
      return !document.cells.has(last.next) && next.op === "split" && next.mark.at !== null;
    default:
      return true;
  }
}

function isThere(document: NotebookDocument, act: Act): boolean {
  return act.op !== "move" || act.after === null || document.cells.has(act.after);
}

function same(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return JSON.stringify(one) === JSON.stringify(other);
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => key in other && same(one[key], other[key]));
}
