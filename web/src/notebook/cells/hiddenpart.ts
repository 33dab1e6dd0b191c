// The line that stands for a part of a cell that is hidden (its source or its outputs): says so, and
// shows the part again. Not for remembering it (the cell's metadata).
import { el } from "../../lib/dom";
import { say } from "../words";

export class HiddenPart {
  readonly element: HTMLButtonElement;
  private readonly hint = el("span", { class: "hidden-hint" });

  constructor(what: "source_hidden" | "outputs_hidden", show: () => void) {
    const words = say(what);
    this.element = el(
      "button",
      {
        type: "button",
        class: "plain small hidden-part",
        hidden: true,
        title: words,
        onclick: show,
      },
      el("span", { class: "visually-hidden" }, words),
      this.hint,
      el("span", { "aria-hidden": "true" }, "⋯"),
    );
  }

  /** `hint`: a few words of what is hidden. */
  update(hidden: boolean, hint = ""): void {
    this.element.hidden = !hidden;
    this.hint.textContent = hidden ? hint : "";
  }
}
