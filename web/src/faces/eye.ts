// The round window: closed, open, filling, turning, done. Draws what it is told; knows no server.
import { need } from "../lib/dom";
import type { Guide } from "./ceremony";
import { say, sayCode } from "./words";

const HOLD_MS = 700; // a word under a moving face must stay long enough to be read

export type EyeState = "closed" | "opening" | "open" | "done" | "failed";

export class Eye {
  private readonly eye: HTMLElement;
  private readonly view: HTMLElement;
  private readonly words: HTMLElement;
  private saidAt = Number.NEGATIVE_INFINITY;
  private step = "";

  constructor(root: ParentNode) {
    this.eye = need(root, ".eye");
    this.view = need(root, ".eye-view");
    this.words = need(root, ".eye-words");
  }

  set state(state: EyeState) {
    this.eye.dataset.state = state;
    if (state !== "open") delete this.eye.dataset.turn;
    if (state === "closed" || state === "opening" || state === "failed") this.fill(0);
    if (state === "done") this.fill(1);
  }

  show(video: HTMLVideoElement): void {
    this.view.append(video);
    this.state = "open";
  }

  /** A sentence at once: the start, the end, a refusal. */
  tell(sentence: string): void {
    this.saidAt = performance.now();
    if (this.words.textContent !== sentence) this.words.textContent = sentence;
  }

  /** The server's guidance: the ring fills, and the words change no faster than they are read. */
  guide(guide: Guide): void {
    this.fill(guide.progress);
    this.eye.dataset.turn = guide.step;
    const isNew = guide.step !== this.step;
    this.step = guide.step;
    if (!isNew && performance.now() - this.saidAt < HOLD_MS) return;
    this.tell(sayCode(guide.word ?? guide.step, {}, say("look")));
  }

  private fill(progress: number): void {
    this.eye.style.setProperty("--fill", String(progress));
  }
}
