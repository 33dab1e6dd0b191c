// The only part of the notebook page that knows the socket: says hello, resumes, numbers what is
// sent, parses what comes. Not for what frames mean (state.ts) nor for what to send (session.ts).
import type { SocketEvents } from "../../lib/socket";
import type { BrokerFrame, Here, Operation, Question } from "./protocol";

export type Link =
  | { state: "connecting" }
  | { state: "live" }
  | { state: "offline" } // another try follows by itself
  | { state: "ended"; code: number }; // signed out, or no such notebook: no other try

export type Line = { send(data: string): boolean; retry(): void; destroy(): void };
export type OpenLine = (events: SocketEvents) => Line;

export type ConnectionEvents = {
  /** Where the page stands, for the hello. */
  position(): { epoch: string | null; seq: number };
  received(frame: BrokerFrame): void;
  changed(link: Link): void;
};

const PATIENCE_MS = 8000;
// Every kind there is: the compiler misses none of BrokerFrame's.
const KINDS: Record<BrokerFrame["t"], true> = {
  snapshot: true,
  events: true,
  accepted: true,
  refused: true,
  answer: true,
  people: true,
  here: true,
  widgets: true,
  comm: true,
  saved: true,
  save_failed: true,
  usage: true,
  failed: true,
};

export class Connection {
  link: Link = { state: "connecting" };
  private readonly line: Line;
  private lastRef = 0;
  private unanswered = 0; // the timer that asks again when a hello has no answer

  constructor(
    open: OpenLine,
    private readonly events: ConnectionEvents,
  ) {
    this.line = open({
      opened: () => this.hello(),
      received: (data) => this.received(data),
      closed: (code, seconds) =>
        this.change(seconds === null ? { state: "ended", code } : { state: "offline" }),
    });
  }

  nextRef(): number {
    this.lastRef += 1;
    return this.lastRef;
  }

  /** Says whether it went out. Nothing goes out before the broker has answered the hello. */
  send(ref: number, operation: Operation | Question): boolean {
    return this.link.state === "live" && this.line.send(JSON.stringify({ ...operation, ref }));
  }

  /** What nobody answers. */
  tell(here: { op: "here" } & Omit<Here, "visit">): void {
    if (this.link.state === "live") this.line.send(JSON.stringify(here));
  }

  /** Ask for what is missing; with `whole`, for the whole notebook. */
  hello(whole = false): void {
    const { epoch, seq } = this.events.position();
    const position = whole ? { epoch: null, seq: 0 } : { epoch, seq };
    this.line.send(JSON.stringify({ op: "hello", ...position }));
    clearTimeout(this.unanswered);
    this.unanswered = window.setTimeout(() => this.hello(whole), PATIENCE_MS);
  }

  retry(): void {
    this.line.retry();
  }

  destroy(): void {
    clearTimeout(this.unanswered);
    this.line.destroy();
  }

  private received(data: string | ArrayBuffer): void {
    if (typeof data !== "string") return;
    const frame = JSON.parse(data) as BrokerFrame;
    if (!frame || !Object.hasOwn(KINDS, frame.t)) return; // a newer server's frame that this page does not know
    this.events.received(frame);
    const answersHello = frame.t === "snapshot" || frame.t === "events";
    if (answersHello || frame.t === "failed") clearTimeout(this.unanswered);
    if (answersHello && this.link.state !== "live") this.change({ state: "live" });
  }

  private change(link: Link): void {
    if (link.state !== "live") clearTimeout(this.unanswered);
    this.link = link;
    this.events.changed(link);
  }
}
