// The words before somebody quiet is signed out. It takes no focus: any key or touch is a stay.
import { el } from "../lib/dom";
import { say } from "./words";

export class Warning {
  private readonly text = el("p", { "aria-hidden": "true" });
  private readonly spoken = el("p", { class: "visually-hidden", role: "alert" });
  private readonly element: HTMLElement;

  constructor(stay: () => void) {
    const button = el("button", { type: "button", class: "primary", onclick: stay }, say("stay"));
    this.element = el(
      "div",
      { class: "stay-warning notice waiting", hidden: true },
      this.text,
      button,
    );
    document.body.append(this.element, this.spoken);
  }

  show(seconds: number): void {
    this.text.textContent = say("soon", { seconds });
    if (this.element.hidden) this.spoken.textContent = say("soon_spoken");
    this.element.hidden = false;
  }

  hide(): void {
    this.element.hidden = true;
    this.spoken.textContent = "";
  }
}
