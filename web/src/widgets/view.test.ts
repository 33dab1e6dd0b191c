// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import type { OutputContext } from "../notebook/outputs/forms";
import { Comms, type State } from "./comms";
import { formatted } from "./sliders";
import { widgetElement } from "./view";

let sent: [string, Record<string, unknown>][];
let comms: Comms;
const context = {
  frame: "/frame/output",
  blobs: "/b/",
  texts: "/t/",
  comms: null,
  text: null,
  title: () => "Output",
  locate: () => null,
} satisfies OutputContext;

beforeEach(() => {
  sent = [];
  comms = new Comms((comm, data) => sent.push([comm, data]));
});

function open(id: string, state: State): void {
  comms.receive({ t: "comm", kind: "open", comm: id, data: { state }, buffers: [] });
}

function shown(id: string): HTMLElement {
  const element = widgetElement(id, "text form", comms, context);
  document.body.replaceChildren(element);
  return element;
}

const SLIDER = {
  _view_name: "IntSliderView",
  description: "n",
  min: 0,
  max: 10,
  step: 1,
  value: 3,
};

test("a slider has its name, its value, and tells the kernel when it is moved", () => {
  open("s", { ...SLIDER, readout_format: "d" });
  const input = shown("s").querySelector("input") as HTMLInputElement;
  expect([input.type, input.value, input.labels?.[0]?.textContent]).toEqual(["range", "3", "n"]);
  input.value = "7";
  input.dispatchEvent(new Event("input"));
  expect(sent[0]).toEqual(["s", { method: "update", state: { value: 7 }, buffer_paths: [] }]);
  expect(document.querySelector("output")?.textContent).toBe("7");
});

test("two views of a model show the same value", () => {
  open("s", SLIDER);
  const first = shown("s").querySelector("input") as HTMLInputElement;
  const second = widgetElement("s", "", comms, context).querySelector("input") as HTMLInputElement;
  const state = { value: 9 };
  comms.receive({
    t: "comm",
    kind: "msg",
    comm: "s",
    data: { method: "update", state },
    buffers: [],
  });
  expect([first.value, second.value]).toEqual(["9", "9"]);
});

test("a choice is told as an index, a click as a click, and a tick as a value", () => {
  open("d", { _view_name: "DropdownView", _options_labels: ["a", "b"], index: 0 });
  open("b", { _view_name: "ButtonView", description: "Go" });
  open("c", { _view_name: "CheckboxView", description: "sure", value: false });
  const select = shown("d").querySelector("select") as HTMLSelectElement;
  select.selectedIndex = 1;
  select.dispatchEvent(new Event("change"));
  shown("b").querySelector("button")?.click();
  shown("c").querySelector<HTMLInputElement>("input")?.click();
  expect(sent.map(([, data]) => data.state ?? data.content)).toEqual([
    { index: 1 },
    { event: "click" },
    { value: true },
  ]);
});

test("children are drawn inside their box, also in tabs and an accordion", () => {
  open("s", SLIDER);
  const children = ["IPY_MODEL_s"];
  open("h", { _view_name: "HBoxView", children });
  open("t", {
    _view_name: "TabView",
    children: ["IPY_MODEL_h"],
    titles: ["One"],
    selected_index: 0,
  });
  open("a", { _view_name: "AccordionView", children: ["IPY_MODEL_t"], titles: ["Two"] });
  const element = shown("a");
  expect(element.querySelector("summary")?.textContent).toBe("Two");
  expect(element.querySelector('[role="tab"]')?.textContent).toBe("One");
  expect(element.querySelector('input[type="range"]')).not.toBeNull();
});

test("a box that holds itself is drawn a few times and not forever", () => {
  open("x", { _view_name: "VBoxView", children: ["IPY_MODEL_x"] });
  expect(shown("x").querySelectorAll(".widget").length).toBeLessThan(40);
});

test.each(["HTMLView", "HTMLMathView", "LabelView"])("what %s shows cannot run", (name) => {
  const value = '<img src=x onerror="window.hit=1"><script>window.hit=1</script><b id=x>ok</b>';
  open("e", { _view_name: name, value, description: value });
  const element = shown("e");
  expect(element.querySelector("script, [onerror], [id=x]")).toBeNull();
  expect((window as unknown as { hit?: number }).hit).toBeUndefined();
});

test("looks of a widget reach no other property and fetch nothing", () => {
  open("lay", { width: "50%", height: "1px; position: fixed", overflow: "url(https://e.example)" });
  open("b", { _view_name: "ButtonView", description: "Go", layout: "IPY_MODEL_lay" });
  const button = shown("b").querySelector("button") as HTMLElement;
  expect(button.style.width).toBe("50%");
  expect(button.style.position).toBe("");
  expect(button.getAttribute("style")).not.toContain("url");
});

test.each([
  "u\\72l(https://e.example/a.png)",
  'image-set("https://e.example/a.png" 1x)',
  '-webkit-cross-fade(url("https://e.example"), red)',
])("the colour of a bar fetches nothing: %s", (bar_color) => {
  open("look", { bar_color });
  open("p", { _view_name: "ProgressView", value: 1, max: 2, style: "IPY_MODEL_look" });
  expect(shown("p").outerHTML).not.toContain("e.example");
});

test("an unknown widget is a sentence and its text; so is one whose model never comes", () => {
  vi.useFakeTimers();
  open("u", { _view_name: "AnyView", _model_module: "anywidget" });
  expect(shown("u").textContent).toContain("text form");
  const lost = shown("nobody");
  vi.advanceTimersByTime(2000);
  expect(lost.textContent).toContain("not connected to Python any more");
  open("nobody", SLIDER);
  expect(lost.querySelector("input")).not.toBeNull();
  vi.useRealTimers();
});

test("after the kernel's end controls stay as they were, disabled, with words", () => {
  open("s", SLIDER);
  const element = shown("s");
  comms.end();
  expect(element.querySelector("input")?.disabled).toBe(true);
  expect(element.querySelector("input")?.value).toBe("3");
  expect(element.textContent).toContain("not connected to Python any more");
});

test("who may only read sees controls and cannot use them", () => {
  open("s", SLIDER);
  comms.writable = false;
  expect(shown("s").querySelector("input")?.disabled).toBe(true);
  comms.change("s", { value: 9 });
  expect(sent).toEqual([]);
});

test.each([
  [2.71828, ".2f", "2.72"],
  [1234, "d", "1234"],
  [0.5, ".0%", "50%"],
  [0.000123, ".1e", "1.2e-4"],
  [2, "no format", "2"],
])("%d is written as %s", (value, format, text) => {
  expect(formatted(value, format)).toBe(text);
});
