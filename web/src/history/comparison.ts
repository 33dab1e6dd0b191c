// One version beside another, cell by cell. Outputs stay folded until somebody opens them, and are
// shown by the same careful way as in the notebook. Not for choosing versions (versionlist.ts).
import "../../styles/comparison.css";
import { el } from "../lib/dom";
import { OutputList } from "../notebook/outputs/outputs";
import { type Asking, wordsOf } from "./asking";
import { linesElement } from "./lines";
import { type CellRow, type CellSide, differs, grouped, marksOf, numberOf } from "./state";
import { say } from "./words";

/** A version's id, or "now", and what its column is called. */
export type Side = { id: string; words: string };
export type Sides = { old: Side; new: Side };
export type Places = { frame: string; blobs: string };

export type ComparisonEvents = {
  /** Bring back one cell of the old side; null where nobody may. */
  restore: ((cell: CellSide) => void) | null;
  runs(cell: CellSide): void;
};

/** The rows of a comparison as one element. */
export class Comparison {
  readonly element: HTMLElement;

  constructor(
    rows: readonly CellRow[],
    private readonly sides: Sides,
    private readonly asking: Asking,
    private readonly places: Places,
    private readonly events: ComparisonEvents,
  ) {
    this.element = el("div", { class: "comparison" });
    if (rows.some(differs)) this.element.append(this.head());
    this.element.append(
      ...grouped(rows).map((group) => (Array.isArray(group) ? sameCells(group) : this.row(group))),
    );
  }

  private head(): HTMLElement {
    const { old, new: fresh } = this.sides;
    const side = (words: string) => el("span", { class: "side" }, words);
    return el(
      "div",
      { class: "sides quiet small", "aria-hidden": "true" },
      side(old.words),
      side(fresh.words),
    );
  }

  private row(row: CellRow): HTMLElement {
    const title = numberOf(row);
    const kind = row.kind === "same" ? "" : row.kind;
    const box = el("section", { class: `cell-row ${kind}`, "aria-label": title });
    const marks = marksOf(row).map((words) => el("span", { class: "mark" }, words));
    const type = row.new?.type ?? row.old?.type ?? "code";
    const typeWords =
      type === "markdown" ? say("type_markdown") : type === "raw" ? say("type_raw") : "";
    const name = el(
      "h3",
      {},
      title,
      typeWords && el("span", { class: "quiet small" }, ` ${typeWords}`),
    );
    box.append(el("header", { class: "cell-row-head" }, name, ...marks, this.tools(row)));
    if (row.old?.missing || row.new?.missing)
      box.append(el("p", { class: "notice waiting" }, say("lost")));
    if (row.lines)
      box.append(
        linesElement(row, say("differences", { n: row.new?.number ?? row.old?.number ?? 0 })),
      );
    else
      box.append(
        el("p", { class: "preview" }, el("code", {}, row.new?.preview || say("empty_cell"))),
      );
    if (row.outputs) box.append(this.outputs(row));
    return box;
  }

  private tools(row: CellRow): HTMLElement {
    const tools = el("span", { class: "cell-row-tools" });
    const { old } = row;
    const { restore } = this.events;
    const cell = row.new ?? old;
    if (cell && cell.type === "code")
      tools.append(
        tool(say("runs"), say("runs_of", { n: cell.number }), () => this.events.runs(cell)),
      );
    if (old && restore)
      tools.append(
        tool(say("restore_cell"), say("restore_cell_n", { n: old.number }), () => restore(old)),
      );
    return tools;
  }

  private outputs(row: CellRow): HTMLElement {
    const { old, new: fresh } = this.sides;
    const places = el("div", { class: "output-sides" });
    const details = el(
      "details",
      { class: "row-outputs" },
      el("summary", {}, say("output")),
      places,
    );
    const open = () => {
      places.append(this.outputSide(row.old, old), this.outputSide(row.new, fresh));
    };
    details.addEventListener("toggle", open, { once: true });
    return details;
  }

  private outputSide(cell: CellSide | null, side: Side): HTMLElement {
    const place = el("div", { class: "side", "data-side": side.words });
    if (!cell?.outputs) {
      place.append(el("p", { class: "quiet small" }, say("no_output")));
      return place;
    }
    const title = say("output_of", { n: cell.number, side: side.words });
    const { frame, blobs } = this.places;
    const context = { frame, blobs, texts: "", comms: null, text: null, locate: () => null };
    const list = new OutputList({ ...context, title: () => title });
    place.append(list.element);
    place.tabIndex = 0; // a wide output scrolls, also by keyboard
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", title);
    this.asking.outputs(side.id, cell.cell).then(
      (outputs) => list.update(outputs),
      (error) => place.replaceChildren(el("p", { class: "notice failed" }, wordsOf(error))),
    );
    return place;
  }
}

function tool(words: string, label: string, run: () => void): HTMLElement {
  const attributes = { type: "button", class: "plain small", "aria-label": label };
  return el("button", { ...attributes, onclick: run }, words);
}

function sameCells(rows: CellRow[]): HTMLElement {
  const words = rows.length === 1 ? say("same_cell") : say("same_cells", { n: rows.length });
  const lines = rows.map((row) =>
    el(
      "li",
      {},
      el("span", { class: "quiet small" }, numberOf(row), " "),
      el("code", {}, row.new?.preview || say("empty_cell")),
    ),
  );
  return el("details", { class: "same-cells" }, el("summary", {}, words), el("ol", {}, ...lines));
}
