// The cells as elements, in the notebook's order: sketched when they come, built when they come near
// the screen or the browser is idle, moved without losing the focus, taken away when they go
// (docs/decisions/0016). Not for what is chosen or done (notebook.ts).
import { el } from "../../lib/dom";
import type { NotebookDocument } from "../live/document";
import type { Cell } from "../live/protocol";
import { OutputBox } from "../outputs/outputbox";
import type { CellInfo, CellView } from "./cell";
import { CellSketch } from "./cellsketch";
import { Nearness } from "./nearness";
import { Stillness } from "./stillness";

export type CellListHost = {
  /** Build the cell into `element`. */
  make(cell: Cell, element: HTMLElement): CellView;
  /** Whether somebody else is in it, whose cursor needs an editor. */
  isVisited(id: string): boolean;
  /** Its element is gone; `hadFocus`: the focus was in it. */
  forgotten(id: string, hadFocus: boolean): void;
};

type Entry = { sketch: CellSketch; view: CellView | null; cell: Cell; info: CellInfo };

const BESIDE = 100; // pixels around the screen in which cells have editors
const AT_ONCE = 6; // cells of a fresh notebook: about the first screen

export class CellList {
  readonly element = el("div", { class: "cells" });
  private readonly entries = new Map<string, Entry>();
  private readonly byElement = new Map<Element, Entry>();
  private readonly stillness = new Stillness(() => this.turns());
  private readonly nearness = new Nearness(
    this.element,
    () => this.stillness.look(),
    () => this.stillness.isScrolling,
  );

  constructor(private readonly host: CellListHost) {
    window.addEventListener("beforeprint", () => this.nearness.finish());
  }

  /** A cell may need an editor now, or none: soon, when the page rests. */
  look(): void {
    this.stillness.look();
  }

  /** Those that are built, for what concerns all. */
  *built(): Iterable<CellView> {
    for (const { view } of this.entries.values()) if (view) yield view;
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
      const { type, metadata } = entry.cell;
      if (type !== cell.type || metadata !== cell.metadata) this.stillness.look();
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
    this.byElement.set(element, entry);
    const build = () => {
      if (this.entries.get(entry.cell.id) === entry) this.build(entry);
    };
    this.nearness.whenNear(element, build);
    this.nearness.whenIdle(build);
    return entry;
  }

  private build(entry: Entry): CellView {
    if (entry.view) return entry.view;
    const { element } = entry.sketch;
    entry.view = this.host.make(entry.cell, element);
    entry.view.update(entry.cell, entry.info);
    this.nearness.whenNear(element, () => OutputBox.settle()); // what was built far off is folded
    if (this.nearness.near.has(element)) this.stillness.look();
    return entry.view;
  }

  // Editors for what is on the screen, and text again in place of those that are far away.
  private turns(): (() => void)[] {
    const { near } = this.nearness;
    const shown = new Set(this.nearness.onScreen(BESIDE));
    const works: (() => void)[] = [];
    for (const [element, { cell, view }] of this.byElement) {
      if (!view) continue;
      const wanted = shown.has(element) || (near.has(element) && this.host.isVisited(cell.id));
      if (wanted && view.wantsEditor) works.unshift(() => view.giveEditor());
      else if (!near.has(element) && view.hasEditor) works.push(() => view.takeEditor());
    }
    return works;
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
    this.byElement.delete(element);
    this.host.forgotten(id, hadFocus);
  }

  private place(element: HTMLElement, index: number): void {
    const there = this.element.children[index];
    if (there === element) return;
    const focused = document.activeElement;
    const holdsFocus = element.contains(focused);
    this.element.insertBefore(element, there ?? null);
    this.nearness.watch(element);
    if (holdsFocus) (focused as HTMLElement).focus({ preventScroll: true });
  }
}
