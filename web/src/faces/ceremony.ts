// The conversation with the server while the camera is open: one frame up, one answer down.
// The server says what to do next and when it is over; this file decides nothing about faces.
import { Socket } from "../lib/socket";

export type Guide = { step: string; progress: number; word: string | null };

export type Ending =
  | { t: "matched"; name: string; ticket: string }
  | { t: "done"; alike: boolean }
  | { t: "refused"; code: string; text: string; values: Record<string, string | number> }
  | { t: "lost" };

/** What one frame of the server means. Anything unexpected counts as a lost line. */
export type Heard = { t: "guide"; guide: Guide } | Ending;

const REST_MS = 70; // between an answer and the next picture: the preview stays smooth

export function hear(data: string | ArrayBuffer): Heard {
  let said: Record<string, unknown> = {};
  try {
    if (typeof data === "string") said = (JSON.parse(data) ?? {}) as Record<string, unknown>;
  } catch {
    return { t: "lost" };
  }
  const text = (key: string) => (typeof said[key] === "string" ? (said[key] as string) : "");
  switch (said.t) {
    case "guide": {
      const progress = typeof said.progress === "number" ? said.progress : 0;
      return { t: "guide", guide: { step: text("step"), progress, word: text("word") || null } };
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
  frame(): Promise<Blob>;
  guide(guide: Guide): void;
  ended(ending: Ending): void;
};

export class Ceremony {
  private readonly socket: Socket;
  private timer = 0;
  private over = false;

  /** `opening`: the first words to the server, or null when the server speaks first. */
  constructor(
    path: string,
    opening: object | null,
    private readonly hooks: Hooks,
  ) {
    this.socket = new Socket(
      path,
      {
        opened: () => opening && this.tell(opening),
        received: (data) => this.received(data),
        closed: () => this.end({ t: "lost" }),
      },
      { reconnect: false },
    );
  }

  tell(words: object): void {
    this.socket.send(JSON.stringify(words));
  }

  stop(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.socket.destroy();
  }

  private received(data: string | ArrayBuffer): void {
    if (this.over) return;
    const heard = hear(data);
    if (heard.t !== "guide") {
      this.end(heard);
      return;
    }
    this.hooks.guide(heard.guide);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.sendFrame(), REST_MS);
  }

  private async sendFrame(): Promise<void> {
    try {
      const picture = await this.hooks.frame();
      if (!this.over) this.socket.send(picture);
    } catch {
      this.end({ t: "lost" });
    }
  }

  private end(ending: Ending): void {
    if (this.over) return;
    this.stop();
    this.hooks.ended(ending);
  }
}
