// The conversation with the server while the camera is open: frames up, guidance down.
// The server says what to do next and when it is over; this file decides nothing about faces.
import { Socket } from "../lib/socket";
import { Pace } from "./pace";

export type Guide = { step: string; progress: number; word: string | null };

export type Ending =
  | { t: "matched"; name: string; ticket: string }
  | { t: "done"; alike: boolean }
  | { t: "refused"; code: string; text: string; values: Record<string, string | number> }
  | { t: "lost" }
  | { t: "stopped" };

/** How far the server is: frames answered, and its own milliseconds for the last. */
type Counted = { n: number; ms: number };

/** What one frame of the server means. Anything unexpected counts as a lost line. */
export type Heard = { t: "guide"; guide: Guide; counted: Counted } | Ending;

const WATCH_MS = 500;
const SLOW_MS = 1500; // then the page says that it waits
const LOST_MS = 12_000;
const LOST_IN_LINE_MS = 60_000; // longer than the server lets anybody wait for a turn
const AGAIN_MS = [500, 1000, 2000, 3000]; // a server that starts anew is back in that time
const FINAL = new Set([4001, 4003, 4004, 4008]); // see lib/socket.ts

export function hear(data: string | ArrayBuffer): Heard {
  let said: Record<string, unknown> = {};
  try {
    if (typeof data === "string") said = (JSON.parse(data) ?? {}) as Record<string, unknown>;
  } catch {
    return { t: "lost" };
  }
  const text = (key: string) => (typeof said[key] === "string" ? (said[key] as string) : "");
  const number = (key: string) => (typeof said[key] === "number" ? (said[key] as number) : 0);
  switch (said.t) {
    case "guide": {
      const guide = {
        step: text("step"),
        progress: number("progress"),
        word: text("word") || null,
      };
      return { t: "guide", guide, counted: { n: number("n"), ms: number("ms") } };
    }
    case "matched":
      return { t: "matched", name: text("name"), ticket: text("ticket") };
    case "done":
      return { t: "done", alike: said.alike === true };
    case "refused": {
      const values = (said.values ?? {}) as Record<string, string | number>;
      const sentence = `${text("message")} ${text("hint")}`.trim();
      return { t: "refused", code: text("code"), text: sentence, values };
    }
    default:
      return { t: "lost" };
  }
}

type Hooks = {
  /** The next picture; `small` over a thin line. */
  frame(small: boolean): Promise<Blob>;
  guide(guide: Guide): void;
  /** The line is slow, or broke and is tried again: something to say, nothing to do. */
  waiting(why: "slow" | "broke"): void;
  ended(ending: Ending): void;
};

export class Ceremony {
  private socket: Socket;
  private pace = new Pace();
  private timer = 0;
  private again = 0;
  private readonly watch: number;
  private heardAt = performance.now();
  private inLine = false;
  private taking = false;
  private over = false;
  private tries = 0;

  /** `opening`: the first words to the server, or null when the server speaks first. */
  constructor(
    private readonly path: string,
    private readonly opening: object | null,
    private readonly hooks: Hooks,
  ) {
    this.socket = this.open();
    this.watch = window.setInterval(() => this.look(), WATCH_MS);
  }

  tell(words: object): void {
    this.socket.send(JSON.stringify(words));
  }

  stop(): void {
    this.over = true;
    clearTimeout(this.timer);
    clearTimeout(this.again);
    clearInterval(this.watch);
    this.socket.destroy();
  }

  private open(): Socket {
    const events = {
      opened: () => {
        if (this.opening) this.tell(this.opening);
      },
      received: (data: string | ArrayBuffer) => this.received(data),
      closed: (code: number) => this.broke(code),
    };
    return new Socket(this.path, events, { reconnect: false });
  }

  /** The line broke without an ending: begin anew, a few times, the camera still open. */
  private broke(code: number): void {
    const rest = AGAIN_MS[this.tries];
    if (this.over) return;
    if (FINAL.has(code) || rest === undefined) {
      this.end({ t: "lost" });
      return;
    }
    this.tries += 1;
    clearTimeout(this.timer);
    this.hooks.waiting("broke");
    this.again = window.setTimeout(() => {
      this.pace = new Pace();
      this.heardAt = performance.now();
      this.socket = this.open();
    }, rest);
  }

  private received(data: string | ArrayBuffer): void {
    if (this.over) return;
    const heard = hear(data);
    if (heard.t !== "guide") {
      this.end(heard);
      return;
    }
    this.heardAt = performance.now();
    this.inLine = heard.guide.step === "wait";
    this.pace.heard(heard.counted.n, heard.counted.ms, this.heardAt);
    this.hooks.guide(heard.guide);
    if (!this.inLine) this.next();
  }

  private next(): void {
    const rest = this.pace.wait(performance.now());
    if (this.over || this.taking || this.inLine || rest === null) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.sendFrame(), rest);
  }

  private async sendFrame(): Promise<void> {
    this.taking = true;
    const { socket, pace } = this;
    try {
      const picture = await this.hooks.frame(pace.isThin);
      // A line that broke meanwhile begins anew by itself, with the server's first word.
      if (this.over || socket !== this.socket || !socket.send(picture)) return;
      pace.sent(performance.now());
    } catch {
      this.end({ t: "refused", code: "gone", text: "", values: {} });
    } finally {
      this.taking = false;
    }
    this.next();
  }

  /** Twice a second: has the server forgotten us? */
  private look(): void {
    const at = performance.now();
    if (at - this.heardAt > (this.inLine ? LOST_IN_LINE_MS : LOST_MS)) this.end({ t: "lost" });
    else if (this.pace.overdue(at) > SLOW_MS) this.hooks.waiting("slow");
  }

  private end(ending: Ending): void {
    if (this.over) return;
    this.stop();
    this.hooks.ended(ending);
  }
}
