// The menus: the notebook's own at the top, and that of a cell; each thing to do with its key beside
// it. Not for doing them.
import { el } from "../../lib/dom";
import { type IconName, icon } from "../icons";
import type { CellType } from "../live/protocol";
import { ANYBODY } from "./commands";
import { commandWords } from "./commandwords";
import { type CommandName, shownKeys } from "./keys";

export const NOTEBOOK_ITEMS: readonly (CommandName | null)[] = [
  "palette",
  "find",
  null,
  "run_all",
  "run_above",
  "run_from_here",
  "run_all_go_on",
  "interrupt",
  "restart",
  "restart_and_run_all",
  "restart_and_clear",
  null,
  "undo_cells",
  "redo_cells",
  "format_all",
  "toggle_all_lines",
  "clear_outputs",
  null,
  "toggle_outline",
  "toggle_variables",
  null,
  "history",
  "keep_version",
  "share",
  "download",
  "shortcuts",
];

export const CELL_ITEMS: readonly (CommandName | null)[] = [
  "insert_above",
  "insert_below",
  "duplicate",
  "merge",
  null,
  "cut",
  "copy",
  "paste_below",
  "paste_above",
  null,
  "move_up",
  "move_down",
  null,
  "to_code",
  "to_markdown",
  "to_raw",
  "add_picture",
  "format",
  null,
  "run_above",
  "run_from_here",
  null,
  "hide_source",
  "hide_outputs",
  "fold_outputs",
  "toggle_lines",
  null,
  "delete",
];

const ONLY_CODE = new Set<CommandName>(["format", "hide_outputs", "fold_outputs", "run_from_here"]);
const ONLY_TEXT = new Set<CommandName>(["add_picture"]);
const TYPES: Partial<Record<CommandName, CellType>> = {
  to_code: "code",
  to_markdown: "markdown",
  to_raw: "raw",
};

/** Whether `command` makes sense for a cell of this type. */
export function suits(command: CommandName, type: CellType): boolean {
  if (ONLY_CODE.has(command)) return type === "code";
  if (ONLY_TEXT.has(command)) return type === "markdown";
  return TYPES[command] !== type;
}

export type MenuOptions = {
  label: string;
  drawing: IconName;
  items: readonly (CommandName | null)[];
  perform(command: CommandName): void;
  /** Which items to leave out this time. */
  isLeftOut?(command: CommandName): boolean;
};

/** A button with a menu (WAI-ARIA menu button). Its list is made when it is first opened. */
export class Menu {
  readonly element = el("div", { class: "menu" });
  readonly button: HTMLButtonElement;
  private list: HTMLElement | null = null;
  private writable = false;

  constructor(private readonly options: MenuOptions) {
    const { label, drawing } = options;
    this.button = el("button", {
      type: "button",
      class: "plain icon-button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": label,
      title: label,
      onclick: () => this.toggle(),
    });
    this.button.append(icon(drawing));
    this.element.append(this.button);
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.element.contains(event.relatedTarget as Node))
        this.close(false);
    });
  }

  /** A reader's menu holds only what a reader may do. */
  setWritable(writable: boolean): void {
    this.writable = writable;
  }

  relabel(label: string): void {
    this.button.setAttribute("aria-label", label);
    this.button.title = label;
  }

  private get items(): HTMLElement[] {
    return [...(this.list?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  }

  private toggle(): void {
    if (this.list) this.close(true);
    else this.open();
  }

  private open(): void {
    const { items, isLeftOut, label } = this.options;
    const shown = items.filter(
      (name) =>
        name === null || ((this.writable || ANYBODY.has(name)) && !(isLeftOut?.(name) ?? false)),
    );
    const tidy = shown.filter((name, at) => name !== null || (at > 0 && shown[at - 1] !== null));
    while (tidy.at(-1) === null) tidy.pop();
    this.list = el(
      "div",
      { class: "menu-list", role: "menu", "aria-label": label },
      ...tidy.map((name) => (name ? this.item(name) : el("hr"))),
    );
    this.element.append(this.list);
    this.button.setAttribute("aria-expanded", "true");
    keepOnScreen(this.list, this.button);
    this.step(0);
    document.addEventListener("pointerdown", this.pointedElsewhere);
  }

  private item(name: CommandName): HTMLElement {
    const run = () => {
      this.close(true);
      this.options.perform(name);
    };
    return el(
      "button",
      { type: "button", role: "menuitem", tabindex: -1, "data-command": name, onclick: run },
      el("span", {}, commandWords(name)),
      el("kbd", {}, shownKeys(name)),
    );
  }

  private readonly pointedElsewhere = (event: Event) => {
    if (!this.element.contains(event.target as Node)) this.close(false);
  };

  private close(back: boolean): void {
    if (!this.list) return;
    document.removeEventListener("pointerdown", this.pointedElsewhere);
    const gone = this.list;
    this.list = null;
    this.button.setAttribute("aria-expanded", "false");
    if (back) this.button.focus({ preventScroll: true });
    gone.remove();
  }

  private key(event: KeyboardEvent): void {
    const { items } = this;
    if (!this.list) return;
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape") this.close(true);
    else if (event.key === "ArrowDown") this.step(at + 1);
    else if (event.key === "ArrowUp") this.step(at - 1);
    else if (event.key === "Home") this.step(0);
    else if (event.key === "End") this.step(items.length - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private step(to: number): void {
    const { items } = this;
    items.at(to < 0 ? items.length - 1 : to % items.length)?.focus();
  }
}

const EDGE = 8; // pixels that stay free around a menu
const TOP_BAR = 60; // and those of the bar, which stays above everything

// Below its button, or above where there is more room; never larger than the screen.
function keepOnScreen(list: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const below = innerHeight - at.bottom - EDGE * 2;
  const above = at.top - TOP_BAR - EDGE * 2;
  const isUp = list.offsetHeight > below && above > below;
  list.classList.toggle("upwards", isUp);
  list.style.maxHeight = `${Math.max(120, isUp ? above : below)}px`;
}
