// The frames between the notebook page and the broker, as types. The only file that names them.
// Described in docs/reference/live-notebooks.md; not for deciding anything.

export type CellType = "code" | "markdown" | "raw";

/** One nbformat output: stream, display_data, execute_result or error. */
export type Output = {
  output_type: string;
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  execution_count?: number | null;
  ename?: string;
  evalue?: string;
  traceback?: string[];
};

/** Times in milliseconds since 1970. */
export type Run = {
  state: "queued" | "running" | "done" | "failed" | "interrupted" | "lost";
  queued_at: number;
  started_at: number | null;
  ended_at: number | null;
};

export type Cell = {
  id: string;
  type: CellType;
  source: string;
  version: number;
  outputs: readonly Output[];
  execution_count: number | null;
  metadata: Record<string, unknown>;
  attachments?: Record<string, Record<string, string>>;
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

export type NotebookEvent = { seq: number } & (
  | { type: "cell_inserted"; cell: Cell; after: string | null }
  | { type: "cell_deleted"; cell: string }
  | { type: "cell_moved"; cell: string; after: string | null }
  | { type: "cell_retyped"; cell: string; cell_type: CellType }
  | { type: "cell_edited"; cell: string; version: number; updates: TextUpdate[] }
  | { type: "run_queued"; cell: string; at: number }
  | { type: "run_started"; cell: string; at: number; execution_count: number | null }
  | {
      type: "run_finished";
      cell: string;
      at: number;
      state: "done" | "failed" | "interrupted" | "lost";
      execution_count: number | null;
    }
  | { type: "cell_noted"; cell: string; metadata: Record<string, unknown> }
  | { type: "cell_attached"; cell: string; attachments: Record<string, Record<string, string>> }
  | { type: "outputs_cleared"; cell: string }
  | { type: "output_added"; cell: string; output: Output }
  | { type: "stream_extended"; cell: string; text: string }
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
};

export type Refused = { t: "refused"; ref: number; code: string; message: string; hint: string };

export type BrokerFrame =
  | Snapshot
  | { t: "events"; events: NotebookEvent[] }
  | { t: "accepted"; ref: number; seq: number }
  | Refused
  | { t: "saved"; seq: number; at: number }
  | ({ t: "usage" } & Usage)
  | { t: "save_failed"; code?: string; message: string; hint: string }
  /** Why there is no notebook on this line, and never will be. */
  | { t: "failed"; code: string; message: string; hint: string; values: Values };

/** What a person does, before it has a ref. */
export type Operation =
  | { op: "edit"; cell: string; version: number; updates: TextUpdate[] }
  | { op: "insert"; cell: { id: string; type: CellType; source: string }; after: string | null }
  | { op: "delete"; cell: string }
  | { op: "move"; cell: string; after: string | null }
  | { op: "retype"; cell: string; type: CellType }
  | { op: "run"; cell: string }
  | { op: "clear"; cell: string }
  | { op: "interrupt" }
  | { op: "restart" };

/** The text of an output or of one of its data entries: nbformat allows a list of lines. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join("");
  return typeof value === "string" ? value : "";
}
