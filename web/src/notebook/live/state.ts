// What the page knows of a notebook: a pure reducer over the broker's frames and the person's own
// operations that are not confirmed yet. Not for sockets, editors or elements.

import type { Sentence } from "../serverwords";
import { type Mark, patched } from "./cellundo";
import { apply, documentOf, emptyDocument, type NotebookDocument } from "./document";
import type {
  BrokerFrame,
  Cell,
  Kernel,
  NotebookEvent,
  Operation,
  Refused,
  Role,
  Usage,
} from "./protocol";

/** An operation without an answer yet. Edits are not here: the editors keep their own. */
export type Pending = {
  ref: number;
  operation: Operation;
  sent: boolean;
  /** Where a split is, as the text moves on. */
  mark?: Mark;
  /** Accepted, with its event of this number still to come. */
  seq?: number;
};

export type NotebookState = {
  readonly epoch: string | null;
  readonly seq: number;
  readonly title: string;
  readonly writable: boolean;
  readonly role: Role;
  /** This page among those of the people who are here; null before the first snapshot. */
  readonly me: { visit: string; person: string } | null;
  readonly kernel: Kernel;
  /** Null while no kernel runs, and until the first time it was looked at. */
  readonly usage: Usage | null;
  readonly confirmed: NotebookDocument;
  /** `confirmed` with this page's own pending operations on top: what is shown. */
  readonly document: NotebookDocument;
  readonly pending: readonly Pending[];
  /** Cells that were deleted while this page looked on: what an undeletion shows at once. */
  readonly deleted: ReadonlyMap<string, Cell>;
  /** The last event that changes the file, and the last that is in the file. */
  readonly changedSeq: number;
  readonly savedSeq: number;
  readonly savedAt: number | null;
  readonly saveProblem: Sentence | null;
  /** Why there is no notebook to show. */
  readonly failure: Sentence | null;
};

export const initialState: NotebookState = {
  epoch: null,
  seq: 0,
  title: "",
  writable: false,
  role: "viewer",
  me: null,
  kernel: { state: "none", reason: null, message: null },
  usage: null,
  confirmed: emptyDocument,
  document: emptyDocument,
  pending: [],
  deleted: new Map(),
  changedSeq: 0,
  savedSeq: 0,
  savedAt: null,
  saveProblem: null,
  failure: null,
};

/** `lost`: what came does not follow on what the page has. After a "gap" the events between are
    asked for, after a "break" (an event that does not fit) the whole document. */
export type Reduction = { state: NotebookState; lost: "gap" | "break" | null };

/** The state after a frame of the broker. Events seen before are passed over. */
export function receive(state: NotebookState, frame: BrokerFrame): Reduction {
  switch (frame.t) {
    case "snapshot": {
      const { epoch, seq, title, writable, role, me, kernel } = frame;
      const confirmed = documentOf(frame.document.cells);
      const usage = usageOf(kernel, state.usage);
      const known = { ...state, epoch, seq, title, writable, role, me };
      const next = { ...known, kernel, usage, confirmed };
      const pending = state.pending.filter((own) => !isDone(own.operation, state, next));
      return { state: overlaid({ ...next, changedSeq: seq, savedSeq: seq, pending }), lost: null };
    }
    case "events":
      return receiveEvents(state, frame.events);
    case "accepted":
      return { state: accepted(state, frame.ref, frame.seq), lost: null };
    case "refused":
      // What is behind goes out once more, on the version that has come meanwhile.
      if (frame.code === "behind") return { state: markSent(state, false, frame.ref), lost: null };
      return { state: withoutPending(state, frame.ref), lost: null };
    case "saved":
      return {
        state: { ...state, savedSeq: frame.seq, savedAt: frame.at, saveProblem: null },
        lost: null,
      };
    case "usage": {
      const { memory, cpu, limit } = frame;
      const usage = usageOf(state.kernel, { memory, cpu, limit });
      return { state: { ...state, usage }, lost: null };
    }
    case "save_failed":
      return { state: { ...state, saveProblem: frame }, lost: null };
    case "failed":
      return { state: { ...state, failure: frame }, lost: null };
    default: // answers, people and widgets are nothing of the document
      return { state, lost: null };
  }
}

