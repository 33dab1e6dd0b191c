// Which elements are near the screen, and the work that this asks for: a few milliseconds in each
// frame for what is near, the rest when the browser is idle. Not for what the work is (celllist.ts).

const MARGIN = 1500; // pixels above and below the screen: half a second of quick scrolling
const FRAME_BUDGET_MS = 5;
const IDLE_LEFT_MS = 6; // a piece of work is only begun while so much of an idle time is left

const LATER_MS = 200;

type Work = () => void;

export class Nearness {
  readonly near = new Set<Element>();
  private readonly waiting = new Map<Element, Work[]>(); // until their element comes near
  private readonly idle: Work[] = [];
  private queue: Element[] = [];
  private frame = 0;
  private asked = false;
  private readonly observer = new IntersectionObserver((seen) => this.observed(seen), {
    rootMargin: `${MARGIN}px 0px`,
  });

  watch(element: Element): void {
    element.toggleAttribute("data-far", true);
    this.observer.observe(element);
  }

  unwatch(element: Element): void {
    this.observer.unobserve(element);
    this.near.delete(element);
    this.waiting.delete(element);
  }

  /** `moved`: what is near has changed. Nothing is done in idle times while the page scrolls. */
  constructor(
    private readonly moved: () => void,
    private readonly isScrolling: () => boolean,
  ) {}

  /** What of the near is on the screen, or within `margin` pixels of it. */
  onScreen(margin: number): Element[] {
    return [...this.near].filter((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return bottom > -margin && top < innerHeight + margin;
    });
  }

  /** Do `work` when `element` is near the screen. */
  whenNear(element: Element, work: Work): void {
    this.waiting.set(element, [...(this.waiting.get(element) ?? []), work]);
    if (this.near.has(element)) this.enqueue(element);
  }

  /** Do `work` some time, when nothing else is to be done. It may find its work done already. */
  whenIdle(work: Work): void {
    this.idle.push(work);
    this.askForIdleTime();
  }

  /** All that waits for an idle time, now: the page is about to be printed. */
  finish(): void {
    for (const work of this.idle.splice(0)) work();
  }

  private observed(seen: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of seen) {
      target.toggleAttribute("data-far", !isIntersecting);
      if (!isIntersecting) this.near.delete(target);
      else {
        this.near.add(target);
        this.enqueue(target);
      }
    }
    this.moved();
  }

  private enqueue(element: Element): void {
    this.queue.push(element);
    if (!this.frame) this.frame = requestAnimationFrame(() => this.work());
  }

  private work(): void {
    this.frame = 0;
    const began = performance.now();
    const onScreen = (element: Element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    };
    const near = [...new Set(this.queue)].filter((e) => this.near.has(e) && this.waiting.has(e));
    const shown = new Set(near.filter(onScreen)); // these cannot wait
    const order = [...shown, ...near.filter((element) => !shown.has(element))];
    while (order.length) {
      const next = order[0] as Element;
      if (!shown.has(next) && performance.now() - began > FRAME_BUDGET_MS) break;
      order.shift();
      const works = this.waiting.get(next) ?? [];
      this.waiting.delete(next);
      for (const work of works) work();
    }
    this.queue = order;
    if (order.length) this.frame = requestAnimationFrame(() => this.work());
  }

  private askForIdleTime(): void {
    if (this.asked || !this.idle.length) return;
    this.asked = true;
    const again = (left: () => number) => {
      this.asked = false;
      while (this.idle.length && !this.isScrolling() && left() > IDLE_LEFT_MS)
        this.idle.shift()?.();
      this.askForIdleTime();
    };
    if (this.isScrolling()) setTimeout(() => again(() => 0), LATER_MS);
    else if ("requestIdleCallback" in window)
      requestIdleCallback((deadline) => again(() => deadline.timeRemaining()));
    else setTimeout(() => again(untilLater(12)), 100);
  }
}

function untilLater(milliseconds: number): () => number {
  const end = performance.now() + milliseconds;
  return () => end - performance.now();
}
