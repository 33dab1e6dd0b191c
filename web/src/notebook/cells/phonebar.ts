// On a small screen: what is done most often to the chosen cell, within the thumb's reach. Not shown on
// wide screens, where each cell has its own tools.
import { el } from "../../lib/dom";
import { commandWords } from "../commands/commandwords";
import type { CommandName } from "../commands/keys";
import { CELL_ITEMS, Menu, suits } from "../commands/menu";
import { type IconName, icon } from "../icons";
import type { Notebook } from "../notebook";
import { say } from "../words";

const BUTTONS: readonly [CommandName, IconName][] = [
  ["run_and_next", "run"],
  ["insert_below", "add"],
  ["move_up", "up"],
  ["move_down", "down"],
  ["undo_cells", "undo"],
];

export class PhoneBar {
  readonly element = el("div", { class: "phone-bar", role: "toolbar", hidden: true });
  private readonly menu: Menu;

  constructor(private readonly notebook: Notebook) {
    this.element.setAttribute("aria-label", say("cell_tools"));
    this.menu = new Menu({
      label: say("cell_tools_more"),
      drawing: "more",
      items: CELL_ITEMS,
      perform: (command) => this.perform(command),
      isLeftOut: (command) => !suits(command, notebook.cell(notebook.chosen)?.type ?? "code"),
    });
    this.element.append(...BUTTONS.map(([name, drawing]) => this.button(name, drawing)));
    this.element.append(this.menu.element);
  }

  update(): void {
    const { writable } = this.notebook.session.state;
    this.element.hidden = !writable || this.notebook.order.length === 0;
    document.body.classList.toggle("with-phone-bar", !this.element.hidden);
    this.menu.setWritable(writable);
  }

  private button(command: CommandName, drawing: IconName): HTMLElement {
    const words = commandWords(command);
    const button = el("button", {
      type: "button",
      class: "plain icon-button",
      "aria-label": words,
      title: words,
      // Else the editor would lose the focus, and the keyboard of the phone would go down and up.
      onpointerdown: (event) => event.preventDefault(),
      onclick: () => this.perform(command),
    });
    button.append(icon(drawing));
    return button;
  }

  private perform(command: CommandName): void {
    if (command === "run_and_next" && this.notebook.cell(this.notebook.chosen)?.type === "code")
      this.notebook.perform("run"); // stays, so that its output is seen
    else this.notebook.perform(command);
  }
}
