// The frames between the notebook page and the broker, as types. The only file that names them.
// Described in docs/reference/live-notebooks.md; not for deciding anything.

export type CellType = "code" | "markdown" | "raw";

/** One nbformat output: stream, display_data, execute_result or error. */
export type Output = {
  output_type: string;
  name?: string;
  text?: string | string[];
  /** Characters of a stream that came before `text` and were not sent. */
  before?: number;
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  execution_count?: number | null;
  ename?: string;
  evalue?: string;
  traceback?: string[];
};

/** What the running code waits for: `input()`, or with `password` `getpass()`. */
export type Asks = { request: string; prompt: string; password: boolean };

/** Times in milliseconds since 1970. */
export type Run = {
  state: "queued" | "running" | "done" | "failed" | "interrupted" | "lost";
  queued_at: number;
  started_at: number | null;
  ended_at: number | null;
  /** The person who asked for it. */
  by?: string;
  /** What waits goes on when this fails. */
  then?: "go_on";
  /** The version of the source that runs: with a later one the outputs are those of another. */
  version?: number;
  asks?: Asks | null;
};

/** By name, then by mime type: base64. */
export type Attachments = Record<string, Record<string, string>>;

export type Cell = {
  id: string;
  type: CellType;
  source: string;
  version: number;
  outputs: readonly Output[];
  execution_count: number | null;
  metadata: Record<string, unknown>;
  attachments?: Attachments;
  run: Run | null;
};

export type Kernel = {
  state: "none" | "waiting" | "starting" | "idle" | "busy" | "dead";
  reason: string | null;
  message: string | null;
  /** What the message names, such as the place in the line. */
  values?: Record<string, string | number>;
};

/** What a notebook's kernel uses now: bytes of its own, per cent of one core. 0: no limit. */
export type Usage = { memory: number; cpu: number | null; limit: number };

/** One collab update: `changes` is CodeMirror's ChangeSet as JSON. */
export type TextUpdate = { client: string; changes: unknown };

type Values = Record<string, string>;

export type Role = "owner" | "editor" | "viewer";

/** One open page of a person: with two tabs somebody is here twice. */
export type Visit = { visit: string; person: string; name: string; role: Role };

/** Where a visit's cursor stands: in UTF-16 units of `cell` at `version`; null when not typing. */
export type Here = {
  visit: string;
  cell: string | null;
  version: number;
  anchor: number | null;
  head: number | null;
};

/** `by`: the person whose operation caused it; not there for what the kernel or the file did. */
export type NotebookEvent = { seq: number; by?: string } & (
  | { type: "cell_inserted"; cell: Cell; after: string | null }
  | { type: "cell_deleted"; cell: string }
  /** A deleted cell is back, with all it had. */
  | { type: "cell_restored"; cell: Cell; after: string | null }
  | { type: "cell_moved"; cell: string; after: string | null }
  | { type: "cell_retyped"; cell: string; cell_type: CellType }
  | { type: "cell_edited"; cell: string; version: number; updates: TextUpdate[] }
  | { type: "run_queued"; cell: string; at: number; then?: "go_on" }
  | { type: "run_started"; cell: string; at: number; execution_count: number | null }
  | {
      type: "run_finished";
      cell: string;
      at: number;
      state: "done" | "failed" | "interrupted" | "lost";
      execution_count: number | null;
    }
  | { type: "cell_noted"; cell: string; metadata: Record<string, unknown> }
  | { type: "cell_attached"; cell: string; attachments: Attachments }
  | { type: "input_asked"; cell: string; request: string; prompt: string; password: boolean }
  | { type: "input_answered"; cell: string; request: string }
  | { type: "outputs_cleared"; cell: string }
  | { type: "output_added"; cell: string; output: Output }
  | { type: "stream_extended"; cell: string; text: string }
  /** The last output, a stream, loses its last `cut` UTF-16 units and goes on with `text`. */
  | { type: "stream_rewritten"; cell: string; cut: number; text: string }
  | { type: "output_replaced"; cell: string; index: number; output: Output }
  /** Outputs from elsewhere: the file, or an earlier version. */
  | { type: "outputs_set"; cell: string; outputs: Output[]; execution_count: number | null }
  | { type: "notebook_noted"; metadata: Record<string, unknown> }
  | { type: "kernel_changed"; kernel: Kernel }
  | { type: "noticed"; code: string; message: string; hint: string; values: Values }
);

