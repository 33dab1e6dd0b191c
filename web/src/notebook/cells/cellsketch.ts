// What a cell far from the screen costs: its element with the source as plain text, and about how
// high it will be. Not for the cell itself, which cell.ts builds into this element.
import { el } from "../../lib/dom";
import { type Cell, type Output, textOf } from "../live/protocol";
import { say } from "../words";
import type { CellInfo } from "./cell";

const LINE = 21; // pixels of a line of code
const PRINTED = 19;
const ROW = 27;
const MOST = 480; // where printed text folds (outputs.css: 30rem)
const PICTURE = 420;
const LETTERS = 85; // of a line of text

export class CellSketch {
  readonly element: HTMLElement;
  private readonly text = el("pre", { class: "source-plain" });

  constructor(private cell: Cell) {
    const source = el("div", { class: "source" }, this.text);
    const body = el("div", { class: "cell-body" }, source);
    const attributes = { class: "cell", role: "group", "data-cell": cell.id, tabindex: -1 };
    // The margin and the tools are columns of a grid: empty, they keep their width.
    this.element = el("section", attributes, el("div"), body);
    this.text.textContent = cell.source || "\n";
    this.element.style.setProperty("contain-intrinsic-height", `auto ${heightOf(cell)}px`);
  }

  update(cell: Cell, info: CellInfo): void {
    if (cell.source !== this.cell.source) this.text.textContent = cell.source || "\n";
    this.cell = cell;
    this.element.className = `cell ${cell.type}${info.among ? " among" : ""}`;
    this.element.setAttribute("aria-label", say(`cell_${cell.type}`, { n: info.number }));
  }
}

/** About how many pixels a cell takes, so that the scroll bar says the truth early on. */
export function heightOf(cell: Cell): number {
  const lines = cell.source.split("\n");
  if (cell.type === "markdown")
    return 20 + 28 * lines.reduce((sum, line) => sum + Math.ceil(line.length / LETTERS), 0);
  return 24 + LINE * lines.length + cell.outputs.reduce((sum, o) => sum + outputHeight(o), 0);
}

function outputHeight(output: Output): number {
  const data = output.data ?? {};
  if (Object.keys(data).some((type) => type.startsWith("image/"))) return PICTURE;
  const html = textOf(data["text/html"]);
  if (html) return ROW * ((html.match(/<tr/g)?.length ?? 0) + 1);
  const text = textOf(output.text) || textOf(data["text/plain"]);
  const lines = output.traceback?.join("\n") ?? text;
  return Math.min(MOST, 12 + PRINTED * lines.split("\n").length);
}
