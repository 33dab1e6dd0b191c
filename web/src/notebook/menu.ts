// The one menu of the notebook: each thing to do with its key beside it. Not for doing them.

import { el } from "../lib/dom";
import { commandWords } from "./commandwords";
import { icon } from "./icons";
import { type CommandName, shownKeys } from "./keys";
import { say } from "./words";

const ITEMS: (CommandName | null)[] = [
  "run_all",
  "interrupt",
  "restart",
  "restart_and_run_all",
  null,
  "clear_outputs",
  "download",
  null,
  "shortcuts",
];

const READ_ONLY = new Set<CommandName>(["download", "shortcuts"]);

export class Menu {
  readonly element = el("div", { class: "menu" });
  private readonly list = el("div", { class: "menu-list", role: "menu", hidden: true });
  private readonly button = el(
    "button",
    {
      type: "button",
      class: "plain icon-button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": say("menu"),
      title: say("menu"),
      onclick: () => this.toggle(),
    },
    null,
  );

  constructor(private readonly perform: (command: CommandName) => void) {
    this.button.append(icon("more"));
    this.list.append(...ITEMS.map((name) => this.item(name)));
    this.element.append(this.button, this.list);
    this.element.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("pointerdown", (event) => {
      if (!this.element.contains(event.target as Node)) this.close(false);
    });
    this.element.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.element.contains(event.relatedTarget as Node))
        this.close(false);
    });
  }

  /** A reader's menu holds only what a reader may do. */
  setWritable(writable: boolean): void {
    for (const item of this.items)
      item.hidden = !writable && !READ_ONLY.has(item.dataset.command as CommandName);
    for (const rule of this.list.querySelectorAll("hr")) rule.hidden = !writable;
  }

  private get items(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role=menuitem]")];
  }

  private item(name: CommandName | null): HTMLElement {
    if (!name) return el("hr");
    const run = () => {
      this.close(true);
      this.perform(name);
    };
    return el(
      "button",
      { type: "button", role: "menuitem", tabindex: -1, "data-command": name, onclick: run },
      el("span", {}, commandWords(name)),
      el("kbd", {}, shownKeys(name)),
    );
  }

  private toggle(): void {
    if (this.list.hidden) this.open();
    else this.close(true);
  }

  private open(): void {
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.step(0);
  }

  private close(back: boolean): void {
    if (this.list.hidden) return;
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (back) this.button.focus();
  }

  private key(event: KeyboardEvent): void {
    if (this.list.hidden) return;
    const items = this.items.filter((item) => !item.hidden);
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
    const items = this.items.filter((item) => !item.hidden);
    items.at(to < 0 ? items.length - 1 : to % items.length)?.focus();
  }
}
