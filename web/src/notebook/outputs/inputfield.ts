// The place where running code asks for a line: `input()`, `getpass()`. Whoever may edit can answer;
// who may only read sees that it waits. Not for what was answered: that is printed like any output.
import { el } from "../../lib/dom";
import type { Asks } from "../live/protocol";
import { say } from "./inputwords";

export type InputHost = {
  answer(request: string, text: string): void;
  /** Out of the field, to the cell. */
  leave(): void;
  speak(text: string): void;
};

export type InputInfo = { number: number; writable: boolean; isMine: boolean };

const STILL_TYPING_MS = 1500;
let typedAt = Number.NEGATIVE_INFINITY;
addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
  const isWriting = [...key].length === 1 || key === "Backspace" || key === "Process";
  if (isWriting && !ctrlKey && !metaKey) typedAt = performance.now();
});

export class InputField {
  readonly element = el("form", { class: "asks", hidden: true });
  private readonly prompt = el("span", { class: "asks-prompt" });
  private readonly field = el("input", {
    class: "asks-field",
    autocomplete: "off",
    autocapitalize: "off",
    autocorrect: "off",
    spellcheck: "false",
    enterkeyhint: "send",
    maxlength: 100_000,
  });
  private readonly send = el("button", { class: "plain small" }, say("send"));
  private readonly note = el("span", { class: "quiet small" });
  private request: string | null = null;
  private wasHere = false; // the person answered the question before this one

  constructor(private readonly host: InputHost) {
    const label = el("label", { class: "asks-line" }, this.prompt, this.field);
    this.element.append(label, this.send, this.note);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      host.leave();
    });
  }

  /** Show this question, or none. Cheap when nothing changed. */
  update(asks: Asks | null | undefined, info: InputInfo): void {
    if (!asks) {
      if (this.request !== null) this.close();
      return;
    }
    this.field.hidden = !info.writable;
    this.send.hidden = !info.writable;
    if (asks.request === this.request) return;
    this.request = asks.request;
    this.element.hidden = false;
    this.prompt.textContent = asks.prompt;
    this.field.type = asks.password ? "password" : "text";
    this.field.value = "";
    this.field.readOnly = false;
    this.field.setAttribute(
      "aria-label",
      asks.prompt.trim() || say("answer_of", { n: info.number }),
    );
    this.note.textContent = info.writable ? "" : say("waits");
    if (info.isMine || this.wasHere)
      this.host.speak(say("asked", { n: info.number, prompt: asks.prompt }));
    if (info.writable && (this.wasHere || (info.isMine && !isTypingElsewhere(this.element))))
      this.field.focus();
  }

  private answer(): void {
    if (this.request === null || this.field.readOnly) return;
    this.field.readOnly = true; // until the next question: nothing is sent twice
    this.note.textContent = say("sending");
    this.wasHere = true;
    this.host.answer(this.request, this.field.value);
  }

  private close(): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.request = null;
    this.element.hidden = true;
    this.field.value = "";
    this.note.textContent = "";
    this.wasHere = hadFocus;
    if (hadFocus) this.host.leave();
  }
}

// Whoever has just written a letter somewhere keeps the cursor there.
function isTypingElsewhere(here: Element): boolean {
  const { activeElement } = document;
  if (!activeElement || here.contains(activeElement)) return false;
  if (activeElement.closest("dialog, .asks, input, select, textarea")) return true;
  return performance.now() - typedAt < STILL_TYPING_MS && activeElement.matches(".cm-content");
}
