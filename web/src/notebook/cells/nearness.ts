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
  private looking = 0; // a frame

  /** `list`: its children are watched. `moved`: what is near has changed. Nothing is done in idle
      times while the page scrolls. */
  constructor(
    private readonly list: Element,
    private readonly moved: () => void,
    private readonly isScrolling: () => boolean,
  ) {
    document.addEventListener("scroll", () => this.look(), { passive: true });
    new ResizeObserver(() => this.lookSoon()).observe(list);
    window.addEventListener("resize", () => this.lookSoon());
  }

  /** A child is new in the list or elsewhere in it. */
  watch(element: Element): void {
    if (!this.near.has(element)) element.toggleAttribute("data-far", true);
    this.lookSoon();
  }

  unwatch(element: Element): void {
    this.near.delete(element);
    this.waiting.delete(element);
    this.lookSoon();
  }

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

  private lookSoon(): void {
    this.looking ||= requestAnimationFrame(() => this.look());
  }

  // An observer of intersections would look at all of them in each frame; these stand in order.
  private look(): void {
    cancelAnimationFrame(this.looking);
    this.looking = 0;
    const near = new Set(this.nearNow());
    const gone = [...this.near].filter((element) => !near.has(element));
    const came = [...near].filter((element) => !this.near.has(element));
    for (const element of gone) {
      this.near.delete(element);
      element.toggleAttribute("data-far", true);
    }
    for (const element of came) {
      this.near.add(element);
      element.toggleAttribute("data-far", false);
      this.enqueue(element);
    }
    if (gone.length || came.length) this.moved();
  }

  private nearNow(): Element[] {
    const { children } = this.list;
    let first = 0;
    for (let end = children.length; first < end; ) {
      const middle = (first + end) >> 1;
      if ((children[middle] as Element).getBoundingClientRect().bottom > -MARGIN) end = middle;
      else first = middle + 1;
    }
    const near: Element[] = [];
    for (let i = first; i < children.length; i += 1) {
      const child = children[i] as Element;
      if (child.getBoundingClientRect().top >= innerHeight + MARGIN) break;
      near.push(child);
    }
    return near;
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
