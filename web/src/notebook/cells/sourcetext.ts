// A cell's source as coloured text that stands and wraps exactly where the cell's editor will
// (docs/decisions/0016): what is read needs no editor. Not for typing (editor.ts).
import { pythonLanguage } from "@codemirror/lang-python";
import { highlightCode } from "@lezer/highlight";
import { el } from "../../lib/dom";
import { inks } from "../editor/editortheme";
import type { CellType } from "../live/protocol";

export type SourceLook = {
  type: CellType;
  numbered: boolean;
  /** The line (from 1) that failed, or null. */
  failing: number | null;
};

const MOST_COLOURED = 30_000; // characters; to colour more would hold up a frame

export class SourceText {
  readonly element = el("div", { class: "source-plain" });
  private shown: [string, SourceLook] | null = null;

  /** Cheap when nothing changed. */
  show(source: string, look: SourceLook): void {
    if (this.shown && this.shown[0] === source && isSame(this.shown[1], look)) return;
    this.shown = [source, look];
    const { element } = this;
    element.className = "source-plain";
    element.classList.toggle("wraps", look.type !== "code");
    element.classList.toggle("numbered", look.numbered);
    const lines = look.type === "code" ? colouredLines(source) : plainLines(source);
    element.style.setProperty("--digits", String(Math.max(2, String(lines.length).length)));
    lines[(look.failing ?? 0) - 1]?.classList.add("cm-failing");
    element.replaceChildren(...lines);
  }

  /** Whether a person has chosen text in it, which a change would lose. */
  get isSelected(): boolean {
    const selection = getSelection();
    if (!selection || selection.isCollapsed) return false;
    return selection.containsNode(this.element, true);
  }
}

function colouredLines(source: string): HTMLElement[] {
  if (source.length > MOST_COLOURED) return plainLines(source);
  const lines = [lineElement()];
  const put = (text: string, classes: string) =>
    lines.at(-1)?.append(classes ? el("span", { class: classes }, text) : text);
  const tree = pythonLanguage.parser.parse(source);
  highlightCode(source, tree, inks, put, () => lines.push(lineElement()));
  return lines.map(filled);
}

function plainLines(source: string): HTMLElement[] {
  return source.split("\n").map((text) => filled(el("div", { class: "source-line" }, text)));
}

function lineElement(): HTMLElement {
  return el("div", { class: "source-line" });
}

// An empty line is as high as any other.
function filled(line: HTMLElement): HTMLElement {
  if (!line.textContent) line.append(el("br"));
  return line;
}

function isSame(a: SourceLook, b: SourceLook): boolean {
  return a.type === b.type && a.numbered === b.numbered && a.failing === b.failing;
}
