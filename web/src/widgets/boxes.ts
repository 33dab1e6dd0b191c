// Widgets that hold others: rows, columns, grids, accordions, tabs, and one shown of many.
import { el } from "../lib/dom";
import { list, text } from "./labels";
import type { Handle, Maker, View } from "./view";

export const boxes: Record<string, Maker> = {
  BoxView: (handle) => box(handle, "widget-box"),
  HBoxView: (handle) => box(handle, "widget-box widget-hbox"),
  VBoxView: (handle) => box(handle, "widget-box widget-vbox"),
  GridBoxView: (handle) => box(handle, "widget-grid"),
  AccordionView: accordion,
  TabView: tabs,
  StackView: stack,
};

// Children that stay are not drawn anew: somebody may be typing in one.
class Children {
  private drawn = new Map<unknown, HTMLElement>();

  constructor(private readonly handle: Handle) {}

  elements(): HTMLElement[] {
    const before = this.drawn;
    this.drawn = new Map();
    return list(this.handle.state.children).flatMap((reference) => {
      const element = before.get(reference) ?? this.handle.child(reference);
      if (element) this.drawn.set(reference, element);
      return element ? [element] : [];
    });
  }
}

function box(handle: Handle, looks: string): View {
  const element = el("div", { class: looks });
  const children = new Children(handle);
  return {
    element,
    update(state) {
      if ("children" in state) element.replaceChildren(...children.elements());
      if ("box_style" in state) element.dataset.look = text(state.box_style);
    },
  };
}

/** Titles: a list in ipywidgets 8, `_titles` by index in 7. */
function titleOf({ state }: Handle, index: number): string {
  const old = (state._titles as Record<string, unknown> | undefined)?.[String(index)];
  return text(list(state.titles)[index] ?? old) || String(index + 1);
}

function accordion(handle: Handle): View {
  const element = el("div", { class: "widget-accordion" });
  const children = new Children(handle);
  const parts = () => [...element.children] as HTMLDetailsElement[];
  return {
    element,
    update(state) {
      if ("children" in state)
        element.replaceChildren(
          ...children.elements().map((child, index) => {
            const title = el("summary", {});
            const part = el("details", {}, title, el("div", { class: "widget-part" }, child));
            part.addEventListener("toggle", () => {
              if (part.open) handle.change({ selected_index: index });
              else if (handle.state.selected_index === index)
                handle.change({ selected_index: null });
            });
            return part;
          }),
        );
      parts().forEach((part, index) => {
        const title = part.firstElementChild;
        if (title) title.textContent = titleOf(handle, index);
        const open = handle.state.selected_index === index;
        if (part.open !== open) part.open = open;
      });
    },
  };
}

let tabCount = 0;

// https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
function tabs(handle: Handle): View {
  const bar = el("div", { role: "tablist", class: "widget-tablist", "data-always": true });
  const panels = el("div", {});
  const element = el("div", { class: "widget-tab" }, bar, panels);
  const children = new Children(handle);
  tabCount += 1;
  const name = `widget-tab-${tabCount}`;
  const chosen = () => Number(handle.state.selected_index ?? 0);
  let shown = chosen();
  const choose = (index: number, focus: boolean) => {
    shown = index;
    handle.change({ selected_index: index });
    draw();
    if (focus) (bar.children[index] as HTMLElement | undefined)?.focus();
  };
  const draw = () => {
    [...bar.children].forEach((tab, index) => {
      tab.textContent = titleOf(handle, index);
      tab.setAttribute("aria-selected", String(index === shown));
      (tab as HTMLElement).tabIndex = index === shown ? 0 : -1;
      (panels.children[index] as HTMLElement).hidden = index !== shown;
    });
  };
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[(event as KeyboardEvent).key];
    const all = bar.children.length;
    if (!step || !all) return;
    event.preventDefault();
    choose((shown + step + all) % all, true);
  });
  return {
    element,
    update(state) {
      if ("children" in state) {
        const drawn = children.elements();
        bar.replaceChildren(
          ...drawn.map((_, i) =>
            el("button", {
              type: "button",
              role: "tab",
              id: `${name}-${i}`,
              "aria-controls": `${name}-panel-${i}`,
              onclick: () => choose(i, false),
            }),
          ),
        );
        panels.replaceChildren(
          ...drawn.map((child, i) => {
            const about = { role: "tabpanel", "aria-labelledby": `${name}-${i}` };
            const id = `${name}-panel-${i}`;
            return el("div", { ...about, id, class: "widget-part", tabindex: 0 }, child);
          }),
        );
      }
      if ("selected_index" in state) shown = chosen();
      draw();
    },
  };
}

function stack(handle: Handle): View {
  const view = box(handle, "widget-box");
  return {
    element: view.element,
    update(state) {
      view.update(state);
      [...view.element.children].forEach((child, index) => {
        (child as HTMLElement).hidden = index !== handle.state.selected_index;
      });
    },
  };
}
