// The fields and buttons of find and replace. Says what a person wants; not for doing it (findbar.ts).
import { el } from "../../lib/dom";
import { type IconName, icon } from "../icons";
import { say } from "../words";
import type { Answer } from "./findclient";
import type { Query } from "./finding";

export type FindEvents = {
  changed(): void;
  step(by: -1 | 1): void;
  replace(): void;
  replaceAll(): void;
  close(): void;
};

export class FindForm {
  readonly element: HTMLElement;
  private readonly text = field(say("find"));
  private readonly by = field(say("replace_by"));
  private readonly count = el("span", { class: "find-count quiet small", role: "status" });
  private readonly matchCase: HTMLInputElement;
  private readonly wholeWord: HTMLInputElement;
  private readonly regexp: HTMLInputElement;
  private readonly outputs: HTMLInputElement;
  private readonly replacing: HTMLElement;

  constructor(private readonly events: FindEvents) {
    const choice = (label: string, words: string) => {
      const box = el("input", { type: "checkbox", onchange: () => events.changed() });
      return [box, el("label", { class: "find-choice", title: words }, box, label)] as const;
    };
    const [matchCase, caseLabel] = choice("Aa", say("match_case"));
    const [wholeWord, wordLabel] = choice(say("word_short"), say("whole_word"));
    const [regexp, regexpLabel] = choice(".*", say("regexp"));
    const [outputs, outputsLabel] = choice(say("outputs_short"), say("in_outputs"));
    for (const [box, words] of [
      [matchCase, say("match_case")],
      [wholeWord, say("whole_word")],
      [regexp, say("regexp")],
      [outputs, say("in_outputs")],
    ] as const)
      box.setAttribute("aria-label", words);
    this.matchCase = matchCase;
    this.wholeWord = wholeWord;
    this.regexp = regexp;
    this.outputs = outputs;
    this.text.addEventListener("input", () => events.changed());
    this.by.addEventListener("input", () => events.changed());
    const finding = el(
      "div",
      { class: "find-row" },
      this.text,
      this.count,
      button("up", `${say("find_previous")} (Shift+Enter)`, () => events.step(-1)),
      button("down", `${say("find_next")} (Enter)`, () => events.step(1)),
      button("close", `${say("close")} (Esc)`, () => events.close()),
    );
    const choices = [caseLabel, wordLabel, regexpLabel, outputsLabel];
    this.replacing = el(
      "div",
      { class: "find-row" },
      this.by,
      plain(say("replace_one"), () => events.replace()),
      plain(say("replace_all"), () => events.replaceAll()),
    );
    this.element = el(
      "search",
      { class: "findbar", hidden: true, "aria-label": say("find") },
      finding,
      this.replacing,
      el("div", { class: "find-row find-choices" }, ...choices),
    );
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  get query(): Query {
    return {
      text: this.text.value.normalize("NFC"),
      matchCase: this.matchCase.checked,
      wholeWord: this.wholeWord.checked,
      regexp: this.regexp.checked,
    };
  }

  get replacement(): string {
    return this.by.value;
  }

  get inOutputs(): boolean {
    return this.outputs.checked;
  }

  open(text: string, writable: boolean): void {
    this.element.hidden = false;
    this.replacing.hidden = !writable;
    if (text) this.text.value = text;
    this.text.focus();
    this.text.select();
  }

  close(): void {
    this.element.hidden = true;
  }

  tell(kind: Answer["kind"], at: number, count: number): void {
    const wrong = kind === "no_pattern" || kind === "too_slow";
    this.text.setAttribute("aria-invalid", String(wrong));
    if (kind === "no_pattern") this.say(say("no_pattern"));
    else if (kind === "too_slow") this.say(say("too_slow"));
    else if (!this.text.value) this.say("");
    else this.say(count ? say("find_count", { at, count }) : say("find_none"));
  }

  say(text: string): void {
    if (this.count.textContent !== text) this.count.textContent = text;
  }

  // Enter in the field of the replacement replaces. A key that composes Hangul is not a command.
  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const inText = event.target === this.text || event.target === this.by;
    if (event.key === "Escape") this.events.close();
    else if (event.key === "Enter" && event.target === this.by && !event.shiftKey)
      this.events.replace();
    else if (event.key === "Enter" && inText) this.events.step(event.shiftKey ? -1 : 1);
    else if (event.key === "g" && (event.ctrlKey || event.metaKey))
      this.events.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function field(label: string): HTMLInputElement {
  return el("input", {
    type: "text",
    class: "find-field",
    "aria-label": label,
    placeholder: label,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    maxlength: 1000,
  });
}

function button(drawing: IconName, words: string, onclick: () => void): HTMLElement {
  const look = { type: "button", class: "plain icon-button", "aria-label": words, title: words };
  return el("button", { ...look, onclick }, icon(drawing));
}

function plain(words: string, onclick: () => void): HTMLElement {
  return el("button", { type: "button", class: "plain small", onclick }, words);
}