function receiveEvents(state: NotebookState, events: readonly NotebookEvent[]): Reduction {
  let { seq, changedSeq, confirmed, kernel, pending, deleted } = state;
  for (const event of events) {
    if (event.seq <= seq) continue;
    if (event.seq !== seq + 1) return { state, lost: "gap" };
    try {
      if (event.type === "cell_deleted") deleted = remembered(deleted, confirmed, event.cell);
      confirmed = apply(confirmed, event);
    } catch {
      return { state, lost: "break" };
    }
    seq = event.seq;
    if (event.type === "kernel_changed") kernel = event.kernel;
    else if (event.type !== "noticed") changedSeq = seq;
    pending = pending.filter((own) => !isEcho(own.operation, event) && own.seq !== event.seq);
  }
  const usage = usageOf(kernel, state.usage);
  const next = { ...state, seq, changedSeq, confirmed, kernel, usage, pending, deleted };
  return { state: overlaid(next), lost: null };
}

function remembered(
  deleted: ReadonlyMap<string, Cell>,
  { cells }: NotebookDocument,
  id: string,
): ReadonlyMap<string, Cell> {
  const cell = cells.get(id);
  const kept = cell ? [...deleted].filter(([old]) => old !== id).slice(1 - MOST_DELETED) : [];
  return cell ? new Map([...kept, [id, cell]]) : deleted;
}

// A frame on its way when its kernel ended tells of nothing any more.
function usageOf({ state }: Kernel, usage: Usage | null): Usage | null {
  return state === "idle" || state === "busy" ? usage : null;
}

/** The state with an operation of this page on top, before the broker has answered. */
export function add(state: NotebookState, own: Pending): NotebookState {
  return overlaid({ ...state, pending: [...state.pending, own] });
}

// What was accepted stays on top until its event comes, so that nothing shown blinks.
function accepted(state: NotebookState, ref: number, seq: number): NotebookState {
  if (seq <= state.seq) return withoutPending(state, ref);
  return {
    ...state,
    pending: state.pending.map((own) => (own.ref === ref ? { ...own, seq } : own)),
  };
}

/** The state without the operation `ref`: it was refused, or its event has come. */
export function withoutPending(state: NotebookState, ref: number): NotebookState {
  if (!state.pending.some((own) => own.ref === ref)) return state;
  return overlaid({ ...state, pending: state.pending.filter((own) => own.ref !== ref) });
}

/** Every pending operation as (not) on its way: after the line broke, all must be sent again. */
export function markSent(state: NotebookState, sent: boolean, ref?: number): NotebookState {
  const pending = state.pending.map((own) =>
    ref === undefined || own.ref === ref ? { ...own, sent } : own,
  );
  return { ...state, pending };
}

// Refusals that mean "it is already so": an operation sent twice because its answer was lost.
const HARMLESS = new Set([
  "cell_exists",
  "no_such_cell",
  "already_running",
  "not_asked",
  "no_attachment",
]);
const MOST_DELETED = 100; // as many as the broker keeps

/** Whether a person should hear of this refusal. */
export function isWorthSaying(refused: Refused, resent: boolean): boolean {
  return !(resent && HARMLESS.has(refused.code)) && refused.code !== "behind";
}

function isEcho(own: Operation, event: NotebookEvent): boolean {
  if (own.op === "insert") return event.type === "cell_inserted" && event.cell.id === own.cell.id;
  if (own.op === "undelete") return event.type === "cell_restored" && event.cell.id === own.cell;
  if (own.op === "split") {
    const isNew = event.type === "cell_inserted" || event.type === "cell_restored";
    return isNew && event.cell.id === own.id;
  }
  if (own.op === "merge") return event.type === "cell_deleted" && event.cell === own.next;
  if (!("cell" in own) || !("cell" in event) || event.cell !== own.cell) return false;
  switch (own.op) {
    case "delete":
      return event.type === "cell_deleted";
    case "move":
      return event.type === "cell_moved" && event.after === own.after;
    case "retype":
      return event.type === "cell_retyped" && event.cell_type === own.type;
    case "run":
      return event.type === "run_queued";
    case "clear":
      return event.type === "outputs_cleared";
    case "answer":
      return event.type === "input_answered" && event.request === own.request;
    default:
      return false; // notes and attachments: their acceptance says it
  }
}