export type Snapshot = {
  t: "snapshot";
  epoch: string;
  seq: number;
  title: string;
  document: { cells: Cell[]; metadata: Record<string, unknown> };
  kernel: Kernel;
  writable: boolean;
  role: Role;
  me: { visit: string; person: string };
};

export type Refused = { t: "refused"; ref: number; code: string; message: string; hint: string };

export type BrokerFrame =
  | Snapshot
  | { t: "events"; events: NotebookEvent[] }
  | { t: "accepted"; ref: number; seq: number }
  | Refused
  /** To a question, with the fields that its kind has. */
  | Answer
  | { t: "saved"; seq: number; at: number }
  | ({ t: "usage" } & Usage)
  | { t: "save_failed"; code?: string; message: string; hint: string }
  /** Who is here now, oneself too, as the visit `me`. */
  | { t: "people"; people: Visit[]; me: string }
  | ({ t: "here" } & Here)
  /** The widgets that the kernel has, by their comm's id. */
  | { t: "widgets"; models: Record<string, WidgetModel> }
  | CommFrame
  /** Why there is no notebook on this line, and never will be. */
  | { t: "failed"; code: string; message: string; hint: string; values: Values };

export type Answer = { t: "answer"; ref: number } & Record<string, unknown>;
export type WidgetModel = {
  target: string;
  data: Record<string, unknown>;
  buffers: readonly string[];
};
/** A Jupyter comm: `buffers` in base64. */
export type CommFrame = {
  t: "comm";
  kind: "open" | "msg" | "close";
  comm: string;
  target?: string;
  data: Record<string, unknown>;
  buffers: string[];
};

export type NewCell = {
  id: string;
  type: CellType;
  source: string;
  metadata?: Record<string, unknown>;
  attachments?: Attachments;
};

/** What a person does, before it has a ref. */
export type Operation =
  | { op: "edit"; cell: string; version: number; updates: TextUpdate[] }
  | { op: "insert"; cell: NewCell; after: string | null }
  /** The text from `at` on goes to the cell `id` below, but for `skip` units (a line's end). */
  | { op: "split"; cell: string; version: number; at: number; skip?: number; id: string }
  /** `next` goes; its text is put behind `joint`, which is a line's end unless said otherwise. */
  | {
      op: "merge";
      cell: string;
      version: number;
      next: string;
      next_version: number;
      joint?: string;
    }
  | { op: "delete"; cell: string }
  | { op: "undelete"; cell: string; after: string | null }
  | { op: "move"; cell: string; after: string | null }
  | { op: "retype"; cell: string; type: CellType }
  /** A JSON merge patch (RFC 7396) of the cell's metadata: null takes a key away. */
  | { op: "note"; cell: string; metadata: Record<string, unknown> }
  | { op: "attach"; cell: string; name: string; mime: string; data: string }
  | { op: "detach"; cell: string; name: string }
  | { op: "run"; cell: string; then?: "go_on" }
  | { op: "answer"; cell: string; request: string; text: string }
  | { op: "clear"; cell: string }
  | { op: "comm"; comm: string; data: Record<string, unknown>; buffers: string[] } // a widget changes
  | { op: "interrupt" }
  | { op: "restart" };

/** What a page asks the kernel: answered to this page alone, and never sent twice. */
export type Question =
  | { op: "complete"; cell: string; code: string; cursor: number }
  | { op: "inspect"; cell: string; code: string; cursor: number; detail: 0 | 1 }
  | { op: "variables" }
  | { op: "variable"; name: string; start?: number; count?: number };

/** The text of an output or of one of its data entries: nbformat allows a list of lines. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join("");
  return typeof value === "string" ? value : "";
}
