// Work that waits until the page has come to rest: done in idle time, a few pieces at once, and
// dropped when the page scrolls again. Not for what the work is (celllist.ts).

const REST_MS = 150; // without scrolling
const IDLE_LEFT_MS = 8; // a piece is only begun while so much of an idle time is left
const SOON_MS = 100; // a busy browser still gets to it

export class Stillness {
  private scrolledAt = Number.NEGATIVE_INFINITY;
  private timer = 0;
  private works: (() => void)[] | null = null;

  /** `plan` says what is to be done, best first, when the page rests or was asked to look again. */
  constructor(private readonly plan: () => (() => void)[]) {
    document.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  get isScrolling(): boolean {
    return performance.now() - this.scrolledAt < REST_MS;
  }

  /** Something changed that there may be work for. */
  look(): void {
    this.works = null;
    this.timer ||= window.setTimeout(() => this.rest(), this.isScrolling ? REST_MS : 0);
  }

  private scrolled(): void {
    this.scrolledAt = performance.now();
    this.works = null;
    this.timer ||= window.setTimeout(() => this.rest(), REST_MS);
  }

  private rest(): void {
    this.timer = 0;
    if (this.isScrolling) {
      const left = REST_MS - (performance.now() - this.scrolledAt);
      this.timer = window.setTimeout(() => this.rest(), Math.max(1, left));
    } else whenIdle((left) => this.work(left));
  }

  private work(left: () => number): void {
    if (this.timer) return; // it scrolls again, or is to look again
    this.works ??= this.plan();
    do this.works.shift()?.();
    while (this.works.length && left() > IDLE_LEFT_MS);
    if (this.works.length) whenIdle((more) => this.works && this.work(more));
    else this.works = null;
  }
}

/** Do `work` in the browser's next idle time; it is told how many milliseconds are left. */
export function whenIdle(work: (left: () => number) => void): void {
  if ("requestIdleCallback" in window)
    requestIdleCallback((deadline) => work(() => deadline.timeRemaining()), { timeout: SOON_MS });
  else {
    const end = performance.now() + SOON_MS + 12;
    setTimeout(() => work(() => end - performance.now()), SOON_MS);
  }
}
