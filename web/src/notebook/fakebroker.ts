// For tests: a broker in a few lines, with real documents and versions, whose lines can break.
// Not shipped: no page imports it.
import type { SocketEvents } from "../lib/socket";
import { apply, documentOf } from "./document";
import type { BrokerFrame, Cell, Kernel, NotebookEvent, Operation } from "./protocol";

type Body = NotebookEvent extends infer E ? (E extends unknown ? Omit<E, "seq"> : never) : never;
type Asked = { op: "hello"; epoch: string | null; seq: number } | (Operation & { ref: number });
type FakeLine = { events: SocketEvents; up: boolean; deaf: boolean };

export function codeCell(id: string, source = ""): Cell {
  const nothing = { outputs: [], execution_count: null, metadata: {}, run: null };
  return { id, type: "code", source, version: 0, ...nothing };
}

export class FakeBroker {
  epoch = "e1";
  readonly asked: Asked[] = [];
  readonly log: NotebookEvent[] = [];
  document;
  kernel: Kernel = { state: "none", reason: null, message: null };
  private readonly lines: FakeLine[] = [];

  constructor(cells: Cell[]) {
    this.document = documentOf(cells);
  }

  /** An OpenLine for one page. The line opens a moment later, as a real one does. */
  open = (events: SocketEvents) => {
    const line: FakeLine = { events, up: false, deaf: false };
    this.lines.push(line);
    queueMicrotask(() => this.connect(line));
    return {
      send: (data: string) => {
        if (line.up) this.take(line, JSON.parse(data));
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
    for (const event of events) this.document = apply(this.document, event as NotebookEvent);
    for (const line of this.lines)
      this.tell(line, { t: "events", events: events as NotebookEvent[] });
  }

  source(cell: string): string | undefined {
    return this.document.cells.get(cell)?.source;
  }

  private tell(line: FakeLine, frame: BrokerFrame): void {
    if (line.up && !line.deaf) line.events.received(JSON.stringify(frame));
  }

  private take(line: FakeLine, frame: Asked): void {
    this.asked.push(frame);
    if (frame.op === "hello") this.welcome(line, frame.epoch, frame.seq);
    else this.operate(line, frame);
  }

  private welcome(line: FakeLine, epoch: string | null, seq: number): void {
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
    if (frame.op === "insert") return this.document.cells.has(frame.cell.id) ? "cell_exists" : null;
    const cell = "cell" in frame ? this.document.cells.get(frame.cell) : undefined;
    if ("cell" in frame && !cell) return "no_such_cell";
    return frame.op === "edit" && cell?.version !== frame.version ? "behind" : null;
  }

  private carryOut(frame: Operation): void {
    if (frame.op === "edit") {
      const { cell, updates } = frame;
      this.record({ type: "cell_edited", cell, version: frame.version + updates.length, updates });
    } else if (frame.op === "insert") {
      const cell = { ...codeCell(frame.cell.id), ...frame.cell };
      this.record({ type: "cell_inserted", cell, after: frame.after });
    } else if (frame.op === "delete") this.record({ type: "cell_deleted", cell: frame.cell });
    else if (frame.op === "run") this.record({ type: "run_queued", cell: frame.cell, at: 1 });
  }
}
