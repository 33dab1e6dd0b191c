// A notebook that is open in this page: what is known, what was asked, what is still to be sent.
// Joins connection, state and texts. Not for elements.
import { Connection, type Link, type OpenLine } from "./connection";
import type {
  BrokerFrame,
  CellType,
  Here,
  NotebookEvent,
  Operation,
  Question,
  Refused,
  Visit,
} from "./protocol";
import { Questions } from "./questions";
import type { Sentence } from "./serverwords";
import {
  add,
  initialState,
  isWorthSaying,
  markSent,
  type NotebookState,
  receive,
  released,
  withoutPending,
} from "./state";
import { Texts } from "./texts";

const UNDO_MS = 10_000;

export type SessionEvents = {
  changed(): void;
  /** Something a person should know: a refusal or a notice, in the server's words. */
  said(what: Sentence): void;
  /** Text that found no place in the notebook any more. */
  orphaned(text: string): void;
  /** Somebody's cursor is elsewhere; others came or went. Neither is part of the state. */
  here?(here: Here): void;
  people?(people: readonly Visit[], me: string): void;
};

export class Session {
  state: NotebookState = initialState;
  readonly texts: Texts;
  /** Marks this page's own edits among those of others. */
  readonly client = crypto.getRandomValues(new Uint32Array(2)).join("-");
  private readonly connection: Connection;
  private readonly questions = new Questions();
  private readonly asked = new Set<number>(); // refs sent more than once
  private readonly waiting = new Set<() => void>();
  private broken = false; // an event did not fit; the whole notebook is on its way

  constructor(
    open: OpenLine,
    private readonly events: SessionEvents,
  ) {
    this.texts = new Texts({
      nextRef: () => this.connection.nextRef(),
      send: (ref, operation) => this.connection.send(ref, operation),
      state: () => this.state,
      settled: () => this.flush(),
      orphaned: (text) => events.orphaned(text),
    });
    this.connection = new Connection(open, {
      position: () => ({ epoch: this.state.epoch, seq: this.state.seq }),
      received: (frame) => this.received(frame),
      changed: (link) => this.linkChanged(link),
    });
  }

  get link(): Link {
    return this.connection.link;
  }

  get isLive(): boolean {
    return this.link.state === "live";
  }

  /** Whether something typed or asked here is not yet recorded by the broker. */
  get hasUnsent(): boolean {
    return this.texts.anyUnsent || this.state.pending.some((own) => !own.held);
  }

  /** Whether all that is known here stands in the file. */
  get isSaved(): boolean {
    return !this.hasUnsent && this.state.savedSeq >= this.state.changedSeq;
  }

