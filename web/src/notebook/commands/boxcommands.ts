// What a notebook adds to the box that finds everything: its commands, its cells to go to, and a place
// for an answer. Not the box itself (search/).

import type { Command } from "../../search/lines";
import { offerPage, type Page } from "../../search/opening";
import type { Notebook } from "../notebook";
import { GROUPS } from "./commandgroups";
import { ANYBODY } from "./commands";
import { commandWords } from "./commandwords";
import { type CommandName, KEYS, shownKeys } from "./keys";

const LEFT_OUT: ReadonlySet<CommandName> = new Set([
  "palette",
  "leave",
  "scroll_down",
  "scroll_up",
]);
const MOST_RECENT = 5;
const CELL = "#cell-";

/** Lets the box act on `notebook`, and goes to the cell that the address names. */
export function offerNotebook(notebook: Notebook): void {
  offerPage(new NotebookPage(notebook));
  const follow = () => {
    if (location.hash.startsWith(CELL)) visit(notebook, location.hash.slice(CELL.length));
  };
  window.addEventListener("hashchange", follow);
  follow();
}

class NotebookPage implements Page {
  private recent: CommandName[] = []; // the last used first

  constructor(private readonly notebook: Notebook) {}

  commands(): Command[] {
    const { writable } = this.notebook.session.state;
    const names = GROUPS.flatMap(([, group]) => group).filter(
      (name) => !LEFT_OUT.has(name) && (writable || ANYBODY.has(name)),
    );
    const recent = this.recent.filter((name) => names.includes(name));
    return [...new Set([...recent, ...names])].map(commandOf);
  }

  perform(name: string): void {
    const command = name as CommandName;
    this.recent = [command, ...this.recent.filter((one) => one !== command)].slice(0, MOST_RECENT);
    this.notebook.perform(command);
  }

  takesText(): boolean {
    return this.notebook.session.state.writable;
  }

  /** At the cursor of the chosen cell; in a new one where there is none. */
  insert(text: string): void {
    const { notebook } = this;
    const id = notebook.chosen;
    if (id === null || !notebook.cell(id)) {
      notebook.chooseSoon(notebook.session.insert("code", null, text), true, "end");
      return;
    }
    const { view } = notebook.editorOf(id);
    view.dispatch(view.state.replaceSelection(text));
    notebook.choose(id, true);
  }

  visit(cell: string): void {
    visit(this.notebook, cell);
  }
}

function commandOf(name: CommandName): Command {
  const keys = KEYS[name].map((one) => shownKeys(name, undefined, one));
  const texts = [...keys, name.replaceAll("_", " ")];
  return { name, title: commandWords(name), texts, keys: keys[0] ?? "" };
}

function visit(notebook: Notebook, cell: string): void {
  if (notebook.cell(cell)) notebook.choose(cell, false);
}
