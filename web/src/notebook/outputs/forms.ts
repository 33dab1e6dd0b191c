// One rich output as an element: the richest form of it that this page can show. What is heavy is
// fetched when it is met. Not for streams and errors (stream.ts), nor for their order (outputs.ts).
import { el } from "../../lib/dom";
import type { Comms } from "../../widgets/comms";
import { type Output, textOf } from "../live/protocol";
import { renderLatex, renderMarkdown } from "../text/markdown";
import { isAlive, type Locate, sanitise } from "../text/sanitise";
import { textBehind } from "./contents";
import { say } from "./outputwords";
import { PICTURES, pictureOf } from "./pictures";
import { StreamView } from "./stream";

/** Addresses that all cells of a page share, and the line to widgets' models (null: no kernel here). */
export type OutputPlaces = {
  /** The sandboxed frame's page. */
  frame: string;
  /** Put before a blob's digest. */
  blobs: string;
  /** Put before a cell's id and "/text". */
  texts: string;
  comms: Comms | null;
};

export type OutputContext = OutputPlaces & {
  /** What the region is called for a screen reader. */
  title(): string;
  locate: Locate;
  /** Address of the cell's whole printed text; null where there is none. */
  text: string | null;
};

/** `height`: of what stood there before, in pixels, so that a frame need not jump. */
export type FormContext = OutputContext & { output: Output; height: number };
type Render = (value: unknown, context: FormContext, type: string) => HTMLElement | null;

/** The element of a display_data or execute_result; null when it has nothing to show. */
export function richElement(
  output: Output,
  context: OutputContext,
  height = 0,
): HTMLElement | null {
  const data = output.data ?? {};
  const all: FormContext = { ...context, output, height };
  for (const [pattern, render] of FORMS) {
    const type = Object.keys(data).find((key) => matches(pattern, key));
    if (type === undefined) continue;
    try {
      const element = render(data[type], all, type);
      if (element) return element === NOTHING ? null : element;
    } catch {
      return withText(output, context, say("not_shown")); // one output never breaks the page
    }
  }
  return withText(output, context, null);
}

function matches(pattern: string | RegExp, type: string): boolean {
  return typeof pattern === "string" ? pattern === type : pattern.test(type);
}

const NOTHING = document.createElement("span");

// Richest first. A form that answers null leaves the choice to the next.
const FORMS: [string | RegExp, Render][] = [
  ["application/vnd.jupyter.widget-view+json", widget],
  ["application/vnd.bokehjs_load.v0+json", () => NOTHING], // each frame loads it by itself
  ["application/vnd.bokehjs_exec.v0+json", (_, c) => page("bokeh", scriptOf(c), c)],
  ["application/vnd.plotly.v1+json", (value, c) => page("plotly", value, c)],
  [/^application\/vnd\.vega(lite)?\.v\d+[.+]json$/, (value, c) => page("vega", value, c)],
  ["text/html", (value, c) => behind(value, c, (text) => html(text, c))],
  ["text/markdown", (value, c) => behind(value, c, (text) => renderMarkdown(text, c.locate))],
  ...PICTURES.map((type): [string, Render] => [type, (_, c) => pictureOf(type, c.output, c.blobs)]),
  ["text/latex", (value, c) => behind(value, c, renderLatex)],
  ["application/javascript", (value, c) => page("javascript", value, c)],
  [/^application\/([\w.-]+\+)?json$/, (value, c) => behind(value, c, (text) => tree(text))],
  [/^(audio|video)\/[\w.+-]+$/, (value, c, type) => behind(value, c, (text) => media(type, text))],
];

/** `element` at once or, for a value behind an address, when its text has come. */
function behind(
  value: unknown,
  context: FormContext,
  make: (text: string) => HTMLElement | null,
): HTMLElement | null {
  const text = textBehind(context.blobs, value);
  if (typeof text === "string") return make(text);
  return later(
    text.then(make),
    () => withText(context.output, context, say("content_gone")),
    context.height,
  );
}

/** A place that fills when `coming` is there; what `instead` makes stands there when it fails. */
export function later(
  coming: Promise<HTMLElement | null>,
  instead: () => HTMLElement,
  height = 0,
): HTMLElement {
  const place = el("div", { class: "later" });
  if (height) place.style.minHeight = `${height}px`;
  const slow = setTimeout(() => place.append(el("p", { class: "quiet" }, say("loading"))), 1000);
  void coming
    .catch(instead)
    .then((element) => place.replaceChildren(...(element ? [element] : [])))
    .finally(() => {
      clearTimeout(slow);
      place.style.minHeight = "";
      place.dispatchEvent(new Event("load")); // so that whoever watches heights looks again
    });
  return place;
}

function withText(output: Output, context: OutputContext, why: string | null): HTMLElement {
  const value = output.data?.["text/plain"];
  const body = el("div", {});
  if (why) body.append(el("p", { class: "quiet" }, why));
  const text = value === undefined ? "" : textBehind(context.blobs, value);
  if (typeof text === "string") body.append(plain(text));
  else {
    const note = () => el("p", { class: "quiet" }, say("content_gone"));
    body.append(later(text.then(plain), note));
  }
  return body;
}

function plain(text: string): HTMLElement {
  const stream = new StreamView("stdout", null);
  stream.update(text, 0);
  return stream.element;
}

const BOKEH_LOADING = /class="bk-notebook-logo"/;

function html(source: string, context: FormContext): HTMLElement | null {
  const about = context.output.metadata?.["text/html"] as { isolated?: boolean } | undefined;
  if (BOKEH_LOADING.test(source) && !source.includes("data-root-id")) return NOTHING;
  if (about?.isolated || isAlive(source)) return page("html", source, context);
  const box = el("div", { class: "html" }, sanitise(source, context.locate));
  if (box.querySelector("table")) void import("./tables").then((m) => m.enliven(box));
  return box;
}

// Whatever lives on scripts is put together elsewhere, and shown in a frame of its own.
function page(kind: string, value: unknown, context: FormContext): HTMLElement {
  const frame = Promise.all([
    import("../../frame/pages"),
    Promise.resolve(textBehind(context.blobs, value)),
  ]).then(([{ framed }, text]) => framed(kind, text, context));
  return later(frame, () => withText(context.output, context, say("not_shown")), context.height);
}

function scriptOf(context: FormContext): unknown {
  const data = context.output.data ?? {};
  return data["application/javascript"] ?? data["text/html"] ?? "";
}

function tree(text: string): HTMLElement {
  const made = import("./jsontree").then((m) => m.jsonTree(JSON.parse(text)));
  return later(made, () => plain(text));
}

function media(type: string, base64: string): HTMLElement | null {
  const bytes = base64.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/]+=*$/.test(bytes)) return null;
  const src = `data:${type};base64,${bytes}`;
  return el(type.startsWith("audio") ? "audio" : "video", { controls: true, src });
}

function widget(value: unknown, context: FormContext): HTMLElement | null {
  const id = (value as { model_id?: unknown } | null)?.model_id;
  if (typeof id !== "string" || !context.comms) return null;
  const { comms, output } = context;
  const text = textOf(output.data?.["text/plain"]);
  const view = import("../../widgets/view").then((m) => m.widgetElement(id, text, comms, context));
  return later(view, () => withText(output, context, say("not_shown")), context.height);
}
