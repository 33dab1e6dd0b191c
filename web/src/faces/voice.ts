// What a screen reader is told of the camera: each new request once, and what is wrong with the
// picture only when it stays wrong. The words on the page change more often than one can listen.

const STAYS_MS = 1200; // a problem that is over sooner needs no word
const REST_MS = 5000; // before the same thing is said again

export class Voice {
  private step = "";
  private word = "";
  private since = 0;
  private readonly told = new Map<string, number>();

  constructor(private readonly region: HTMLElement) {}

  /** A sentence at once: the start, the end, a refusal. */
  tell(sentence: string): void {
    this.step = "";
    this.word = "";
    this.region.textContent = sentence;
  }

  /** What the page shows now: the step, and a problem's code or null; `sentence` is of either. */
  guide(step: string, word: string | null, sentence: string, at: number): void {
    if (step !== this.step && word === null) {
      this.step = step;
      this.word = "";
      this.region.textContent = sentence;
      return;
    }
    if (word !== this.word) {
      this.word = word ?? "";
      this.since = at;
    }
    if (!word || at - this.since < STAYS_MS) return;
    if (at - (this.told.get(word) ?? Number.NEGATIVE_INFINITY) < REST_MS) return;
    this.told.set(word, at);
    this.region.textContent = sentence;
  }
}
