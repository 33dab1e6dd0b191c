// What the page says in passing: short sentences at the foot with one thing to do, and what only a
// screen reader hears. Also keeps text that found no place, until a person has decided about it.
import { el } from "../lib/dom";
import { say } from "./words";

const SHOWN_MS = 8000;

export type ToastAction = { label: string; run(): void };

export class Messages {
  readonly element = el("div", { class: "toasts", role: "status" });
  readonly offers = el("div", { class: "offers" });
  readonly spoken = el("div", { class: "visually-hidden", "aria-live": "polite" });

  /** Shows what happened by itself: its time begins when somebody is at the page. */
  tell(text: string, action?: ToastAction): void {
    this.show(text, action, "", whenSomebodyIsHere);
  }

  /** Shows `text`, with the one thing to do about it. Answers how to take it away. */
  show(
    text: string,
    action?: ToastAction,
    kind: "" | "failed" = "",
    when: (begin: () => void) => void = (begin) => begin(),
  ): () => void {
    for (const old of this.element.children) if (old.textContent === text) old.remove();
    const toast = el("div", { class: `toast ${kind}` }, el("span", {}, text));
    const close = () => toast.remove();
    if (action) {
      const run = () => {
        close();
        action.run();
      };
      toast.append(el("button", { type: "button", class: "plain", onclick: run }, action.label));
    }
    let timer = 0;
    when(() => {
      timer = window.setTimeout(close, SHOWN_MS);
    });
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("focusin", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", () => {
      timer = window.setTimeout(close, SHOWN_MS / 2);
    });
    this.element.append(toast);
    while (this.element.children.length > 3) this.element.firstElementChild?.remove();
    return close;
  }

  /** For a screen reader only. */
  speak(text: string): void {
    this.spoken.append(el("p", {}, text));
    while (this.spoken.children.length > 3) this.spoken.firstElementChild?.remove();
  }

  /** Text that is in no cell: stays until it is put into a new one or given up. */
  offer(text: string, keep: (text: string) => void): void {
    const field = el("textarea", { readonly: true, rows: Math.min(8, text.split("\n").length) });
    field.value = text;
    const done = () => offer.remove();
    const take = () => {
      keep(text);
      done();
    };
    const offer = el(
      "section",
      { class: "notice waiting offer", "aria-label": say("offer_title") },
      el("p", {}, say("offer_text")),
      field,
      el(
        "div",
        { class: "row" },
        el("button", { type: "button", class: "primary", onclick: take }, say("offer_keep")),
        el("button", { type: "button", class: "plain", onclick: done }, say("offer_drop")),
      ),
    );
    this.offers.append(offer);
  }
}

function whenSomebodyIsHere(act: () => void): void {
  const signs = ["pointermove", "pointerdown", "keydown"];
  const seen = () => {
    for (const sign of signs) removeEventListener(sign, seen);
    act();
  };
  for (const sign of signs) addEventListener(sign, seen, { passive: true });
}
