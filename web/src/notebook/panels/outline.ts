// The outline in the right panel: the notebook's headings, which part runs or failed, and where one is.
// Fetched when it is first opened. Not for the panel (panel.ts).
import { el } from "../../lib/dom";
import type { Notebook } from "../notebook";
import { say } from "../words";
import { type Heading, headingsOf } from "./headings";

export class Outline {
  readonly element = el("nav", { class: "outline", "aria-label": say("headings") });
  private readonly list = el("ol", {});
  private readonly none = el("p", { class: "quiet" }, say("no_headings"));
  private shown = "";

  constructor(private readonly notebook: Notebook) {
    this.element.append(this.list, this.none);
    notebook.followers.add(() => this.update());
    this.update();
  }

  update(): void {
    if (!this.element.isConnected && this.shown) return;
    const { session } = this.notebook;
    const { document: known } = session.state;
    const headings = headingsOf(known, (id) => {
      const cell = known.cells.get(id);
      return cell ? session.texts.sourceOf(cell) : "";
    });
    const here = this.headingOf(headings);
    const now = JSON.stringify([headings, here]);
    if (now === this.shown) return;
    this.shown = now;
    this.none.hidden = headings.length > 0;
    const focused = [...this.list.children].findIndex((li) => li.contains(document.activeElement));
    const top = Math.min(6, ...headings.map(({ level }) => level));
    this.list.replaceChildren(
      ...headings.map((heading, at) => this.entry(heading, heading.level - top, at === here)),
    );
    if (focused >= 0) this.list.children[focused]?.querySelector("button")?.focus();
  }

  private entry(heading: Heading, depth: number, isHere: boolean): HTMLElement {
    const { text, state } = heading;
    const button = el(
      "button",
      { type: "button", class: "plain", onclick: () => this.go(heading) },
      el("span", {}, text),
      state &&
        el("span", {
          class: `mark ${state}`,
          role: "img",
          "aria-label": say(state === "failed" ? "failed" : "runs"),
        }),
    );
    if (isHere) button.setAttribute("aria-current", "location");
    return el("li", { "data-depth": Math.min(depth, 5) }, button);
  }

  private go({ cell, at }: Heading): void {
    const { notebook } = this;
    notebook.choose(cell, false);
    const rendered = notebook
      .view(cell)
      ?.element.querySelectorAll(".rendered :is(h1,h2,h3,h4,h5,h6)");
    (rendered?.[at] ?? notebook.view(cell)?.element)?.scrollIntoView({ block: "start" });
  }

  // The last heading at or above the chosen cell.
  private headingOf(headings: readonly Heading[]): number {
    const { order, chosen } = this.notebook;
    const at = order.indexOf(chosen ?? "");
    return headings.findLastIndex(({ cell }) => order.indexOf(cell) <= at);
  }
}
