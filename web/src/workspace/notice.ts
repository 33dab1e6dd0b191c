// One sentence at the foot of the desk, with at most one thing to do about it.
import { el } from "../lib/dom";
import { say } from "./words";

const LEAVES_AFTER_MS = 8000;

export class Notice {
  private readonly box = el("div", { class: "toast", role: "status", hidden: true });
  private timer = 0;

  constructor(dock: HTMLElement) {
    dock.append(this.box);
    for (const stay of ["pointerenter", "focusin"])
      this.box.addEventListener(stay, () => clearTimeout(this.timer));
    for (const go of ["pointerleave", "focusout"])
      this.box.addEventListener(go, () => this.leaveLater());
  }

  /** A failure stays until it is closed; anything else leaves by itself. */
  show(text: string, options: { failed?: boolean; action?: string; act?: () => void } = {}): void {
    const { failed = false, action, act } = options;
    this.box.classList.toggle("failed", failed);
    this.box.replaceChildren(el("span", {}, text));
    if (action && act) this.box.append(this.button(action, act));
    if (failed) this.box.append(this.button(say("close"), () => undefined));
    this.box.hidden = false;
    clearTimeout(this.timer);
    if (!failed) this.leaveLater();
  }

  private button(text: string, act: () => void): HTMLButtonElement {
    const press = () => {
      this.box.hidden = true;
      act();
    };
    return el("button", { type: "button", class: "plain", onclick: press }, text);
  }

  private leaveLater(): void {
    clearTimeout(this.timer);
    if (this.box.classList.contains("failed")) return;
    this.timer = window.setTimeout(() => {
      this.box.hidden = true;
    }, LEAVES_AFTER_MS);
  }
}
