// A notebook that is open in this page: what is known, what was asked, what is still to be sent.
// Joins connection, state and texts. Not for elements.

import type { CommFrames } from "../../widgets/comms";
import type { Sentence } from "../serverwords";
import { CellDeeds, OVERTAKEN } from "./celldeeds";
import type { Mark } from "./cellundo";
import { Connection, type Link, type OpenLine } from "./connection";
import type {
  BrokerFrame,
  Here,
  NewCell,
  NotebookEvent,
  Operation,
  Question,
  Refused,
  Visit,
} from "./protocol";
import { Questions } from "./questions";
import { type Kept, outlives, Recall } from "./recall";
import {
  add,
  initialState,
  isWorthSaying,
  markSent,
  type NotebookState,
  type Pending,
  receive,
  withoutPending,
} from "./state";
import { Texts } from "./texts";

export type SessionEvents = {
  changed(): void;
  /** Something a person should know: a refusal or a notice, in the server's words. */
  said(what: Sentence): void;
  /** Text that found no place in the notebook any more. */
  orphaned(text: string): void;
  /** Somebody's cursor is elsewhere; others came or went. Neither is part of the state. */
  here?(here: Here): void;
  people?(people: readonly Visit[], me: string): void;
  /** Events that are now part of the state; `late`: the line was away when they happened. */
  followed?(events: readonly NotebookEvent[], late: boolean): void;
  /** What pages that are gone had left is part of this one. */
  landed?(): void;
  /** What the kernel says of its widgets. */
  comms?(frame: CommFrames): void;
};

export class Session extends CellDeeds {
  override state: NotebookState = initialState;
  override readonly texts: Texts;
  /** Marks this page's own edits among those of others. */
  readonly client = crypto.getRandomValues(new Uint32Array(2)).join("-");
  private readonly connection: Connection;
  private recalls: Recall[]; // what pages that are gone had not sent, until the notebook is here
  private readonly questions = new Questions();
  private readonly asked = new Set<number>(); // refs sent more than once
  private readonly waiting = new Set<() => void>();
  private flushing = false;
  private wanted = false; // something may be sendable
  private isLate = false; // the first events after the line was away tell of that time
  private broken = false; // an event did not fit; the whole notebook is on its way

