// For tests: a broker in a few lines, with real documents and versions, whose lines can break.
// Not shipped: no page imports it.
import { ChangeSet } from "@codemirror/state";
import type { SocketEvents } from "../../lib/socket";
import { patched } from "./cellundo";
import { apply, documentOf } from "./document";
import type { BrokerFrame, Cell, Kernel, NotebookEvent, Operation, TextUpdate } from "./protocol";

type Body = NotebookEvent extends infer E ? (E extends unknown ? Omit<E, "seq"> : never) : never;
type Asked =
  | { op: "hello"; epoch: string | null; seq: number }
  | { op: "here" }
  | (Operation & { ref: number });
type FakeLine = {
  events: SocketEvents;
  up: boolean;
  deaf: boolean;
  joined: boolean;
  /** What is on its way while the broker is slow: lost when the line breaks. */
  asked: Asked[];
  told: BrokerFrame[];
};

export function codeCell(id: string, source = ""): Cell {
  const nothing = { outputs: [], execution_count: null, metadata: {}, run: null };
  return { id, type: "code", source, version: 0, ...nothing };
}

export class FakeBroker {
  epoch = "e1";
  /** Frames travel only when `hear` and `answer` say so. */
  slow = false;
  readonly asked: Asked[] = [];
  readonly log: NotebookEvent[] = [];
  document;
  kernel: Kernel = { state: "none", reason: null, message: null };
  private readonly trash = new Map<string, Cell>();
  private readonly lines: FakeLine[] = [];

  constructor(cells: Cell[]) {
    this.document = documentOf(cells);
  }

  /** An OpenLine for one page. The line opens a moment later, as a real one does. */
  open = (events: SocketEvents) => {
    const line: FakeLine = {
      events,
      up: false,
      deaf: false,
      joined: false,
      asked: [],
      told: [],
    };
    this.lines.push(line);
    queueMicrotask(() => this.connect(line));
    return {
      send: (data: string) => {
        if (line.up && this.slow) line.asked.push(JSON.parse(data));
        else if (line.up) this.take(line, JSON.parse(data));
        return line.up;
      },
      retry: () => this.connect(line),
      destroy: () => this.breakLine(this.lines.indexOf(line)),
    };
  };

  breakLine(index: number): void {
    const line = this.lines[index];
    if (!line) return;
    line.up = false;
    line.deaf = false;
    line.joined = false;
    line.asked = [];
    line.told = [];
    line.events.closed(1006, 1);
  }

  /** What this page is answered is lost on the way, until its line breaks. */
  muffle(index: number): void {
    const line = this.lines[index];
    if (line) line.deaf = true;
  }

  connect(line: FakeLine | number): void {
    const found = typeof line === "number" ? this.lines[line] : line;
    if (!found || found.up) return;
    found.up = true;
    found.events.opened();
  }

  /** A new process from the log: another epoch, versions anew. */
  restart(): void {
    for (const index of this.lines.keys()) this.breakLine(index);
    this.epoch += "'";
    this.log.length = 0;
    const cells = this.document.order.flatMap((id) => this.document.cells.get(id) ?? []);
    this.document = documentOf(cells.map((cell) => ({ ...cell, version: 0 })));
  }

  record(...bodies: Body[]): void {
    const events = bodies.map((body, i) => ({ ...body, seq: this.log.length + i + 1 }));
    this.log.push(...(events as NotebookEvent[]));
    for (const event of events as NotebookEvent[]) {
      if (event.type === "cell_deleted") this.throwAway(event.cell);
      if (event.type === "cell_restored") this.trash.delete(event.cell.id);
      this.document = apply(this.document, event);
    }
    for (const line of this.lines.filter((one) => one.joined))
      this.tell(line, { t: "events", events: events as NotebookEvent[] });
  }

  private throwAway(id: string): void {
    const cell = this.document.cells.get(id);
    if (cell) this.trash.set(id, cell);
  }

  source(cell: string): string | undefined {
    return this.document.cells.get(cell)?.source;
  }

  /** One frame of this page arrives. Says whether there was one. */
  hear(index: number): boolean {
    const line = this.lines[index];
    const frame = line?.asked.shift();
    if (line && frame) this.take(line, frame);
    return frame !== undefined;
  }

  /** One frame arrives at this page. */
  answer(index: number): boolean {
    const line = this.lines[index];
    const frame = line?.told.shift();
    if (frame) line?.events.received(JSON.stringify(frame));
    return frame !== undefined;
  }

  private tell(line: FakeLine, frame: BrokerFrame): void {
    if (line.up && !line.deaf && this.slow) line.told.push(JSON.parse(JSON.stringify(frame)));
    else if (line.up && !line.deaf) line.events.received(JSON.stringify(frame));
  }

  private take(line: FakeLine, frame: Asked): void {
    this.asked.push(frame);
    if (frame.op === "hello") this.welcome(line, frame.epoch, frame.seq);
    else if (frame.op !== "here") this.operate(line, frame);
  }

