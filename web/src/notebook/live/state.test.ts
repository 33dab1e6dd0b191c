import { ChangeSet } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import { originOf } from "./document";
import type { BrokerFrame, Cell, NotebookEvent } from "./protocol";
import { add, initialState, isWorthSaying, markSent, queueOf, receive } from "./state";

const cell = (id: string, source = ""): Cell => ({
  id,
  type: "code",
  source,
  version: 0,
  outputs: [],
  execution_count: null,
  metadata: {},
  run: null,
});

const snapshot = (cells: Cell[], seq = 10, epoch = "e1"): BrokerFrame => ({
  t: "snapshot",
  epoch,
  seq,
  title: "t",
  document: { cells, metadata: {} },
  kernel: { state: "none", reason: null, message: null },
  writable: true,
  role: "owner",
  me: { visit: "v", person: "p" },
});

const opened = (cells: Cell[]) => receive(initialState, snapshot(cells)).state;
type Body = NotebookEvent extends infer E ? (E extends unknown ? Omit<E, "seq"> : never) : never;
const events = (first: number, ...bodies: Body[]): BrokerFrame => ({
  t: "events",
  events: bodies.map((body, i) => ({ ...body, seq: first + i }) as NotebookEvent),
});

describe("events", () => {
  test("a cell runs from queued to done and keeps its times", () => {
    const { state } = receive(
      opened([cell("a")]),
      events(
        11,
        { type: "run_queued", cell: "a", at: 1 },
        { type: "run_started", cell: "a", at: 2, execution_count: 7 },
        { type: "run_finished", cell: "a", at: 5, state: "done", execution_count: 7 },
      ),
    );
    const run = { state: "done", queued_at: 1, started_at: 2, ended_at: 5 };
    expect(state.document.cells.get("a")).toMatchObject({ execution_count: 7, run });
    expect(state.seq).toBe(13);
  });

  test("an edit with an emoji counts UTF-16 units", () => {
    const changes = ChangeSet.of({ from: 2, insert: "é\nx" }, 3).toJSON();
    const edit: Body = {
      type: "cell_edited",
      cell: "a",
      version: 1,
      updates: [{ client: "z", changes }],
    };
    const { state } = receive(opened([cell("a", "😀b")]), events(11, edit));
    expect(state.document.cells.get("a")).toMatchObject({ source: "😀é\nxb", version: 1 });
  });

  test("a growing stream keeps its origin and a replaced one does not", () => {
    const stream = { output_type: "stream", name: "stdout", text: "a" };
    const first = receive(
      opened([cell("a")]),
      events(11, { type: "output_added", cell: "a", output: stream }),
    );
    const longer = receive(
      first.state,
      events(12, { type: "stream_extended", cell: "a", text: "b" }),
    ).state;
    const output = longer.document.cells.get("a")?.outputs[0];
    expect(output?.text).toBe("ab");
    expect(originOf(output as object)).toBe(stream);
    const replaced = receive(
      longer,
      events(13, { type: "output_replaced", cell: "a", index: 0, output: { ...stream } }),
    ).state;
    expect(originOf(replaced.document.cells.get("a")?.outputs[0] as object)).not.toBe(stream);
  });

  test("events seen before are passed over", () => {
    const state = opened([cell("a")]);
    const again = receive(state, events(9, { type: "cell_deleted", cell: "a" }));
    expect(again.state.document.order).toEqual(["a"]);
    expect(again.lost).toBeNull();
  });

  test("a missing event is noticed and nothing of the frame is kept", () => {
    const reduction = receive(opened([cell("a")]), events(12, { type: "cell_deleted", cell: "a" }));
    expect(reduction).toMatchObject({ lost: "gap", state: { seq: 10 } });
  });

  test("an event that does not fit asks for the whole document", () => {
    const reduction = receive(opened([cell("a")]), events(11, { type: "cell_deleted", cell: "b" }));
    expect(reduction.lost).toBe("break");
  });

  test("the order of inserting and moving is the broker's", () => {
    const { state } = receive(
      opened([cell("a"), cell("b")]),
      events(
        11,
        { type: "cell_inserted", cell: cell("c"), after: null },
        { type: "cell_moved", cell: "a", after: "b" },
      ),
    );
    expect(state.document.order).toEqual(["c", "b", "a"]);
  });
});

