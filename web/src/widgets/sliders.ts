// Sliders: the browser's own range fields, so that keyboard, touch and screen reader work, with the
// value beside them. A range has two of them.
import { el } from "../lib/dom";
import { say } from "../notebook/outputs/outputwords";
import { Group, list, Row, text } from "./labels";
import type { Handle, Maker, View } from "./view";

export const sliders: Record<string, Maker> = {
  IntSliderView: (handle) => slider(handle, linear),
  FloatSliderView: (handle) => slider(handle, linear),
  FloatLogSliderView: (handle) => slider(handle, logarithmic),
  SelectionSliderView: (handle) => slider(handle, options),
  IntRangeSliderView: (handle) => range(handle, linear),
  FloatRangeSliderView: (handle) => range(handle, linear),
  SelectionRangeSliderView: (handle) => range(handle, options),
};

/** How positions of the field and values of the model belong together. */
type Scale = {
  key: "value" | "index";
  bounds(handle: Handle): [min: number, max: number, step: number];
  toPosition(value: unknown, handle: Handle): number;
  toValue(position: number, handle: Handle): number;
  written(value: unknown, handle: Handle): string;
};

const number = (value: unknown, otherwise: number) =>
  typeof value === "number" && Number.isFinite(value) ? value : otherwise;

const linear: Scale = {
  key: "value",
  bounds: ({ state }) => [
    number(state.min, 0),
    number(state.max, 100),
    number(state.step, 0) || 1e-9,
  ],
  toPosition: (value) => number(value, 0),
  toValue: (position) => position,
  written: (value, { state }) => formatted(number(value, 0), text(state.readout_format)),
};

const logarithmic: Scale = {
  ...linear,
  bounds: ({ state }) => [number(state.min, 0), number(state.max, 4), number(state.step, 0.1)],
  toPosition: (value, { state }) => Math.log(number(value, 1)) / Math.log(number(state.base, 10)),
  toValue: (position, { state }) => number(state.base, 10) ** position,
};

const options: Scale = {
  key: "index",
  bounds: ({ state }) => [0, Math.max(0, list(state._options_labels).length - 1), 1],
  toPosition: (value) => number(value, 0),
  toValue: (position) => Math.round(position),
  written: (value, { state }) => text(list(state._options_labels)[number(value, 0)]),
};

function field(handle: Handle, scale: Scale): HTMLInputElement {
  const input = el("input", { type: "range" });
  bound(input, handle, scale);
  return input;
}

function bound(input: HTMLInputElement, handle: Handle, scale: Scale): void {
  const [min, max, step] = scale.bounds(handle);
  input.min = String(min);
  input.max = String(max);
  input.step = step > 1e-8 ? String(step) : "any";
}

function slider(handle: Handle, scale: Scale): View {
  const input = field(handle, scale);
  const readout = el("output", { class: "widget-readout" });
  const row = new Row(input, [readout]);
  const show = (value: unknown) => {
    readout.textContent = scale.written(value, handle);
    input.setAttribute("aria-valuetext", readout.textContent);
  };
  const value = () => scale.toValue(Number(input.value), handle);
  const tell = () => handle.change({ [scale.key]: value() });
  input.addEventListener("input", () => {
    show(value());
    if (handle.state.continuous_update !== false) tell();
  });
  input.addEventListener("change", tell);
  return {
    element: row.element,
    update(state) {
      row.update(state);
      bound(input, handle, scale);
      row.element.classList.toggle("widget-upright", handle.state.orientation === "vertical");
      readout.hidden = handle.state.readout === false;
      input.value = String(scale.toPosition(handle.state[scale.key], handle));
      show(handle.state[scale.key]);
    },
  };
}

function range(handle: Handle, scale: Scale): View {
  const [low, high] = [field(handle, scale), field(handle, scale)];
  low.setAttribute("aria-label", say("widget_from"));
  high.setAttribute("aria-label", say("widget_to"));
  const readout = el("output", { class: "widget-readout" });
  const group = new Group(el("span", { class: "widget-range" }, low, high), readout);
  const values = () => {
    const [a, b] = [low, high].map((end) => scale.toValue(Number(end.value), handle));
    return [Math.min(a ?? 0, b ?? 0), Math.max(a ?? 0, b ?? 0)];
  };
  const show = (pair: unknown[]) => {
    readout.textContent = pair.map((value) => scale.written(value, handle)).join(" – ");
  };
  const tell = () => handle.change({ [scale.key]: values() });
  for (const end of [low, high]) {
    end.addEventListener("input", () => {
      show(values());
      if (handle.state.continuous_update !== false) tell();
    });
    end.addEventListener("change", tell);
  }
  return {
    element: group.element,
    update(state) {
      group.update(state);
      for (const end of [low, high]) bound(end, handle, scale);
      readout.hidden = handle.state.readout === false;
      const pair = list(handle.state[scale.key]);
      low.value = String(scale.toPosition(pair[0], handle));
      high.value = String(scale.toPosition(pair[1], handle));
      show(pair);
    },
  };
}

/** What ipywidgets' usual readout formats (d3-format: "d", ".2f", ".3g", ".1e", ".0%") give. */
export function formatted(value: number, format: string): string {
  const found = /^,?(?:\.(\d+))?([dfgeE%])?$/.exec(format.replace(/^[<>=^]?[+\- ]?/, ""));
  const digits = found?.[1] === undefined ? null : Number(found[1]);
  if (!found || (digits ?? 0) > 20) return String(value);
  switch (found[2]) {
    case "d":
      return Math.round(value).toString();
    case "f":
      return value.toFixed(digits ?? 6);
    case "e":
    case "E":
      return value.toExponential(digits ?? 6);
    case "%":
      return `${(value * 100).toFixed(digits ?? 6)}%`;
    case "g":
      return String(Number(value.toPrecision(Math.max(1, digits ?? 6))));
    default:
      return String(value);
  }
}
