// The box that finds everything: a combobox over a listbox (WAI-ARIA, manual selection), in place or,
// on a phone, as a sheet. Joins state, server and elements; what a line does is deeds.ts.
import "../../styles/found.css";
import "../../styles/foundlines.css";
import { need } from "../lib/dom";
import { type Filter, takeFilter } from "./answers";
import { Asking } from "./asking";
import { copy, forget, performCommand, tellChoice, visit } from "./deeds";
import type { LineEvents } from "./drawing";
import {
  type Act,
  type Command,
  completed,
  completionOf,
  type Line,
  type Section,
  sectionsOf,
} from "./lines";
import { type Opening, pageOf } from "./opening";
import { pageCommands } from "./pagecommands";
import { Popup } from "./popup";
import { type Happening, initialState, isCurrent, next, queryOf, type State } from "./state";
import { walked } from "./walking";
import { say } from "./words";

type Wanted = { act: number; isApart: boolean };

export function mount(element: HTMLElement): Box {
  return new Box(element);
}

export class Box {
  private state: State = initialState;
  private sections: readonly Section[] = [];
  private readonly field: HTMLInputElement;
  private readonly workspace: string;
  private readonly asking: Asking;
  private readonly popup: Popup;
  private commands: readonly Command[] = [];
  private from: HTMLElement | null = null;
  private asked: string | null = null;
  private entering: Wanted | null = null; // Enter came before the answer

  constructor(private readonly element: HTMLElement) {
    this.field = need(element, "input");
    this.workspace = element.dataset.workspace ?? "";
    this.asking = new Asking(this.workspace, {
      asked: (number) => this.happen({ type: "asked", number }),
      slow: (number) => this.happen({ type: "slow", number }),
      answered: (number, query, answer) => this.happen({ type: "answered", number, query, answer }),
      refused: (number, trouble) => this.happen({ type: "refused", number, trouble }),
    });
    const lines: LineEvents = {
      take: (line, act, event) => this.take(line, act, event.ctrlKey || event.metaKey),
      forget: (text) => void this.forget(text),
    };
    this.popup = new Popup(element, lines, {
      again: () => this.ask(true),
      everywhere: () => this.everywhere(),
      unfilter: (at) => this.unfilter(at),
      leaveCommands: () => this.open({ onlyCommands: false, from: this.from }),
      complete: () => this.complete(),
      forgetAll: () => void this.forget(null),
      close: () => this.close(true),
    });
    this.field.addEventListener("input", (event) => this.typed((event as InputEvent).isComposing));
    this.field.addEventListener("compositionend", () => this.typed(false));
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    element.addEventListener("focusout", (event) => this.left(event));
    window.addEventListener("online", () => this.state.trouble && this.ask(true));
  }

  /** Show the list for what is in the field, which may be more than nothing already. */
  open({ onlyCommands, from }: Opening): void {
    if (!this.element.contains(document.activeElement)) {
      this.element.classList.remove("open"); // left again before the script came
      return;
    }
    if (!this.state.isOpen) this.from = from;
    const page = pageOf();
    const everywhere = pageCommands(this.element.dataset.role ?? "", this.workspace);
    this.commands = [...(page?.commands() ?? []), ...(onlyCommands ? [] : everywhere)];
    this.asked = null;
    this.popup.show();
    this.happen({ type: "opened", onlyCommands });
    this.typed(false);
  }

  private close(back: boolean): void {
    if (!this.state.isOpen) return;
    this.asking.stop();
    this.entering = null;
    this.field.value = "";
    this.popup.hide();
    this.happen({ type: "closed" });
    const { from } = this;
    this.from = null;
    if (back && from?.isConnected && from !== document.body) from.focus({ preventScroll: true });
    else if (this.element.contains(document.activeElement))
      (document.activeElement as HTMLElement).blur();
  }

  // Somebody went elsewhere with the pointer or Tab; another window is not elsewhere.
  private left(event: FocusEvent): void {
    const to = event.relatedTarget as Node | null;
    if (to ? this.element.contains(to) : !document.hasFocus()) return;
    queueMicrotask(() => {
      if (!this.element.contains(document.activeElement)) this.close(false);
    });
  }

  private typed(isComposing: boolean): void {
    if (!this.state.isOpen) return;
    this.entering = null;
    this.happen({ type: "typed", text: this.field.value, isComposing });
    // Only where a filter was taken out, and never while a syllable is being composed.
    if (!isComposing && this.field.value !== this.state.text) this.field.value = this.state.text;
    this.ask();
  }

  private ask(again = false): void {
    const query = queryOf(this.state);
    if (!this.state.isOpen || this.state.onlyCommands || (!again && this.asked === query)) return;
    this.asked = query;
    this.asking.ask(query);
  }

  private happen(happening: Happening): void {
    this.state = next(this.state, happening);
    if (!this.state.isOpen) return;
    const takesText = pageOf()?.takesText() ?? false;
    this.sections = sectionsOf(this.state, { commands: this.commands, takesText });
    this.popup.draw(this.state, this.sections, this.defaultLine());
    const { entering } = this;
    if (!entering || !isCurrent(this.state)) return;
    this.entering = null;
    if (happening.type === "answered") this.enter(entering);
  }