describe("own operations", () => {
  const insert = { op: "insert", cell: { id: "n", type: "code", source: "" }, after: "a" } as const;

  test("a new cell shows at once and stays when it is confirmed", () => {
    let state = add(opened([cell("a")]), { ref: 1, operation: insert, sent: true });
    expect(state.document.order).toEqual(["a", "n"]);
    state = receive(state, { t: "accepted", ref: 1, seq: 11 }).state;
    expect(state.document.order).toEqual(["a", "n"]);
    state = receive(
      state,
      events(11, { type: "cell_inserted", cell: cell("n"), after: "a" }),
    ).state;
    expect(state.document.order).toEqual(["a", "n"]);
    expect(state.pending).toEqual([]);
  });

  test("a refused operation is taken back", () => {
    const state = add(opened([cell("a")]), {
      ref: 1,
      operation: { op: "delete", cell: "a" },
      sent: true,
    });
    expect(state.document.order).toEqual([]);
    const refused = { t: "refused", ref: 1, code: "read_only", message: "", hint: "" } as const;
    expect(receive(state, refused).state.document.order).toEqual(["a"]);
  });

  test("what waits for the line stays on top of a new snapshot, what came through does not", () => {
    let state = add(opened([cell("a")]), { ref: 1, operation: insert, sent: true });
    state = add(state, { ref: 2, operation: { op: "run", cell: "a" }, sent: true });
    state = markSent(state, false);
    const ran = {
      ...cell("a"),
      run: { state: "done", queued_at: 5, started_at: 5, ended_at: 6 },
    } as Cell;
    state = receive(state, snapshot([ran], 3, "e2")).state;
    expect(state.pending.map((own) => own.ref)).toEqual([1]);
    expect(state.document.order).toEqual(["a", "n"]);
  });

  test("an answer that is lost and asked again troubles nobody", () => {
    const refused = { t: "refused", ref: 1, code: "no_such_cell", message: "", hint: "" } as const;
    expect(isWorthSaying(refused, true)).toBe(false);
    expect(isWorthSaying(refused, false)).toBe(true);
  });
});

test("the queue is ordered by when a cell was asked to run", () => {
  const { state } = receive(
    opened([cell("a"), cell("b"), cell("c")]),
    events(
      11,
      { type: "run_queued", cell: "c", at: 1 },
      { type: "run_started", cell: "c", at: 1, execution_count: 1 },
      { type: "run_queued", cell: "b", at: 2 },
      { type: "run_queued", cell: "a", at: 3 },
    ),
  );
  const { running, queued } = queueOf(state.document);
  expect(running?.id).toBe("c");
  expect(queued.map((waiting) => waiting.id)).toEqual(["b", "a"]);
});

describe("what the kernel uses", () => {
  const usage = { memory: 5, cpu: 1, limit: 9 };
  const kernel = (state: "idle" | "dead", seq: number): BrokerFrame =>
    events(seq, { type: "kernel_changed", kernel: { state, reason: null, message: null } });

  test("is shown while one runs, and no longer", () => {
    const running = receive(opened([]), kernel("idle", 11)).state;
    const { state } = receive(running, { t: "usage", ...usage });
    expect(state.usage).toEqual(usage);
    expect(receive(state, kernel("dead", 12)).state.usage).toBeNull();
  });

  test("is passed over when it comes after the kernel's end", () => {
    const ended = receive(opened([]), kernel("dead", 11)).state;
    expect(receive(ended, { t: "usage", ...usage }).state.usage).toBeNull();
  });
});
