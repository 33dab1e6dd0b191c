// What a kernel says about a name, as elements: its mime bundle as Markdown or as text with ANSI
// colours. Not for asking (inspecting.ts).
import { el } from "../../lib/dom";
import { textOf } from "../live/protocol";
import { AnsiReader, nodeOf, withoutAnsi } from "../outputs/ansi";
import { renderMarkdown } from "../text/markdown";

/** The answer to `inspect`. */
export type Explained = {
  found: boolean;
  data: Record<string, unknown>;
  signature?: Signature | null;
};

/** The signature of the call that the cursor stands in. */
export type Signature = {
  label: string;
  parameters: readonly string[];
  active: number | null;
  doc?: string;
};

const MOST = 60_000; // characters; the rest is in `help()`

export function explanation(data: Record<string, unknown>): HTMLElement {
  const markdown = textOf(data["text/markdown"]);
  if (markdown) return el("div", { class: "explained" }, renderMarkdown(markdown.slice(0, MOST)));
  const text = el("pre", { class: "explained" });
  const pieces = new AnsiReader().read(textOf(data["text/plain"]).slice(0, MOST));
  text.append(...pieces.map((piece) => nodeOf(piece)));
  return text;
}

/** Its first telling lines, for a screen reader. */
export function inShort(data: Record<string, unknown>): string {
  const text = withoutAnsi(textOf(data["text/plain"]) || textOf(data["text/markdown"]));
  const lines = text.split("\n").filter((line) => line.trim());
  return lines.slice(0, 4).join(" ").slice(0, 300);
}