// After a whole snapshot the events between are unknown: what shows already is not asked again.
function isDone(own: Operation, before: NotebookState, now: NotebookState): boolean {
  if (own.op === "undelete") return now.confirmed.cells.has(own.cell);
  if (own.op === "split" && now.confirmed.cells.has(own.id)) return true;
  if (own.op === "merge" && !now.confirmed.cells.has(own.next)) return true;
  if (!("cell" in own) || own.op === "answer") return true; // late, it would surprise
  if (own.op === "insert") return now.confirmed.cells.has(own.cell.id);
  const cell = now.confirmed.cells.get(own.cell);
  if (!cell) return !before.pending.some((p) => isInsertOf(p.operation, own.cell));
  if (own.op !== "run") return false;
  return cell.run?.queued_at !== before.confirmed.cells.get(own.cell)?.run?.queued_at;
}

function isInsertOf(own: Operation, id: string): boolean {
  return own.op === "insert" && own.cell.id === id;
}

function overlaid(state: NotebookState): NotebookState {
  let document = state.confirmed;
  let { deleted } = state;
  for (const { operation } of state.pending) {
    try {
      const before = document;
      document = expected(document, operation, deleted);
      if (operation.op === "merge") deleted = remembered(deleted, before, operation.next);
      if (operation.op === "delete") deleted = remembered(deleted, before, operation.cell);
    } catch {
      // It no longer fits (someone else deleted the cell): the broker's refusal will say so.
    }
  }
  return { ...state, document };
}

// What an operation will do. A split or merge shows the cells; its texts are the editors' matter.
function expected(
  document: NotebookDocument,
  own: Operation,
  deleted: ReadonlyMap<string, Cell>,
): NotebookDocument {
  const seq = 0;
  const cell = "cell" in own && typeof own.cell === "string" ? document.cells.get(own.cell) : null;
  switch (own.op) {
    case "insert":
      return apply(document, {
        seq,
        type: "cell_inserted",
        cell: newCell(own),
        after: near(document, own.after),
      });
    case "delete":
      return apply(document, { seq, type: "cell_deleted", cell: own.cell });
    case "merge":
      return apply(document, { seq, type: "cell_deleted", cell: own.next });
    case "undelete": {
      const old = deleted.get(own.cell);
      if (!old) return document;
      const after = near(document, own.after);
      return apply(document, { seq, type: "cell_restored", cell: old, after });
    }
    case "move":
      return apply(document, { seq, type: "cell_moved", cell: own.cell, after: own.after });
    case "retype":
      return apply(document, { seq, type: "cell_retyped", cell: own.cell, cell_type: own.type });
    case "clear":
      return apply(document, { seq, type: "outputs_cleared", cell: own.cell });
    case "note": {
      if (!cell) return document;
      const metadata = patched(cell.metadata, own.metadata);
      return apply(document, { seq, type: "cell_noted", cell: cell.id, metadata });
    }
    case "attach":
    case "detach": {
      if (!cell) return document;
      const attachments = { ...cell.attachments };
      delete attachments[own.name];
      if (own.op === "attach") attachments[own.name] = { [own.mime]: own.data };
      return apply(document, { seq, type: "cell_attached", cell: cell.id, attachments });
    }
    default:
      return document;
  }
}

// As the broker does it: at the end when the neighbour is gone.
function near({ cells, order }: NotebookDocument, after: string | null): string | null {
  return after === null || cells.has(after) ? after : (order.at(-1) ?? null);
}

function newCell(own: Extract<Operation, { op: "insert" }>): Cell {
  const nothing = { version: 0, outputs: [], execution_count: null, metadata: {}, run: null };
  return { ...nothing, ...own.cell };
}

/** What the queue looks like: the running cell and the waiting ones, first come first. */
export function queueOf(document: NotebookDocument): { running: Cell | null; queued: Cell[] } {
  const cells = document.order.flatMap((id) => document.cells.get(id) ?? []);
  const queued = cells.filter((cell) => cell.run?.state === "queued");
  queued.sort((a, b) => (a.run?.queued_at ?? 0) - (b.run?.queued_at ?? 0));
  return { running: cells.find((cell) => cell.run?.state === "running") ?? null, queued };
}