  /** Resolves when all is in the file, or after `longest` milliseconds. */
  whenSaved(longest: number): Promise<void> {
    if (this.isSaved) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve();
      };
      const look = () => this.isSaved && done();
      const timer = setTimeout(done, longest);
      this.waiting.add(look);
    });
  }

  insert(type: CellType, after: string | null, source = ""): string {
    const id = newCellId();
    this.ask({ op: "insert", cell: { id, type, source }, after });
    return id;
  }

  /** Hides the cell at once, and deletes it in a while: until then it comes back as it was. */
  remove(cell: string): void {
    this.ask({ op: "delete", cell }, true);
    setTimeout(() => this.release(cell), UNDO_MS);
  }

  /** Takes a deletion back. Says whether it was still in time. */
  unremove(cell: string): boolean {
    const { pending } = this.state;
    const own = pending.find(
      (p) => p.held && p.operation.op === "delete" && p.operation.cell === cell,
    );
    if (!own) return false;
    this.state = withoutPending(this.state, own.ref);
    this.events.changed();
    return true;
  }

  /** What was held back goes now: the page is being left, or the time for undoing is over. */
  release(cell?: string): void {
    this.state = released(this.state, cell);
    this.flush();
    if (cell !== undefined && !this.state.document.cells.has(cell)) this.texts.drop(cell, false);
    this.events.changed();
  }

  move(cell: string, by: -1 | 1): void {
    const { order } = this.state.document;
    const to = order.indexOf(cell) + by;
    if (to < 0 || to >= order.length) return;
    const after = by < 0 ? order[to - 1] : order[to];
    this.ask({ op: "move", cell, after: after ?? null });
  }

  retype(cell: string, type: CellType): void {
    if (this.state.document.cells.get(cell)?.type === type) return;
    this.ask({ op: "retype", cell, type });
    this.texts.get(cell)?.setType(type);
  }

  run(cell: string): void {
    const found = this.state.document.cells.get(cell);
    if (found?.type !== "code" || this.isAsked(cell)) return;
    this.ask({ op: "run", cell });
  }

  runAll(): void {
    for (const id of this.state.document.order) this.run(id);
  }

  clear(): void {
    for (const [cell, { outputs }] of this.state.document.cells)
      if (outputs.length) this.ask({ op: "clear", cell });
  }

  interrupt(): void {
    this.ask({ op: "interrupt" });
  }

  restart(): void {
    this.ask({ op: "restart" });
  }

  /** Asked to run here, the broker has not yet said that it is queued. */
  isAsked(cell: string): boolean {
    return this.state.pending.some(({ operation: o }) => o.op === "run" && o.cell === cell);
  }

  typed(cell: string): void {
    this.texts.typed(cell);
    this.events.changed();
  }

  /** Ask the kernel. Rejects with a `Refused`, whose code is "offline" while the line is away. */
  question<T>(question: Question): Promise<T> {
    const ref = this.connection.nextRef();
    const asked = this.questions.ask(ref, question, (q) => this.connection.send(ref, q));
    return asked as Promise<unknown> as Promise<T>;
  }

  /** Tell the others where one is; nobody is told while the line is away. */
  here(cell: string | null, version: number, anchor: number | null, head: number | null): void {
    this.connection.tell({ op: "here", cell, version, anchor, head });
  }

  answer(cell: string, request: string, text: string): void {
    this.ask({ op: "answer", cell, request, text });
  }

  retry(): void {
    this.connection.retry();
  }

  destroy(): void {
    this.connection.destroy();
  }

  private ask(operation: Operation, held = false): void {
    this.state = add(this.state, { ref: this.connection.nextRef(), operation, sent: false, held });
    this.flush();
    this.events.changed();
  }

  // In the order in which they were asked. A run waits until its cell's text has arrived, and what
  // was asked after it waits too.
  private flush(): void {
    for (const { ref, operation, sent, held } of this.state.pending) {
      if (sent || held) continue;
      if (operation.op === "run" && this.texts.hasUnsent(operation.cell)) {
        this.texts.push(operation.cell);
        return;
      }
      if (!this.connection.send(ref, operation)) return;
      this.state = markSent(this.state, true, ref);
    }
  }

  private received(frame: BrokerFrame): void {
    if (this.isBeside(frame)) return;
    const before = this.state.seq;
    const { state, lost } = receive(this.state, frame);
    this.state = state;
    if (lost) {
      if (!this.broken) this.connection.hello(lost === "break");
      this.broken = true;
      return;
    }
    if (frame.t === "snapshot" || frame.t === "events") this.broken = false;
    if (frame.t === "snapshot") this.texts.restart(state);
    if (frame.t === "events") this.followed(frame.events.filter((event) => event.seq > before));
    if (frame.t === "accepted") this.texts.accepted(frame.ref, frame.seq);
    if (frame.t === "refused") this.refused(frame);
    this.flush();
    for (const look of this.waiting) look();
    this.events.changed();
  }

  // What is no part of the document: nothing is drawn anew for it.
  private isBeside(frame: BrokerFrame): boolean {
    if (frame.t === "here") this.events.here?.(frame);
    else if (frame.t === "people") this.events.people?.(frame.people, frame.me);
    else if (frame.t === "answer") this.questions.answered(frame);
    else return frame.t === "refused" && this.questions.refused(frame);
    return true;
  }

  private followed(events: readonly NotebookEvent[]): void {
    this.texts.receive(events, this.state.seq);
    for (const event of events) {
      if (event.type === "cell_deleted") this.texts.drop(event.cell, true);
      if (event.type === "noticed") this.events.said(event);
    }
  }

  private refused(frame: Refused): void {
    const cell = this.texts.refused(frame.ref);
    if (isWorthSaying(frame, this.asked.has(frame.ref))) this.events.said(frame);
    if (cell === null || frame.code === "behind") return;
    // Text that cannot be taken must not start the cell in its older form.
    for (const { ref, operation } of this.state.pending)
      if (operation.op === "run" && operation.cell === cell)
        this.state = withoutPending(this.state, ref);
  }

  private linkChanged(link: Link): void {
    if (link.state === "live") {
      this.texts.pushAll();
      this.flush();
    } else {
      for (const { ref, sent } of this.state.pending) if (sent) this.asked.add(ref);
      this.state = markSent(this.state, false);
      this.texts.interrupted();
      this.questions.interrupted();
      this.broken = false;
    }
    this.events.changed();
  }
}

/** nbformat 4.5: 1–64 characters of [a-zA-Z0-9-_]. */
function newCellId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
