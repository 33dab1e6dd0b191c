// A notebook as an immutable value, and `apply`: the same as core/documents/document.py, in the page.
// Not for what only this page knows (unsent edits, the line): that is state.ts.
import { ChangeSet, Text } from "@codemirror/state";
import { type Cell, type NotebookEvent, type Run, type TextUpdate, textOf } from "./protocol";

export type NotebookDocument = {
  readonly order: readonly string[];
  readonly cells: ReadonlyMap<string, Cell>;
};

export const emptyDocument: NotebookDocument = { order: [], cells: new Map() };

export function documentOf(cells: readonly Cell[]): NotebookDocument {
  return { order: cells.map((cell) => cell.id), cells: new Map(cells.map((c) => [c.id, c])) };
}

/** The document after `event`. Throws when the event does not fit: the page then asks for all. */
export function apply(document: NotebookDocument, event: NotebookEvent): NotebookDocument {
  switch (event.type) {
    case "cell_inserted":
    case "cell_restored":
      return inserted(document, event.cell, event.after);
    case "cell_deleted": {
      const cells = new Map(document.cells);
      if (!cells.delete(event.cell)) throw new RangeError(event.cell);
      return { order: document.order.filter((id) => id !== event.cell), cells };
    }
    case "cell_moved": {
      const rest = document.order.filter((id) => id !== event.cell);
      if (rest.length === document.order.length) throw new RangeError(event.cell);
      return { ...document, order: placed(rest, event.cell, event.after) };
    }
    case "kernel_changed":
    case "notebook_noted":
    case "noticed":
      return document;
    default: {
      const cell = document.cells.get(event.cell);
      if (!cell) throw new RangeError(event.cell);
      const cells = new Map(document.cells).set(cell.id, changed(cell, event));
      return { ...document, cells };
    }
  }
}

type CellEvent = Exclude<
  NotebookEvent,
  {
    type:
      | "cell_inserted"
      | "cell_restored"
      | "cell_deleted"
      | "cell_moved"
      | "kernel_changed"
      | "notebook_noted"
      | "noticed";
  }
>;

function changed(cell: Cell, event: CellEvent): Cell {
  switch (event.type) {
    case "cell_retyped":
      return { ...cell, type: event.cell_type, outputs: [], execution_count: null, run: null };
    case "cell_edited":
      return { ...cell, version: event.version, source: edited(cell.source, event.updates) };
    case "run_queued":
      return { ...cell, run: { ...queuedBy(event), version: cell.version } };
    case "run_started": {
      const started: Run = { ...(cell.run ?? run("running", event.at)), state: "running" };
      started.started_at = event.at;
      started.ended_at = null;
      started.version = cell.version;
      delete started.asks;
      return { ...cell, run: started, execution_count: event.execution_count };
    }
    case "run_finished": {
      const before = cell.run ?? run(event.state, event.at);
      const ended: Run = { ...before, state: event.state, ended_at: event.at };
      delete ended.asks;
      return { ...cell, run: ended, execution_count: event.execution_count };
    }
    case "cell_noted":
      return { ...cell, metadata: event.metadata };
    case "cell_attached":
      return { ...cell, attachments: event.attachments };
    case "input_asked": {
      const { request, prompt, password } = event;
      if (!cell.run) throw new RangeError("input");
      return { ...cell, run: { ...cell.run, asks: { request, prompt, password } } };
    }
    case "input_answered":
      if (!cell.run) throw new RangeError("input");
      return { ...cell, run: { ...cell.run, asks: null } };
    case "outputs_set": {
      const { outputs, execution_count } = event;
      const busy = cell.run?.state === "queued" || cell.run?.state === "running";
      return { ...cell, outputs, execution_count, run: busy ? cell.run : null };
    }
    case "outputs_cleared":
      return { ...cell, outputs: [] };
    case "output_added":
      return { ...cell, outputs: [...cell.outputs, event.output] };
    case "stream_extended": {
      const last = cell.outputs.at(-1);
      if (last?.output_type !== "stream") throw new RangeError("stream");
      const longer = extendStream(last, event.text);
      return { ...cell, outputs: [...cell.outputs.slice(0, -1), longer] };
    }
    case "stream_rewritten": {
      const last = cell.outputs.at(-1);
      const length = textOf(last?.text).length - event.cut;
      if (last?.output_type !== "stream" || length < 0) throw new RangeError("stream");
      const text = textOf(last.text).slice(0, length) + event.text;
      return { ...cell, outputs: [...cell.outputs.slice(0, -1), { ...last, text }] };
    }
    case "output_replaced":
      if (!(event.index in cell.outputs)) throw new RangeError(String(event.index));
      return { ...cell, outputs: cell.outputs.with(event.index, event.output) };
  }
}

// Which stream a longer one grew from, so that a view may append instead of drawing anew.
const origins = new WeakMap<object, object>();

/** The first form of a growing stream: equal for two outputs when one only extends the other. */
export function originOf(output: object): object {
  return origins.get(output) ?? output;
}

function extendStream<T extends { text?: string | string[] }>(last: T, more: string): T {
  const before = Array.isArray(last.text) ? last.text.join("") : (last.text ?? "");
  const longer = { ...last, text: before + more };
  origins.set(longer, originOf(last));
  return longer;
}

function queuedBy(event: Extract<NotebookEvent, { type: "run_queued" }>): Run {
  const { at, by, then } = event;
  return { ...run("queued", at), ...(by ? { by } : {}), ...(then ? { then } : {}) };
}

function run(state: Run["state"], at: number): Run {
  return { state, queued_at: at, started_at: null, ended_at: null };
}

function edited(source: string, updates: readonly TextUpdate[]): string {
  let text = Text.of(source.split("\n"));
  for (const update of updates) text = ChangeSet.fromJSON(update.changes).apply(text);
  return text.toString();
}

function inserted(document: NotebookDocument, cell: Cell, after: string | null): NotebookDocument {
  if (document.cells.has(cell.id)) throw new RangeError(cell.id);
  const cells = new Map(document.cells).set(cell.id, cell);
  return { order: placed(document.order, cell.id, after), cells };
}

function placed(order: readonly string[], id: string, after: string | null): string[] {
  const at = after === null ? 0 : order.indexOf(after) + 1;
  if (after !== null && at === 0) throw new RangeError(after);
  return [...order.slice(0, at), id, ...order.slice(at)];
}