  /** What Enter does while no line is marked: the first line, unless nothing was typed, or the
      line is an old one and its successor takes long. */
  private defaultLine(): Line | null {
    const { state } = this;
    if (!state.onlyCommands && (!queryOf(state) || (state.isSlow && !isCurrent(state))))
      return null;
    return this.sections[0]?.lines[0] ?? null;
  }

  private get lines(): Line[] {
    return this.sections.flatMap(({ lines }) => lines);
  }

  private get marked(): Line | null {
    return this.lines.find(({ key }) => key === this.state.marked) ?? null;
  }

  // ---- keys ----

  private pressed(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229) return; // the keys are the input method's
    if (event.key === "Enter") {
      const isApart = event.ctrlKey || event.metaKey;
      this.enter({ act: event.shiftKey ? 1 : 0, isApart });
    } else if (event.key === "Escape") this.escape();
    else if (!this.isMoved(event) && !this.isEdited(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private enter(wanted: Wanted): void {
    const { marked } = this;
    const waits = !marked && !this.state.onlyCommands && !isCurrent(this.state);
    if (waits) {
      this.entering = wanted;
      return;
    }
    const line = marked ?? this.defaultLine();
    const act = line?.acts[wanted.act];
    if (line && act) this.take(line, act, wanted.isApart);
  }

  private escape(): void {
    const isEmpty = !this.field.value && this.state.filters.length === 0;
    this.field.value = "";
    if (isEmpty) this.close(true);
    else this.everywhere();
  }

  private isMoved(event: KeyboardEvent): boolean {
    const { lines } = this;
    const at = lines.findIndex((line) => line.key === this.state.marked);
    const to = walked(event, at, lines.length, this.starts());
    if (to === undefined) {
      // The cursor moves in the text again.
      if (at >= 0 && (event.key === "ArrowLeft" || event.key === "ArrowRight")) this.mark(null);
      return false;
    }
    this.mark(to === null ? null : (lines[to]?.key ?? null));
    return true;
  }

  private starts(): number[] {
    let at = 0;
    return this.sections.map(({ lines }) => {
      at += lines.length;
      return at - lines.length;
    });
  }

  private mark(key: string | null): void {
    this.entering = null;
    this.happen({ type: "marked", key });
  }

  private isEdited({ key, shiftKey }: KeyboardEvent): boolean {
    if (key === "Tab" && !shiftKey) return this.complete();
    const { marked } = this;
    if (key === "Delete" && shiftKey && marked?.forgets) {
      void this.forget(marked.forgets);
      return true;
    }
    if (key !== "Backspace" || this.field.value) return false;
    if (this.state.onlyCommands) this.open({ onlyCommands: false, from: this.from });
    else if (this.state.filters.length) this.unfilter(this.state.filters.length - 1);
    else return false;
    return true;
  }

  // ---- words and filters ----

  /** Tab: a filter that is typed becomes a chip, else the words are completed. */
  private complete(): boolean {
    const taken = this.state.onlyCommands ? null : takeFilter(this.field.value, true);
    if (taken) {
      this.field.value = taken.rest;
      this.happen({ type: "filtered", filter: taken.filter, text: taken.rest });
      this.ask();
      return true;
    }
    const word = completionOf(this.state);
    if (word) this.write(completed(this.field.value, word));
    return word !== null;
  }

  private write(text: string): void {
    this.field.value = text;
    this.field.setSelectionRange(text.length, text.length);
    this.typed(false);
  }

  private unfilter(at: number): void {
    this.happen({ type: "unfiltered", at });
    this.field.focus();
    this.ask();
  }

  private everywhere(): void {
    while (this.state.filters.length) this.happen({ type: "unfiltered", at: 0 });
    this.field.focus();
    this.typed(false);
  }

  private async forget(text: string | null): Promise<void> {
    if (await forget(text)) this.happen({ type: "forgot", text });
    else this.popup.speak(say("failed"));
    this.field.focus();
  }

  // ---- what a line does ----

  private take(line: Line, { deed }: Act, isApart: boolean): void {
    tellChoice(line, queryOf(this.state));
    if (deed.type === "copy") void this.copy(line, deed.text);
    else if (deed.type === "search") this.write(deed.text);
    else if (deed.type === "narrow") this.narrow(deed.filter);
    else {
      this.close(!isApart);
      if (deed.type === "visit") visit(deed, isApart);
      else if (deed.type === "insert") pageOf()?.insert(deed.text);
      else performCommand(deed.command, this.workspace);
    }
  }

  private narrow(filter: Filter): void {
    this.field.value = "";
    this.happen({ type: "filtered", filter, text: "" });
    this.field.focus();
    this.ask();
  }

  private async copy(line: Line, text: string): Promise<void> {
    const done = await copy(text);
    this.popup.confirm(line.key, done, say(done ? "copied" : "not_copied", { text }));
  }
}
