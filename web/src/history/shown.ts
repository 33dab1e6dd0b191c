// The version that is chosen: when and who, what to compare it with, what changed, and bringing it
// back. Not for the list of versions.
import { el } from "../lib/dom";
import type { Messages } from "../notebook/toast";
import { type Asking, wordsOf } from "./asking";
import { Comparison, type Places, type Sides } from "./comparison";
import { showRuns } from "./runs";
import {
  type CellRow,
  type CellSide,
  clock,
  dayOf,
  differs,
  exact,
  type People,
  type Version,
  whoOf,
  whyOf,
} from "./state";
import { say } from "./words";

export type ShownEvents = {
  readonly writes: boolean;
  /** The notebook is another one now. */
  changed(): void;
  rename(version: Version): void;
};
type With = "now" | "before";

export class Shown {
  readonly element = el("section", { class: "history-main", "aria-live": "off" });
  version: Version | null = null;
  /** Whether the comparison could not be had. */
  failed = false;
  private readonly body = el("div", { class: "history-body" });
  private before: Version | null = null;
  private people: People = {};
  private against: With = "now";
  private asked: AbortController | null = null;

  constructor(
    private readonly asking: Asking,
    private readonly places: Places,
    private readonly messages: Messages,
    private readonly events: ShownEvents,
  ) {
    this.clear();
  }

  /** Show a version; `before` is the one before it, where there is one. */
  show(version: Version, before: Version | null, people: People): void {
    const isOther = version.id !== this.version?.id;
    [this.version, this.before, this.people] = [version, before, people];
    if (isOther) this.messages.spoken.textContent = titleOf(version);
    void this.compare();
  }

  clear(): void {
    this.version = null;
    this.body.remove();
    this.element.replaceChildren();
  }

  private async compare(): Promise<void> {
    const { version, before } = this;
    if (!version) return;
    this.asked?.abort();
    this.failed = false;
    this.asked = new AbortController();
    const { signal } = this.asked;
    const { body } = this;
    const held = this.element.contains(document.activeElement);
    const isFirst = !body.isConnected;
    this.element.replaceChildren(this.head(version), body);
    if (held) this.element.querySelector("h2")?.focus({ preventScroll: true });
    if (isFirst) body.replaceChildren(el("p", { class: "quiet" }, say("loading")));
    body.setAttribute("aria-busy", "true"); // what was compared before stays until the answer
    if (this.against === "before" && !before) {
      this.fill(el("p", { class: "quiet" }, say("oldest")));
      return;
    }
    const sides = this.sides(version, before);
    try {
      const rows = await this.asking.compare(sides.old.id, sides.new.id, signal);
      this.fill(...this.result(rows, sides));
    } catch (error) {
      if (signal.aborted) return;
      this.failed = true;
      this.fill(el("p", { class: "notice failed", role: "alert" }, wordsOf(error)));
    }
  }

  private fill(...parts: HTMLElement[]): void {
    this.body.replaceChildren(...parts);
    this.body.removeAttribute("aria-busy");
  }

  private sides(version: Version, before: Version | null): Sides {
    if (this.against === "before" && before)
      return {
        old: { id: before.id, words: say("side_before") },
        new: { id: version.id, words: say("side_this") },
      };
    return {
      old: { id: version.id, words: say("side_then") },
      new: { id: "now", words: say("side_now") },
    };
  }

  private result(rows: CellRow[], sides: Sides): HTMLElement[] {
    const withNow = sides.new.id === "now";
    const restore = withNow && this.events.writes;
    const comparison = new Comparison(rows, sides, this.asking, this.places, {
      restore: restore ? (cell) => void this.restore(cell) : null,
      runs: (cell) => void showRuns(this.asking, cell.cell, say("runs_of", { n: cell.number })),
    });
    const same = !rows.some(differs);
    const words = say(withNow ? "same_as_now" : "same_as_before");
    const parts = [comparison.element];
    if (same) parts.unshift(el("p", { class: "notice finished" }, words));
    else if (restore) {
      const words = say("restore");
      const run = () => void this.restore(null);
      parts.unshift(
        el(
          "p",
          { class: "row" },
          el("button", { type: "button", class: "primary", onclick: run }, words),
        ),
      );
    }
    return parts;
  }

  private head(version: Version): HTMLElement {
    const title = el("h2", { tabindex: -1, title: exact(version.at) }, titleOf(version));
    const when = version.name ? `${dayOf(version.at)} ${clock(version.at)}` : "";
    const about = [when, whoOf(version, this.people), whyOf(version)].filter(Boolean).join(" · ");
    const line = el("div", { class: "row" }, title);
    if (this.events.writes) {
      const rename = () => this.events.rename(version);
      line.append(
        el("button", { type: "button", class: "plain small", onclick: rename }, say("rename")),
      );
    }
    return el(
      "header",
      { class: "shown-head" },
      line,
      about && el("p", { class: "quiet" }, about),
      this.choice(),
    );
  }

  private choice(): HTMLElement {
    const option = (value: With) => {
      const input = el("input", { type: "radio", name: "against", value });
      input.checked = value === this.against;
      input.addEventListener("change", () => {
        this.against = value;
        void this.compare();
        this.element.querySelector<HTMLElement>(`input[value="${value}"]`)?.focus();
      });
      return el("label", { class: "choice" }, input, el("span", {}, say(`with_${value}`)));
    };
    const legend = el("legend", { class: "small quiet" }, say("compare_with"));
    return el("fieldset", { class: "choices" }, legend, option("now"), option("before"));
  }

  private async restore(cell: CellSide | null): Promise<void> {
    const { version } = this;
    if (!version) return;
    try {
      const { before, lost } = await this.asking.restore(version.id, cell?.cell);
      const words = cell ? "restored_cell" : "restored";
      const text = lost ? say("restored_part", { n: lost }) : say(words);
      const undo = before ? { label: say("undo"), run: () => void this.undo(before) } : undefined;
      this.messages.show(text, undo);
      this.events.changed();
    } catch (error) {
      this.messages.show(wordsOf(error), undefined, "failed");
    }
  }

  private async undo(version: string): Promise<void> {
    try {
      await this.asking.restore(version);
      this.messages.show(say("undone"));
      this.events.changed();
    } catch (error) {
      this.messages.show(wordsOf(error), undefined, "failed");
    }
  }
}

function titleOf(version: Version): string {
  return version.name || `${dayOf(version.at)} ${clock(version.at)}`;
}
