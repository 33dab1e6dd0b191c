// What the page knows of a notebook: a pure reducer over the broker's frames and the person's own
// operations that are not confirmed yet. Not for sockets, editors or elements.
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
import type { Sentence } from "./serverwords";

/** An operation without an answer yet. Edits are not here: the editors keep their own. */
export type Pending = {
  ref: number;
  operation: Operation;
  sent: boolean;
  /** Waits on purpose, so that it can still be taken back with nothing lost: a deletion. */
  held?: boolean;
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
  let { seq, changedSeq, confirmed, kernel, pending } = state;
  for (const event of events) {
    if (event.seq <= seq) continue;
    if (event.seq !== seq + 1) return { state, lost: "gap" };
    try {
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
  const next = { ...state, seq, changedSeq, confirmed, kernel, usage, pending };
  return { state: overlaid(next), lost: null };
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

/** The deletions of `cell` (or of all) that are held back may go now. */
export function released(state: NotebookState, cell?: string): NotebookState {
  const pending = state.pending.map((own) => {
    const isIts =
      cell === undefined || (own.operation.op === "delete" && own.operation.cell === cell);
    return isIts && own.held ? { ...own, held: false } : own;
  });
  return { ...state, pending };
}

/** Every pending operation as (not) on its way: after the line broke, all must be sent again. */
export function markSent(state: NotebookState, sent: boolean, ref?: number): NotebookState {
  const pending = state.pending.map((own) =>
    ref === undefined || own.ref === ref ? { ...own, sent } : own,
  );
  return { ...state, pending };
}

// Refusals that mean "it is already so": an operation sent twice because its answer was lost.
const HARMLESS = new Set(["cell_exists", "no_such_cell", "already_running"]);

/** Whether a person should hear of this refusal. */
export function isWorthSaying(refused: Refused, resent: boolean): boolean {
  return !(resent && HARMLESS.has(refused.code)) && refused.code !== "behind";
}

function isEcho(own: Operation, event: NotebookEvent): boolean {
  switch (own.op) {
    case "insert":
      return event.type === "cell_inserted" && event.cell.id === own.cell.id;
    case "delete":
      return event.type === "cell_deleted" && event.cell === own.cell;
    case "move":
      return event.type === "cell_moved" && event.cell === own.cell && event.after === own.after;
    case "retype":
      return event.type === "cell_retyped" && event.cell === own.cell;
    case "run":
      return event.type === "run_queued" && event.cell === own.cell;
    case "clear":
      return event.type === "outputs_cleared" && event.cell === own.cell;
    default:
      return false;
  }
}

// After a whole snapshot the events between are unknown: what shows already is not asked again.
function isDone(own: Operation, before: NotebookState, now: NotebookState): boolean {
  if (own.op === "undelete") return now.confirmed.cells.has(own.cell);
  if (!("cell" in own)) return true; // interrupt and its like: late, it would surprise
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
  for (const { operation } of state.pending) {
    try {
      document = expected(document, operation);
    } catch {
      // It no longer fits (someone else deleted the cell): the broker's refusal will say so.
    }
  }
  return { ...state, document };
}

function expected(document: NotebookDocument, own: Operation): NotebookDocument {
  const seq = 0;
  switch (own.op) {
    case "insert":
      return apply(document, { seq, type: "cell_inserted", cell: newCell(own), after: own.after });
    case "delete":
      return apply(document, { seq, type: "cell_deleted", cell: own.cell });
    case "move":
      return apply(document, { seq, type: "cell_moved", cell: own.cell, after: own.after });
    case "retype":
      return apply(document, { seq, type: "cell_retyped", cell: own.cell, cell_type: own.type });
    case "clear":
      return apply(document, { seq, type: "outputs_cleared", cell: own.cell });
    default:
      return document;
  }
}

function newCell(own: Extract<Operation, { op: "insert" }>): Cell {
  return { ...own.cell, version: 0, outputs: [], execution_count: null, metadata: {}, run: null };
}

/** What the queue looks like: the running cell and the waiting ones, first come first. */
export function queueOf(document: NotebookDocument): { running: Cell | null; queued: Cell[] } {
  const cells = document.order.flatMap((id) => document.cells.get(id) ?? []);
  const queued = cells.filter((cell) => cell.run?.state === "queued");
  queued.sort((a, b) => (a.run?.queued_at ?? 0) - (b.run?.queued_at ?? 0));
  return { running: cells.find((cell) => cell.run?.state === "running") ?? null, queued };
}
