// A cell's outputs with a bound on their height: long output folds, follows its end while it grows,
// and opens in full when asked. Not for how an output looks (outputs.ts).
import { el } from "../lib/dom";
import { type OutputContext, OutputList } from "./outputs";
import type { Output } from "./protocol";
import { say } from "./words";

const NEAR_END = 24; // pixels

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
  private last: readonly Output[] = [];

  constructor(private readonly context: OutputContext) {
    this.list = new OutputList(context);
    this.element.append(this.list.element, this.button);
    this.list.element.addEventListener("load", () => this.measure(), true); // a picture came
  }

  /** `growing`: the cell runs, so what is printed is read at its end. */
  update(outputs: readonly Output[], growing: boolean): void {
    if (outputs === this.last) return;
    const atEnd = this.last.length === 0 ? growing : this.isAtEnd();
    this.element.hidden = outputs.length === 0;
    this.list.update(outputs);
    if (outputs.length === 0) this.open = false;
    this.last = outputs;
    const box = this.list.element;
    box.classList.toggle("rich-outputs", this.isRich());
    this.measure();
    // Printed text is followed to its end; an error is what a person looks for.
    const endsBadly = outputs.at(-1)?.output_type === "error" && outputs.length > 1;
    if (((atEnd && !this.isRich()) || endsBadly) && box.scrollHeight > box.clientHeight)
      box.scrollTop = box.scrollHeight;
  }

  toggle(): void {
    if (this.button.hidden) return;
    this.open = !this.open;
    this.measure();
    if (!this.open) this.element.scrollIntoView({ block: "nearest" });
  }

  private isAtEnd(): boolean {
    const box = this.list.element;
    return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
  }

  // Pictures and tables are read from their beginning; printed text from its end.
  private isRich(): boolean {
    return this.last.some((output) => output.output_type !== "stream");
  }

  private measure(): void {
    const box = this.list.element;
    box.classList.toggle("open", this.open);
    const isLong = this.open || box.scrollHeight > box.clientHeight + NEAR_END;
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