  private welcome(line: FakeLine, epoch: string | null, seq: number): void {
    line.joined = true;
    if (epoch === this.epoch) {
      this.tell(line, { t: "events", events: this.log.filter((e) => e.seq > seq) });
      return;
    }
    const cells = this.document.order.flatMap((id) => this.document.cells.get(id) ?? []);
    this.tell(line, {
      t: "snapshot",
      epoch: this.epoch,
      seq: this.log.length,
      title: "A notebook",
      document: { cells, metadata: {} },
      kernel: this.kernel,
      writable: true,
      role: "owner",
      me: { visit: "v", person: "p" },
    });
  }

  private operate(line: FakeLine, frame: Operation & { ref: number }): void {
    const code = this.problemOf(frame);
    if (code) this.tell(line, { t: "refused", ref: frame.ref, code, message: code, hint: "" });
    else {
      this.carryOut(frame);
      this.tell(line, { t: "accepted", ref: frame.ref, seq: this.log.length });
    }
  }

  private problemOf(frame: Operation): string | null {
    const { cells } = this.document;
    if (frame.op === "insert") return this.taken(frame.cell.id) ? "cell_exists" : null;
    if (frame.op === "undelete") return this.problemOfReturn(frame.cell);
    const cell = "cell" in frame ? cells.get(frame.cell) : undefined;
    if ("cell" in frame && !cell) return "no_such_cell";
    if ("version" in frame && cell?.version !== frame.version) return "behind";
    if (frame.op === "move" && frame.after !== null)
      return cells.has(frame.after) && frame.after !== frame.cell ? null : "no_such_cell";
    if (frame.op === "split") return cells.has(frame.id) ? "cell_exists" : null;
    if (frame.op !== "merge") return null;
    const next = cells.get(frame.next);
    if (!next || next === cell) return "no_such_cell";
    return next.version === frame.next_version ? null : "behind";
  }

  private taken(id: string): boolean {
    return this.document.cells.has(id) || this.trash.has(id);
  }

  private problemOfReturn(id: string): string | null {
    if (this.document.cells.has(id)) return "cell_exists";
    return this.trash.has(id) ? null : "forgotten";
  }

  private carryOut(frame: Operation): void {
    switch (frame.op) {
      case "edit":
        this.edit(frame.cell, ...frame.updates);
        break;
      case "insert": {
        const cell = { ...codeCell(frame.cell.id), ...frame.cell };
        this.record({ type: "cell_inserted", cell, after: this.near(frame.after) });
        break;
      }
      case "delete":
        this.record({ type: "cell_deleted", cell: frame.cell });
        break;
      case "undelete":
        this.bringBack(frame.cell, frame.after, {});
        break;
      case "move":
        this.record({ type: "cell_moved", cell: frame.cell, after: frame.after });
        break;
      case "retype":
        this.record({ type: "cell_retyped", cell: frame.cell, cell_type: frame.type });
        break;
      case "note": {
        const metadata = patched(
          this.document.cells.get(frame.cell)?.metadata ?? {},
          frame.metadata,
        );
        this.record({ type: "cell_noted", cell: frame.cell, metadata });
        break;
      }
      case "split":
        this.split(frame);
        break;
      case "merge":
        this.merge(frame);
        break;
      case "run":
        this.record({ type: "run_queued", cell: frame.cell, at: 1 });
        break;
    }
  }

  private near(after: string | null): string | null {
    if (after === null || this.document.cells.has(after)) return after;
    return this.document.order.at(-1) ?? null;
  }

  private edit(cell: string, ...updates: TextUpdate[]): void {
    const version = (this.document.cells.get(cell)?.version ?? 0) + updates.length;
    if (updates.length) this.record({ type: "cell_edited", cell, version, updates });
  }

  private replaceTail(cell: string, from: number, insert: string): void {
    const length = this.source(cell)?.length ?? 0;
    const changes = ChangeSet.of({ from, to: length, insert }, length, "\n").toJSON();
    if (from < length || insert) this.edit(cell, { client: "lookin", changes });
  }

  private split(frame: Extract<Operation, { op: "split" }>): void {
    const cell = this.document.cells.get(frame.cell);
    if (!cell) return;
    const source = cell.source.slice(frame.at + (frame.skip ?? 0));
    this.replaceTail(cell.id, frame.at, "");
    if (this.trash.has(frame.id)) {
      this.bringBack(frame.id, cell.id, { source });
      return;
    }
    const made = { ...codeCell(frame.id, source), type: cell.type };
    this.record({ type: "cell_inserted", cell: made, after: cell.id });
  }

  private merge(frame: Extract<Operation, { op: "merge" }>): void {
    const source = this.source(frame.cell) ?? "";
    this.replaceTail(frame.cell, source.length, (frame.joint ?? "\n") + this.source(frame.next));
    this.record({ type: "cell_deleted", cell: frame.next });
  }

  private bringBack(id: string, after: string | null, changes: Partial<Cell>): void {
    const old = this.trash.get(id);
    if (!old) return;
    const version = "source" in changes ? old.version + 1 : old.version;
    const cell = { ...old, ...changes, version };
    this.record({ type: "cell_restored", cell, after: this.near(after) });
  }
}
