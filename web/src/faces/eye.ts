// The round window: closed, open, filling, turning, done. Draws what it is told; knows no server.
import { el, need } from "../lib/dom";
import type { Guide } from "./ceremony";
import { Voice } from "./voice";
import { say, sayCode, type Word } from "./words";

const HOLD_MS = 700; // a word under a moving face must stay long enough to be read
// A movement that takes so long is mostly begun and not far enough, or not believed yet. The clock
// alone decides, so that the words tell nobody which; the server waits four seconds in all.
const FURTHER_MS = 1600;
const FURTHER: Record<string, Word> = {
  left: "further",
  right: "further",
  up: "higher",
  nod: "deeper",
  closer: "nearer",
  tilt_left: "lower",
  tilt_right: "lower",
};
const FLASH = /^flash:(#[0-9a-f]{6})$/i;

export type EyeState = "closed" | "opening" | "open" | "done" | "failed";

export class Eye {
  private readonly eye: HTMLElement;
  private readonly view: HTMLElement;
  private readonly words: HTMLElement;
  private readonly voice: Voice;
  private readonly light = el("div", { class: "eye-light", "aria-hidden": "true" });
  private saidAt = Number.NEGATIVE_INFINITY;
  private step = "";
  private stepAt = 0;

  constructor(root: ParentNode) {
    this.eye = need(root, ".eye");
    this.view = need(root, ".eye-view");
    this.words = need(root, ".eye-words");
    // The sentence on the page follows every movement; a listener gets a calmer one (voice.ts).
    this.words.removeAttribute("role");
    this.words.removeAttribute("aria-live");
    const region = el("p", { class: "eye-voice visually-hidden", role: "status" });
    this.eye.after(region);
    this.voice = new Voice(region);
  }

  set state(state: EyeState) {
    this.eye.dataset.state = state;
    if (state !== "open") this.clear();
    if (state === "closed" || state === "opening" || state === "failed") this.fill(0);
    if (state === "done") this.fill(1);
  }

  show(video: HTMLVideoElement): void {
    this.view.append(video);
    this.state = "open";
  }

  /** The lid falls over the last picture, which lives only until it has. */
  hide(video: HTMLVideoElement): void {
    const last = el("canvas", { class: "eye-last", "aria-hidden": "true" });
    const context = video.videoWidth ? last.getContext("2d") : null;
    if (!context || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    last.width = video.videoWidth;
    last.height = video.videoHeight;
    context.drawImage(video, 0, 0);
    last.addEventListener("animationend", () => last.remove());
    this.view.append(last);
  }

  /** A sentence at once: the start, the end, a refusal. */
  tell(sentence: string): void {
    this.write(sentence);
    this.voice.tell(sentence);
  }

  /** Something to say between two requests, shown and not spoken. */
  mention(sentence: string): void {
    this.write(sentence);
  }

  /** All that was reached is void, and it begins anew; the camera stays. */
  restart(sentence: string): void {
    this.state = "open";
    this.fill(0);
    this.clear();
    this.tell(sentence);
  }

  /** The server's guidance: the ring fills and turns, and the words change no faster than they
   * are read. */
  guide(guide: Guide): void {
    const colour = FLASH.exec(guide.step)?.[1] ?? null;
    const step = colour ? "flash" : guide.step;
    this.fill(guide.progress);
    this.shine(colour);
    this.eye.dataset.turn = step;
    const at = performance.now();
    const isNew = step !== this.step;
    if (isNew) this.stepAt = at;
    this.step = step;
    const late = at - this.stepAt > FURTHER_MS ? FURTHER[step] : undefined;
    const sentence = sayCode(guide.word ?? late ?? step, {}, say("look"));
    this.voice.guide(late ?? step, guide.word, sentence, at);
    if (isNew || at - this.saidAt >= HOLD_MS) this.write(sentence);
  }

  private clear(): void {
    delete this.eye.dataset.turn;
    this.shine(null);
    this.step = "";
  }

  private write(sentence: string): void {
    this.saidAt = performance.now();
    this.words.classList.remove("quiet"); // what was there before the first press
    if (this.words.textContent !== sentence) this.words.textContent = sentence;
  }

  /** The whole page in one colour round the window, or as it was. */
  private shine(colour: string | null): void {
    if (!colour) {
      this.light.remove();
      return;
    }
    this.light.style.setProperty("--light", colour);
    if (!this.light.isConnected) this.eye.before(this.light);
  }

  private fill(progress: number): void {
    this.eye.style.setProperty("--fill", String(progress));
  }
}
