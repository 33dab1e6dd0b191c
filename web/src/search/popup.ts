// What hangs under the field while the box is open: notes, the list, hints; and what the field's line
// holds beside the text: chips and a completion. Draws a state; decides nothing.
import { el, need } from "../lib/dom";
import { drawChip, drawSections, type LineEvents, optionId, removable } from "./drawing";
import { completionOf, type Line, type Section } from "./lines";
import { drawNotes, type NoteEvents, wrongSum } from "./notes";
import { isCurrent, queryOf, type State } from "./state";
import { say } from "./words";

export type PopupEvents = NoteEvents & {
  unfilter(at: number): void;
  leaveCommands(): void;
  complete(): void;
  forgetAll(): void;
  close(): void;
};

const CALM_MS = 700; // a screen reader is told how many when nobody typed for so long
const CONFIRM_MS = 1600;
const EDGE = 12;

export class Popup {
  private readonly notes = el("div", { class: "box-notes" });
  private readonly list = el("div", {
    class: "box-list",
    role: "listbox",
    id: "box-list",
    "aria-label": say("results"),
  });
  private readonly spoken = el("p", { class: "visually-hidden", role: "status" });
  private readonly forgetAll: HTMLElement;
  private readonly panel: HTMLElement;
  private readonly field: HTMLInputElement;
  private readonly chips: HTMLElement;
  private readonly completion: HTMLElement;
  private options: HTMLElement[] = [];
  private drawn = "";
  private drawnNotes = "";
  private drawnChips = "";
  private said = "";
  private timer = 0;

  constructor(
    private readonly box: HTMLElement,
    private readonly lines: LineEvents,
    private readonly events: PopupEvents,
  ) {
    this.field = need(box, "input");
    this.chips = need(box, "[data-part=chips]");
    this.completion = el("span", {
      class: "box-completion",
      hidden: true,
      "aria-hidden": "true",
      onclick: () => events.complete(),
    });
    this.forgetAll = el(
      "button",
      { type: "button", class: "plain", onclick: () => events.forgetAll() },
      say("forget_all"),
    );
    const hints = el("p", { class: "box-hints", "aria-hidden": "true" });
    hints.append(el("span", {}, say("hint_keys")), el("span", {}, say("hint_filters")));
    const foot = el("div", { class: "box-foot" }, hints, this.forgetAll);
    this.panel = el("div", { class: "box-panel", hidden: true }, this.notes, this.list, foot);
    const close = el(
      "button",
      { type: "button", class: "plain box-close", onclick: () => events.close() },
      say("close"),
    );
    this.field.after(this.completion);
    need(box, ".box-line").append(close);
    box.append(this.panel, this.spoken);
    // The focus stays in the field whatever is pressed here.
    this.panel.addEventListener("mousedown", (event) => event.preventDefault());
    window.addEventListener("resize", () => this.panel.hidden || this.place());
  }

  show(): void {
    this.box.classList.add("open");
    this.panel.hidden = false;
    this.place();
  }

  hide(): void {
    clearTimeout(this.timer);
    this.box.classList.remove("open", "slow", "only-commands");
    this.panel.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    this.chips.replaceChildren();
    this.list.replaceChildren();
    this.notes.replaceChildren();
    this.completion.hidden = true;
    this.spoken.textContent = "";
    this.drawn = this.drawnNotes = this.drawnChips = this.said = "";
  }

  draw(state: State, sections: readonly Section[], chosen: Line | null): void {
    this.box.classList.toggle("slow", state.isSlow);
    this.box.classList.toggle("only-commands", state.onlyCommands);
    this.drawChips(state);
    this.drawList(state, sections, chosen);
    this.drawNotes(state, sections);
    const word = completionOf(state);
    this.completion.hidden = word === null;
    this.completion.replaceChildren(word ?? "", el("kbd", {}, "Tab"));
    this.forgetAll.hidden = !sections.some(({ kind }) => kind === "recent") || !!queryOf(state);
    this.mark(state.marked);
    this.tell(state, chosen);
  }

