// The panel of variables: what the kernel has, with type, shape, size and a glimpse; tables and longer
// values open page by page. Fetched when the panel is first opened. Not for the panel's frame (panel.ts).
import "../../../styles/variables.css";
import { el } from "../../lib/dom";
import { size } from "../../lib/words";
import { icon } from "../icons";
import type { Question, Refused } from "../live/protocol";
import { ordered, type SortBy, shapeWords, type Variable } from "./variablelist";
import { openVariable } from "./variablesheet";
import { say } from "./variablewords";

export type VariablesHost = {
  ask<T>(question: Question): Promise<T>;
  hasKernel(): boolean;
  /** Something that changes whenever a run has ended. */
  lastRun(): string;
  speak(text: string): void;
};

const COLUMNS: { by: SortBy; words: "name" | "type" | "size" }[] = [
  { by: "name", words: "name" },
  { by: "type", words: "type" },
  { by: "size", words: "size" },
];
const SOON_MS = 150; // several runs that end together are one look

export class VariablesPanel {
  readonly element = el("div", { class: "variables" });
  private readonly filter = el("input", {
    type: "search",
    class: "variables-filter",
    placeholder: say("filter"),
    "aria-label": say("filter"),
    autocomplete: "off",
    spellcheck: "false",
  });
  private readonly again = el("button", {
    type: "button",
    class: "plain small",
    onclick: () => void this.refresh(),
  });
  private readonly note = el("p", { class: "quiet small variables-note", role: "status" });
  private readonly table = el("table", { class: "variables-table" });
  private variables: readonly Variable[] = [];
  private more = 0;
  private by: SortBy = "name";
  private isDown = false;
  private isShown = false;
  private seenRun = "";
  private timer = 0;
  private turn = 0;

  constructor(private readonly host: VariablesHost) {
    this.again.append(say("refresh"));
    this.filter.addEventListener("input", () => this.draw());
    const head = el("div", { class: "variables-head" }, this.filter, this.again);
    this.element.append(head, this.note, el("div", { class: "variables-scroll" }, this.table));
  }

  shown(): void {
    this.isShown = true;
    void this.refresh();
  }

  hidden(): void {
    this.isShown = false;
    this.turn += 1;
  }

  /** The notebook changed; looks anew when a run has ended or the kernel came or went. */
  changed(): void {
    if (!this.isShown) return;
    const now = `${this.host.hasKernel()} ${this.host.lastRun()}`;
    if (now === this.seenRun) return;
    this.seenRun = now;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.refresh(), SOON_MS);
  }

  async refresh(): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    if (!this.host.hasKernel()) {
      this.variables = [];
      this.more = 0;
      this.draw(say("no_kernel"));
      return;
    }
    const slow = setTimeout(() => turn === this.turn && this.write(say("looking")), 400);
    try {
      type Answer = { variables: Variable[]; more?: number };
      const answer = await this.host.ask<Answer>({ op: "variables" });
      if (turn !== this.turn) return;
      this.variables = answer.variables;
      this.more = answer.more ?? 0;
      this.draw();
    } catch (refused) {
      if (turn === this.turn) this.draw(problemWords(refused as Partial<Refused>));
    } finally {
      clearTimeout(slow);
    }
  }

  private write(text: string): void {
    if (this.note.textContent !== text) this.note.textContent = text;
    this.note.hidden = !text;
  }

  private draw(problem = ""): void {
    const wanted = this.filter.value.trim().toLowerCase();
    const found = this.variables.filter(({ name, type }) =>
      `${name} ${type}`.toLowerCase().includes(wanted),
    );
    const rows = ordered(found, this.by, this.isDown);
    this.write(problem || this.state(rows.length));
    this.filter.hidden = this.variables.length === 0;
    this.table.hidden = rows.length === 0;
    const focused = (document.activeElement as HTMLElement | null)?.dataset.part;
    this.table.replaceChildren(this.headings(), ...rows.map((one) => this.row(one)));
    if (focused && !this.element.contains(document.activeElement))
      this.table.querySelector<HTMLElement>(`[data-part="${CSS.escape(focused)}"]`)?.focus();
  }

  private state(count: number): string {
    if (this.variables.length === 0) return say("none");
    if (count === 0) return say("none_found");
    return this.more ? say("more", { n: this.more }) : "";
  }

  private headings(): HTMLElement {
    const cells = COLUMNS.map(({ by, words }) => {
      const press = () => {
        this.isDown = this.by === by ? !this.isDown : by === "size";
        this.by = by;
        this.draw();
      };
      const button = el("button", { type: "button", class: "plain", onclick: press }, say(words));
      button.dataset.part = `sort ${by}`;
      const isThis = this.by === by;
      if (isThis) button.append(el("span", { "aria-hidden": "true" }, this.isDown ? " ↓" : " ↑"));
      const sort = isThis ? (this.isDown ? "descending" : "ascending") : "none";
      return el("th", { scope: "col", "aria-sort": sort, class: by }, button);
    });
    return el("thead", {}, el("tr", {}, ...cells));
  }

  private row(one: Variable): HTMLElement {
    const { name, type, preview } = one;
    const open = () => void openVariable(this.host, one);
    const opener = el("button", { type: "button", class: "plain variable-name" }, name);
    opener.addEventListener("click", open);
    opener.title = say("open", { name });
    opener.dataset.part = `name ${name}`;
    const copy = el("button", { type: "button", class: "plain variable-copy" });
    copy.append(icon("copy"));
    copy.setAttribute("aria-label", say("copy", { name }));
    copy.title = say("copy", { name });
    copy.dataset.part = `copy ${name}`;
    copy.addEventListener("click", () => void this.copy(name));
    const glimpse = [shapeWords(one.shape), preview].filter(Boolean).join(" · ");
    const bytes = one.size_bytes === undefined ? "" : size(one.size_bytes);
    return el(
      "tbody",
      { class: "variable" },
      el(
        "tr",
        {},
        el("th", { scope: "row" }, opener, copy),
        el("td", { class: "variable-type", title: type }, type),
        el("td", { class: "variable-size" }, bytes),
      ),
      el("tr", {}, el("td", { class: "variable-preview", colspan: 3, title: preview }, glimpse)),
    );
  }

  private async copy(name: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(name);
      this.host.speak(say("copied", { name }));
      this.write(say("copied", { name }));
    } catch {
      this.write(say("not_copied", { name }));
    }
  }
}

function problemWords(refused: Partial<Refused>): string {
  if (refused.code === "no_kernel") return say("no_kernel");
  if (refused.code === "offline") return say("offline");
  return say("no_answer");
}
