// The cells as elements, in the notebook's order: made when they come, moved without losing the focus,
// taken away when they go. Not for what is chosen or done (notebook.ts).
import { el } from "../lib/dom";
import type { CellInfo, CellView } from "./cell";
import type { NotebookDocument } from "./document";
import type { Cell } from "./protocol";

export type Near = (element: Element, show: () => void) => void;
export type CellListHost = {
  /** `near` calls back when the element comes near the screen. */
  make(cell: Cell, near: Near): CellView;
  /** Its element is gone; `hadFocus`: the focus was in it. */
  forgotten(id: string, hadFocus: boolean): void;
};

export class CellList {
  readonly element = el("div", { class: "cells" });
  private readonly views = new Map<string, CellView>();
  private readonly approaching = new Map<Element, () => void>();
  private readonly observer = new IntersectionObserver((seen) => this.cameNear(seen), {
    rootMargin: "800px 0px",
  });

  constructor(private readonly host: CellListHost) {}

  view(id: string): CellView | undefined {
    return this.views.get(id);
  }

  forgetGone(shown: NotebookDocument): void {
    for (const id of this.views.keys()) if (!shown.cells.has(id)) this.forget(id);
  }

  /** Show the cells of `shown` in order, each with what `infoOf` says of it. */
  draw(shown: NotebookDocument, infoOf: (cell: Cell, index: number) => CellInfo): void {
    shown.order.forEach((id, index) => {
      const cell = shown.cells.get(id);
      if (!cell) return;
      const view = this.views.get(id) ?? this.make(cell);
      this.place(view.element, index);
      view.update(cell, infoOf(cell, index));
    });
  }

  private make(cell: Cell): CellView {
    const view = this.host.make(cell, (element, show) => {
      this.approaching.set(element, show);
      this.observer.observe(element);
    });
    this.views.set(cell.id, view);
    return view;
  }

  private forget(id: string): void {
    const view = this.views.get(id);
    if (!view) return;
    const hadFocus = view.element.contains(document.activeElement);
    view.destroy();
    this.observer.unobserve(view.element);
    this.approaching.delete(view.element);
    this.views.delete(id);
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

  private cameNear(seen: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of seen)
      if (isIntersecting) this.approaching.get(target)?.();
  }
}
