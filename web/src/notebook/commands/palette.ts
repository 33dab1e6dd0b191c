// The list of all commands with a field to search it: Enter does the marked one. A combobox over a
// listbox (WAI-ARIA), so the focus stays in the field. Fetched when it is first asked for.
import { openDialog } from "../../lib/dialog";
import { el } from "../../lib/dom";
import type { Notebook } from "../notebook";
import { say } from "../words";
import { GROUPS } from "./commandgroups";
import { ANYBODY } from "./commands";
import { commandWords } from "./commandwords";
import { type CommandName, KEYS, shownKeys } from "./keys";
import { matches } from "./matching";

type Entry = { name: CommandName; element: HTMLElement; texts: string[] };
const LEFT_OUT: ReadonlySet<CommandName> = new Set([
  "palette",
  "leave",
  "scroll_down",
  "scroll_up",
]);

let recent: CommandName[] = []; // the last used first

export function openPalette(notebook: Notebook, cell: string | null): void {
  const { writable } = notebook.session.state;
  const names = GROUPS.flatMap(([, group]) => group).filter(
    (name) => !LEFT_OUT.has(name) && (writable || ANYBODY.has(name)),
  );
  new Palette(names, (name) => {
    recent = [name, ...recent.filter((other) => other !== name)].slice(0, 5);
    notebook.perform(name, cell);
  });
}

class Palette {
  private readonly list = el("ul", { class: "palette-list", role: "listbox", id: "palette-list" });
  private readonly none = el("p", { class: "quiet none", hidden: true }, say("nothing_found"));
  private readonly field: HTMLInputElement;
  private readonly dialog: HTMLDialogElement;
  private readonly entries: Entry[];
  private shown: Entry[] = [];
  private marked = 0;
  private wanted: CommandName | null = null;

  constructor(names: readonly CommandName[], perform: (name: CommandName) => void) {
    const title = commandWords("palette");
    this.list.setAttribute("aria-label", title);
    this.field = el("input", {
      type: "text",
      role: "combobox",
      autofocus: true,
      autocomplete: "off",
      spellcheck: "false",
      placeholder: say("find_command"),
      "aria-label": say("find_command"),
      "aria-expanded": "true",
      "aria-controls": "palette-list",
      "aria-autocomplete": "list",
      oninput: () => this.narrow(),
    });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.entries = [...recent.filter((name) => names.includes(name)), ...names]
      .filter((name, at, all) => all.indexOf(name) === at)
      .map((name) => this.entry(name));
    const attributes = { class: "sheet palette", "aria-label": title };
    this.dialog = el("dialog", attributes, this.field, this.list, this.none);
    this.narrow();
    openDialog(this.dialog, () => this.wanted && perform(this.wanted));
  }

  private entry(name: CommandName): Entry {
    const words = commandWords(name);
    const keys = KEYS[name].map((one) => shownKeys(name, undefined, one));
    const element = el(
      "li",
      { role: "option", id: `palette-${name}`, onclick: () => this.take(name) },
      el("span", {}, words),
      el("kbd", {}, keys[0] ?? ""),
    );
    return { name, element, texts: [words, ...keys, name.replaceAll("_", " ")] };
  }

  private narrow(): void {
    this.shown = this.entries.filter(({ texts }) => matches(this.field.value, texts));
    this.list.replaceChildren(...this.shown.map(({ element }) => element));
    this.list.hidden = this.shown.length === 0;
    this.none.hidden = this.shown.length > 0;
    this.mark(0);
  }

  private mark(at: number): void {
    this.shown[this.marked]?.element.removeAttribute("aria-selected");
    const count = this.shown.length;
    this.marked = count ? (at + count) % count : 0;
    for (const { element } of this.entries) element.setAttribute("aria-selected", "false");
    const element = this.shown[this.marked]?.element;
    element?.setAttribute("aria-selected", "true");
    element?.scrollIntoView({ block: "nearest" });
    if (element) this.field.setAttribute("aria-activedescendant", element.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const { name } = this.shown[this.marked] ?? {};
    if (event.key === "ArrowDown") this.mark(this.marked + 1);
    else if (event.key === "ArrowUp") this.mark(this.marked - 1);
    else if (event.key === "Enter" && name) this.take(name);
    else return;
    event.preventDefault();
  }

  private take(name: CommandName): void {
    this.wanted = name;
    this.dialog.close();
  }
}
