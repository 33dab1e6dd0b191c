// What controls have in common: a described row with its label, tied together for screen readers.
import { el } from "../lib/dom";
import type { State } from "./comms";

let count = 0;

/** A row: the label (when there is a description) before the control. */
export class Row {
  readonly element: HTMLElement;
  private readonly label = el("label", { class: "widget-label", hidden: true });

  constructor(
    private readonly control: HTMLElement,
    extra: HTMLElement[] = [],
  ) {
    count += 1;
    control.id ||= `widget-${count}`;
    this.label.htmlFor = control.id;
    this.element = el("div", { class: "widget-row" }, this.label, control, ...extra);
  }

  update(state: State): void {
    if ("description" in state) {
      const text = String(state.description ?? "");
      this.label.textContent = text;
      this.label.hidden = !text;
    }
    const tip = state.tooltip ?? state.description_tooltip;
    if (typeof tip === "string") this.element.title = tip;
    if (!this.label.textContent) {
      const name = typeof tip === "string" && tip ? tip : String(state._view_name ?? "");
      if (name) this.control.setAttribute("aria-label", name.replace(/View$/, ""));
    } else this.control.removeAttribute("aria-label");
  }
}

/** A group of controls with a legend: radio buttons, the two ends of a range. */
export class Group {
  readonly element = el("fieldset", { class: "widget-row widget-group" });
  private readonly legend = el("legend", { class: "widget-label" });

  constructor(...inside: HTMLElement[]) {
    this.element.append(this.legend, ...inside);
  }

  update(state: State): void {
    if ("description" in state) this.legend.textContent = String(state.description ?? "");
    const tip = state.tooltip ?? state.description_tooltip;
    if (typeof tip === "string") this.element.title = tip;
    if (!this.legend.textContent && state._view_name)
      this.element.setAttribute("aria-label", String(state._view_name).replace(/View$/, ""));
  }
}

export function text(value: unknown): string {
  return typeof value === "string"
    ? value
    : value === null || value === undefined
      ? ""
      : String(value);
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
