// A cell's outputs as elements: kept while they only grow, replaced when they change. Chooses the
// richest form of each that this page can show. Not for what surrounds them (cell.ts).
import { el } from "../lib/dom";
import { originOf } from "./document";
import { renderLatex, renderMarkdown } from "./markdown";
import { outputFrame } from "./outputframe";
import { type Output, textOf } from "./protocol";
import { isAlive, type Locate, sanitise } from "./sanitise";
import { StreamView, tracebackElement } from "./stream";
import { say } from "./words";

export type OutputContext = {
  /** Address of the sandboxed frame's page. */
  frame: string;
  /** What the frame is called for a screen reader. */
  title(): string;
  locate: Locate;
};

type Shown = { origin: object; output: Output; element: HTMLElement; stream: StreamView | null };

/** The outputs of one cell. `update` touches only what changed. */
export class OutputList {
  readonly element = el("div", { class: "outputs" });
  private shown: Shown[] = [];

  constructor(private readonly context: OutputContext) {}

  update(outputs: readonly Output[]): void {
    const next = outputs.map((output, index) => this.show(output, this.shown[index]));
    next.forEach((item, index) => {
      const there = this.element.children[index];
      if (there !== item.element) this.element.insertBefore(item.element, there ?? null);
    });
    while (this.element.children.length > next.length) this.element.lastElementChild?.remove();
    this.shown = next;
  }

  private show(output: Output, before: Shown | undefined): Shown {
    if (before?.output === output) return before;
    const origin = originOf(output);
    if (before?.stream && before.origin === origin) {
      before.stream.update(textOf(output.text));
      return { ...before, output };
    }
    if (output.output_type === "stream") {
      const stream = new StreamView(output.name ?? "stdout");
      stream.update(textOf(output.text));
      return { origin, output, element: stream.element, stream };
    }
    return { origin, output, element: elementOf(output, this.context), stream: null };
  }
}

function elementOf(output: Output, context: OutputContext): HTMLElement {
  if (output.output_type === "error")
    return tracebackElement(output.traceback ?? [], output.ename ?? "", output.evalue ?? "");
  const data = output.data ?? {};
  for (const [type, render] of FORMS) {
    if (!(type in data)) continue;
    const element = render(data[type], context, output);
    if (element) return el("div", { class: "rich" }, element);
  }
  return el("div", { class: "rich" }, plain(textOf(data["text/plain"])));
}

type Render = (value: unknown, context: OutputContext, output: Output) => HTMLElement | null;

// Richest first. A form that answers null leaves the choice to the next.
const FORMS: [string, Render][] = [
  ["text/html", (value, context) => html(textOf(value), context)],
  ["text/markdown", (value, context) => renderMarkdown(textOf(value), context.locate)],
  [
    "image/svg+xml",
    (value, _, output) => picture("image/svg+xml", utf8ToBase64(textOf(value)), output),
  ],
  ["image/png", (value, _, output) => picture("image/png", textOf(value), output)],
  ["image/jpeg", (value, _, output) => picture("image/jpeg", textOf(value), output)],
  ["image/gif", (value, _, output) => picture("image/gif", textOf(value), output)],
  ["image/webp", (value, _, output) => picture("image/webp", textOf(value), output)],
  ["text/latex", (value) => renderLatex(textOf(value))],
  [
    "application/javascript",
    (value, context) => html(`<script>${textOf(value)}</script>`, context),
  ],
  ["application/json", (value) => plain(JSON.stringify(value, null, 2))],
];

function plain(text: string): HTMLElement {
  const stream = new StreamView("stdout");
  stream.update(text);
  return stream.element;
}

function html(source: string, context: OutputContext): HTMLElement {
  if (isAlive(source))
    return outputFrame({ address: context.frame, html: source, title: context.title() });
  return el("div", { class: "html" }, sanitise(source, context.locate));
}

function picture(type: string, base64: string, output: Output): HTMLElement | null {
  const bytes = base64.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/]+=*$/.test(bytes)) return null;
  const meta = (output.metadata?.[type] ?? output.metadata ?? {}) as Record<string, unknown>;
  const size = (name: string) => (typeof meta[name] === "number" ? meta[name] : null);
  return el("img", {
    src: `data:${type};base64,${bytes}`,
    alt: textOf(output.data?.["text/plain"]).replace(/^<(.*)>$/s, "$1") || say("picture"),
    width: size("width"),
    height: size("height"),
    decoding: "async",
  });
}

// SVG only ever runs inside <img>, where it can neither run scripts nor fetch.
function utf8ToBase64(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
