// The tools at a cell's right: the grip that moves it, its kind, delete, and a menu with the rest.
// Quiet until the pointer or the focus is near. Not for doing anything (commands.ts).
import { el } from "../../lib/dom";
import { commandWords } from "../commands/commandwords";
import { type CommandName, shownKeys } from "../commands/keys";
import { CELL_ITEMS, Menu, suits } from "../commands/menu";
import { type IconName, icon } from "../icons";
import type { CellType } from "../live/protocol";
import { say } from "../words";

const TOOLS: readonly [CommandName, IconName][] = [
  ["to_markdown", "text"],
  ["to_code", "code"],
  ["delete", "remove"],
];

export class CellTools {
  readonly element = el("div", { class: "tools", role: "toolbar" });
  private readonly menu: Menu;
  private type: CellType = "code";

  constructor(perform: (command: CommandName) => void) {
    this.menu = new Menu({
      label: "",
      drawing: "more",
      items: CELL_ITEMS,
      perform,
      isLeftOut: (command) => !suits(command, this.type),
    });
    const grip = el("span", { class: "tool grip", "aria-hidden": "true", title: say("drag") });
    grip.append(icon("grip"));
    this.element.append(...TOOLS.map(([name, drawing]) => tool(name, drawing, perform)));
    this.element.append(this.menu.element, grip);
  }

  update(type: CellType, number: number, writable: boolean): void {
    this.type = type;
    this.element.hidden = !writable;
    this.element.setAttribute("aria-label", say("tools", { n: number }));
    this.menu.setWritable(writable);
    this.menu.relabel(say("cell_menu", { n: number }));
    for (const button of this.element.querySelectorAll<HTMLElement>(":scope > [data-command]"))
      button.hidden = isOwnType(button.dataset.command, type);
  }
}

function tool(
  command: CommandName,
  drawing: IconName,
  perform: (command: CommandName) => void,
): HTMLElement {
  const words = commandWords(command);
  const attributes = { type: "button", class: "plain tool", "aria-label": words };
  const title = `${words} (${shownKeys(command)})`;
  const button = el("button", { ...attributes, title, onclick: () => perform(command) });
  button.dataset.command = command;
  button.append(icon(drawing));
  return button;
}

function isOwnType(command: string | undefined, type: CellType): boolean {
  return command === "to_code" ? type === "code" : command === "to_markdown" && type !== "code";
}