  // What is drawn already stays, so that a press that has begun still ends on the same line.
  private drawList(state: State, sections: readonly Section[], chosen: Line | null): void {
    const isEmpty = !queryOf(state);
    const drawing = JSON.stringify([sections, chosen?.key, isEmpty]);
    if (drawing === this.drawn) return;
    this.drawn = drawing;
    const groups = drawSections(sections, chosen?.key ?? null, isEmpty, this.lines);
    this.list.replaceChildren(...groups);
    this.options = [...this.list.querySelectorAll<HTMLElement>("[role=option]")];
    this.list.hidden = this.options.length === 0;
    if (state.marked === null) this.list.scrollTop = 0;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  private drawNotes(state: State, sections: readonly Section[]): void {
    const notes = drawNotes(state, sections, this.events);
    const drawing = notes.map((note) => note.outerHTML).join();
    if (drawing === this.drawnNotes) return;
    this.drawnNotes = drawing;
    this.notes.replaceChildren(...notes);
  }

  private drawChips({ filters, onlyCommands }: State): void {
    const drawing = JSON.stringify([filters, onlyCommands]);
    if (drawing === this.drawnChips) return;
    this.drawnChips = drawing;
    const chips = filters.map((one, at) =>
      drawChip(one, filters.length === 1, () => this.events.unfilter(at)),
    );
    if (onlyCommands) chips.push(this.commandsChip());
    this.chips.replaceChildren(...chips);
  }

  private commandsChip(): HTMLElement {
    const onclick = () => {
      this.field.focus();
      this.events.leaveCommands();
    };
    return removable(say("commands"), onclick);
  }

  private mark(key: string | null): void {
    let active = "";
    this.options.forEach((option, at) => {
      const isMarked = key !== null && option.dataset.key === key;
      if (isMarked !== (option.getAttribute("aria-selected") === "true")) {
        option.setAttribute("aria-selected", String(isMarked));
        if (isMarked) option.scrollIntoView({ block: "nearest" });
      }
      if (isMarked) active = optionId(at);
    });
    if (active) this.field.setAttribute("aria-activedescendant", active);
    else this.field.removeAttribute("aria-activedescendant");
    this.list.classList.toggle("chosen", active !== "");
  }

  // Once, when somebody pauses, and not again for the same.
  private tell(state: State, chosen: Line | null): void {
    clearTimeout(this.timer);
    if (!state.onlyCommands && !isCurrent(state)) return;
    if (!queryOf(state) && !state.onlyCommands && !state.trouble) return;
    const text = this.sentence(state, chosen);
    if (text !== this.said) this.timer = window.setTimeout(() => this.speak(text), CALM_MS);
  }

  private sentence(state: State, chosen: Line | null): string {
    const act = chosen?.acts[0];
    const notes = this.notes.textContent ?? "";
    if (state.trouble || wrongSum(state) || !chosen || !act) return notes || say("found_none");
    const first = [...chosen.title.map(([text]) => text).join("")].slice(0, 80).join("");
    return say("found", { n: this.options.length, act: say(act.label), first });
  }

  speak(text: string): void {
    this.said = text;
    this.spoken.textContent = text;
  }

  /** Say on a line that it is done, for a moment. */
  confirm(key: string, isDone: boolean, text: string): void {
    this.speak(text);
    const option = this.options.find((one) => one.dataset.key === key);
    const acts = option?.querySelector<HTMLElement>(".box-acts");
    if (!acts) return;
    const note = el("span", { class: isDone ? "box-done" : "box-failed" }, text);
    acts.before(note);
    acts.hidden = true;
    window.setTimeout(() => {
      note.remove();
      acts.hidden = false;
    }, CONFIRM_MS);
  }

  // Under the field, but never outside of the window.
  private place(): void {
    const { left } = this.box.getBoundingClientRect();
    const most = innerWidth - EDGE - this.panel.offsetWidth;
    this.panel.style.setProperty("--shift", `${Math.max(EDGE, Math.min(left, most)) - left}px`);
  }
}
