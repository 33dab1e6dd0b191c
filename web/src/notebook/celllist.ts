// The cells as elements, in the notebook's order: sketched when they come, built when they come near
// the screen or the browser is idle, moved without losing the focus, taken away when they go
// (docs/decisions/0016). Not for what is chosen or done (notebook.ts).
import { el } from "../lib/dom";
import type { CellInfo, CellView } from "./cell";
import { CellSketch } from "./cellsketch";
import type { NotebookDocument } from "./document";
import { Nearness } from "./nearness";
import { OutputBox } from "./outputbox";
import type { Cell } from "./protocol";

export type Near = (element: Element, show: () => void) => void;
export type CellListHost = {
  /** Build the cell into `element`. `near` calls back when the element comes near the screen. */
  make(cell: Cell, element: HTMLElement, near: Near): CellView;
  /** Its element is gone; `hadFocus`: the focus was in it. */
  forgotten(id: string, hadFocus: boolean): void;
};

type Entry = { sketch: CellSketch; view: CellView | null; cell: Cell; info: CellInfo };

const AT_ONCE = 6; // cells of a fresh notebook: about the first screen

export class CellList {
  readonly element = el("div", { class: "cells" });
  private readonly entries = new Map<string, Entry>();
  private readonly nearness = new Nearness();

  constructor(private readonly host: CellListHost) {
    window.addEventListener("beforeprint", () => this.nearness.finish());
  }

  /** The cell as it is on the page, built now if it was only sketched. */
  view(id: string): CellView | undefined {
    const entry = this.entries.get(id);
    return entry && this.build(entry);
  }

  forgetGone(shown: NotebookDocument): void {
    for (const id of this.entries.keys()) if (!shown.cells.has(id)) this.forget(id);
  }

  /** Show the cells of `shown` in order, each with what `infoOf` says of it. */
  draw(shown: NotebookDocument, infoOf: (cell: Cell, index: number) => CellInfo): void {
    shown.order.forEach((id, index) => {
      const cell = shown.cells.get(id);
      if (!cell) return;
      const info = infoOf(cell, index);
      const entry = this.entries.get(id) ?? this.sketch(cell, info);
      this.place(entry.sketch.element, index);
      entry.cell = cell;
      entry.info = info;
      if (entry.view) entry.view.update(cell, info);
      else if (info.chosen || index < AT_ONCE) this.build(entry);
      else entry.sketch.update(cell, info);
    });
  }

  private sketch(cell: Cell, info: CellInfo): Entry {
    const entry = { sketch: new CellSketch(cell), view: null, cell, info };
    this.entries.set(cell.id, entry);
    const { element } = entry.sketch;
    this.nearness.watch(element);
    const build = () => {
      if (this.entries.get(entry.cell.id) === entry) this.build(entry);
    };
    this.nearness.whenNear(element, build);
    this.nearness.whenIdle(build);
    return entry;
  }

  private build(entry: Entry): CellView {
    if (entry.view) return entry.view;
    entry.view = this.host.make(entry.cell, entry.sketch.element, (element, show) =>
      this.nearness.whenNear(element, () => {
        show();
        OutputBox.settle(); // what was built far off is folded here
      }),
    );
    entry.view.update(entry.cell, entry.info);
    return entry.view;
  }

  private forget(id: string): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    const { element } = entry.sketch;
    const hadFocus = element.contains(document.activeElement);
    this.nearness.unwatch(element);
    entry.view?.destroy();
    element.remove();
    this.entries.delete(id);
    this.host.forgotten(id, hadFocus);
  }

  private place(element: HTMLElement, index: number): void {
    const there = this.element.children[index];
    if (there === element) return;
    const focused = document.activeElement;
    const holdsFocus = element.contains(focused);
    this.element.insertBefore(element, there ?? null);
    if (holdsFocus) (focused as HTMLElement).focus({ preventScroll: true });
  }
}
