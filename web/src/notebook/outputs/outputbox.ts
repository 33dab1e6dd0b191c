// A cell's outputs with a bound on their height: long output folds, follows its end while it grows,
// and opens in full when asked. Not for how an output looks (outputs.ts).
import { el } from "../../lib/dom";
import type { Output } from "../live/protocol";
import { say } from "../words";
import { type OutputContext, OutputList } from "./outputs";

const EMPTY_MS = 700; // how long a place stays open for output that was cleared
const NEAR_END = 24; // pixels
const changed = new Set<OutputBox>();

export class OutputBox {
  readonly element = el("div", { class: "output-box", hidden: true });
  private readonly list: OutputList;
  private readonly button = el("button", {
    type: "button",
    class: "plain small fold-button",
    hidden: true,
    onclick: () => this.toggle(),
  });
  private open = false;
  private emptied = 0; // a timer
  private follows = false;
  private last: readonly Output[] = [];

  constructor(private readonly context: OutputContext) {
    this.list = new OutputList(context);
    this.element.append(this.list.element, this.button);
    const box = this.list.element;
    // A picture or a part came, a branch was opened, a frame grew.
    for (const type of ["load", "toggle", "resized"])
      box.addEventListener(type, () => this.measure(), true);
    box.addEventListener("scroll", () => {
      this.follows = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
    });
  }

  /** `growing`: the cell runs, so what is printed is read at its end. Then call `settle`. */
  update(outputs: readonly Output[], growing: boolean): void {
    if (outputs === this.last) return;
    if (this.last.length === 0) this.follows = growing;
    this.keepHeight(outputs.length === 0 && growing);
    this.element.hidden = outputs.length === 0 && !this.element.style.minHeight;
    this.list.update(outputs);
    if (outputs.length === 0) this.open = false;
    this.last = outputs;
    this.list.element.classList.toggle("rich-outputs", this.isRich());
    changed.add(this);
  }

  /** Fold, unfold and follow what was updated: all heights are read at once, so the page is laid
      out once however many cells changed. Those far off wait until they come near: to measure them
      the browser would have to lay out what it skips. */
  static settle(): void {
    const boxes = [...changed].filter(({ element }) => !element.closest("[data-far]"));
    for (const box of boxes) changed.delete(box);
    const heights = boxes.map(({ list: { element } }) => [
      element.scrollHeight,
      element.clientHeight,
    ]);
    boxes.forEach((box, i) => {
      const [whole = 0, seen = 0] = heights[i] ?? [];
      box.fold(whole > seen + NEAR_END);
      if (whole > seen && box.wantsEnd()) box.list.element.scrollTop = whole;
    });
  }

  // A new run clears what it is about to show again: the page waits a moment before it closes up.
  private keepHeight(cleared: boolean): void {
    const { element } = this;
    clearTimeout(this.emptied);
    if (!cleared) {
      element.style.minHeight = "";
      return;
    }
    element.style.minHeight = `${element.offsetHeight}px`;
    this.emptied = window.setTimeout(() => {
      element.style.minHeight = "";
      element.hidden = this.last.length === 0;
    }, EMPTY_MS);
  }

  toggle(): void {
    if (this.button.hidden) return;
    this.open = !this.open;
    this.list.element.classList.toggle("open", this.open);
    this.measure();
    if (!this.open) this.element.scrollIntoView({ block: "nearest" });
  }

  // Pictures and tables are read from their beginning; printed text from its end.
  private isRich(): boolean {
    return this.last.some((output) => output.output_type !== "stream");
  }

  // Printed text is followed to its end, unless a person scrolled up; an error is what they look for.
  private wantsEnd(): boolean {
    const endsBadly = this.last.at(-1)?.output_type === "error" && this.last.length > 1;
    return endsBadly || (this.follows && !this.isRich());
  }

  private measure(): void {
    changed.add(this);
    OutputBox.settle();
  }

  private fold(overflows: boolean): void {
    const box = this.list.element;
    box.classList.toggle("open", this.open);
    const isLong = this.open || overflows;
    box.classList.toggle("folded", isLong && !this.open);
    this.button.hidden = !isLong;
    this.button.textContent = say(this.open ? "show_less" : "show_all");
    this.button.setAttribute("aria-expanded", String(this.open));
    if (isLong && !this.open) {
      box.tabIndex = 0; // else a keyboard could not scroll it
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", this.context.title());
    } else for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}