  constructor(
    open: OpenLine,
    private readonly events: SessionEvents,
    left: readonly Kept[] = [],
  ) {
    super();
    this.recalls = left.map((kept) => new Recall(kept));
    this.texts = new Texts({
      client: this.client,
      nextRef: () => this.connection.nextRef(),
      send: (ref, operation) => this.connection.send(ref, operation),
      state: () => this.state,
      settled: () => this.flush(),
      orphaned: (text) => events.orphaned(text),
    });
    this.connection = new Connection(open, {
      position: () => this.recalled() ?? { epoch: this.state.epoch, seq: this.state.seq },
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
    return this.texts.anyUnsent || this.state.pending.length > 0;
  }

  /** What is not recorded by the broker and worth more than this page's life; null for nothing. */
  kept(): Kept | null {
    const { epoch, seq, pending } = this.state;
    const cells = this.texts.kept();
    const operations = pending.map((own) => own.operation).filter(outlives);
    if (!cells.length && !operations.length) return null;
    return { client: this.client, epoch, seq, cells, operations };
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

  /** With "go_on", what waits runs also when this fails. */
  run(cell: string, then?: "go_on"): void {
    const found = this.state.document.cells.get(cell);
    if (found?.type !== "code" || this.isAsked(cell)) return;
    this.ask({ op: "run", cell, ...(then ? { then } : {}) });
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

  /** A widget's message to the kernel. Lost when the line is away: the widget then says so. */
  comm(comm: string, data: Record<string, unknown>, buffers: string[]): void {
    const operation: Operation = { op: "comm", comm, data, buffers };
    if (this.isLive) this.connection.send(this.connection.nextRef(), operation);
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

  protected override ask(operation: Operation, mark?: Mark): void {
    const own: Pending = { ref: this.connection.nextRef(), operation, sent: false };
    this.state = add(this.state, mark ? { ...own, mark } : own);
    this.flush();
    this.events.changed();
  }

  // In the order in which they were asked. What depends on a cell's text waits until that has
  // arrived, and what was asked after it waits too.
  private flush(): void {
    this.wanted = true;
    if (this.flushing) return; // an answer came while something was being sent
    this.flushing = true;
    while (this.wanted) {
      this.wanted = false;
      for (const { ref } of this.state.pending) if (!this.flushOne(ref)) break;
    }
    this.flushing = false;
  }

  // Says whether the next may follow.
  private flushOne(ref: number): boolean {
    const own = this.state.pending.find((one) => one.ref === ref);
    if (!own) return true;
    if (own.sent) return !isOnTexts(own.operation); // the next may be about the same text
    if (textsOf(own.operation).some((cell) => this.isOnItsWay(cell))) return false;
    const operation = this.fixed(own);
    if (!operation) {
      this.state = withoutPending(this.state, ref);
      if (own.operation.op === "split") this.texts.drop(own.operation.id, true);
      this.events.said(OVERTAKEN);
      return true;
    }
    this.state = markSent(this.state, true, ref);
    if (this.connection.send(ref, operation)) return true;
    this.state = markSent(this.state, false, ref);
    return false;
  }

  // Text that is stuck must not hold everything else for ever.
  private isOnItsWay(id: string): boolean {
    const cell = this.state.confirmed.cells.get(id);
    if (!cell) return this.texts.hasUnsent(id); // goes out when its own insertion is confirmed
    if (this.texts.isSettled(cell) || this.texts.isStuck(id)) return false;
    // Without anything unsent its editor has yet to be told of the last event: the next flush.
    if (this.texts.hasUnsent(id)) this.texts.push(id);
    return true;
  }

  // With the versions and places that hold now; null when the texts are not there any more.
  private fixed({ operation, mark }: Pending): Operation | null {
    if (operation.op !== "split" && operation.op !== "merge") return operation;
    const cell = this.state.confirmed.cells.get(operation.cell);
    if (!cell || !mark) return null;
    if (operation.op === "split") {
      const at = mark.at;
      return at === null ? null : { ...operation, at, version: cell.version };
    }
    const next = this.state.confirmed.cells.get(operation.next);
    if (!next) return null;
    mark.at = cell.source.length;
    this.texts.follow(cell.id, mark);
    return { ...operation, version: cell.version, next_version: next.version };
  }

  private received(frame: BrokerFrame): void {
    if (this.isBeside(frame) || this.isOfBefore(frame)) return;
    const { seq: before, pending } = this.state;
    const { state, lost } = receive(this.state, frame);
    this.state = state;
    if (lost) {
      if (!this.broken) this.connection.hello(lost === "break");
      this.broken = true;
      return;
    }
    if (frame.t === "snapshot" || frame.t === "events") this.broken = false;
    if (frame.t === "snapshot") this.texts.restart(state);
    if (frame.t === "snapshot") this.land();
    if (frame.t === "events") this.followed(frame.events.filter((event) => event.seq > before));
    if (frame.t === "snapshot" || frame.t === "events") this.isLate = false;
    if (frame.t === "accepted") this.texts.accepted(frame.ref, frame.seq);
    if (frame.t === "refused") this.refused(frame, pending);
    this.flush();
    for (const look of this.waiting) look();
    this.events.changed();
  }

  // What is no part of the document: nothing is drawn anew for it.
  private isBeside(frame: BrokerFrame): boolean {
    if (frame.t === "here") this.events.here?.(frame);
    else if (frame.t === "people") this.events.people?.(frame.people, frame.me);
    else if (frame.t === "widgets" || frame.t === "comm") this.events.comms?.(frame);
    else if (frame.t === "answer") this.questions.answered(frame);
    else return frame.t === "refused" && this.questions.refused(frame);
    return true;
  }

  // Where those stood that pages which are gone left behind: first what happened since is asked for.
  private recalled(): { epoch: string; seq: number } | null {
    if (this.state.epoch !== null) return null;
    const positions = this.recalls.flatMap((recall) => recall.position ?? []);
    const [first] = positions;
    if (!first) return null;
    const same = positions.filter((one) => one.epoch === first.epoch);
    return { epoch: first.epoch, seq: Math.min(...same.map((one) => one.seq)) };
  }

  // What happened since then; after it the whole notebook is asked for, which this page lacks.
  private isOfBefore(frame: BrokerFrame): boolean {
    if (frame.t !== "events" || this.state.epoch !== null) return false;
    const from = this.recalled();
    for (const recall of this.recalls)
      if (recall.position?.epoch === from?.epoch) recall.follow(frame.events);
    if (!this.broken) this.connection.hello(true);
    this.broken = true;
    return true;
  }

  private land(): void {
    if (!this.recalls.length) return;
    for (const recall of this.recalls.splice(0)) {
      const { texts, operations, offered } = recall.land(this.state);
      for (const operation of operations) {
        const ref = this.connection.nextRef();
        this.asked.add(ref); // that it is so already is no news
        this.state = add(this.state, { ref, operation, sent: false });
      }
      for (const { cell, ...unsent } of texts) this.texts.adopt(cell, unsent);
      for (const text of offered) this.events.orphaned(text);
    }
    this.events.landed?.();
  }

  protected override overtaken(): void {
    this.events.said(OVERTAKEN);
  }

  private followed(events: readonly NotebookEvent[]): void {
    this.events.followed?.(events, this.isLate);
    this.texts.receive(events, this.state.seq);
    for (const event of events) {
      // Deleted and brought back at once: its editor goes on.
      const gone = event.type === "cell_deleted" && !this.state.confirmed.cells.has(event.cell);
      if (gone) this.texts.drop(event.cell, true);
      if (event.type === "cell_edited" && !event.updates.some((u) => u.client === this.client))
        this.others.add(event.cell);
      if (event.type === "noticed") this.events.said(event);
    }
  }

  private refused(frame: Refused, pending: readonly Pending[]): void {
    const cell = this.texts.refused(frame.ref);
    const own = pending.find((one) => one.ref === frame.ref)?.operation;
    if (own?.op === "insert") this.handBack(own.cell);
    if (own?.op === "split" && frame.code !== "behind") this.texts.drop(own.id, true);
    if (isWorthSaying(frame, this.asked.has(frame.ref))) this.events.said(frame);
    if (cell === null || frame.code === "behind") return;
    // Text that cannot be taken must not start the cell in its older form.
    for (const { ref, operation } of this.state.pending)
      if (operation.op !== "delete" && textsOf(operation).includes(cell))
        this.state = withoutPending(this.state, ref);
  }

  // A cell that will not be: what was written for it is offered.
  private handBack({ id, source }: NewCell): void {
    if (this.state.confirmed.cells.has(id)) return;
    if (this.texts.hasUnsent(id)) this.texts.drop(id, true);
    else if (source) this.events.orphaned(source);
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
      this.isLate = true;
    }
    this.events.changed();
  }
}

const isOnTexts = ({ op }: Operation) => op === "split" || op === "merge";

// The cells whose whole text must have arrived before this goes out.
function textsOf(own: Operation): string[] {
  if (own.op === "merge") return [own.cell, own.next];
  return own.op === "run" || own.op === "delete" || own.op === "split" ? [own.cell] : [];
}
