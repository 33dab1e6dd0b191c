// What each command does to the notebook. Keys, menu and buttons all come here.

import { confirmed } from "../lib/dialog";
import { commandWords } from "./commandwords";
import { showShortcuts } from "./dialog";
import type { CommandName } from "./keys";
import type { Notebook } from "./notebook";
import { say } from "./words";

type Act = (notebook: Notebook, cell: string | null) => void;

const ANYBODY = new Set<CommandName>([
  "edit",
  "leave",
  "previous",
  "next",
  "fold_outputs",
  "download",
  "shortcuts",
]);
const DOWNLOAD_WAIT_MS = 4000;
const NEEDS_LINE = new Set<CommandName>(["interrupt", "restart", "restart_and_run_all"]);

/** Does `command`, for `cell` where it is about one cell. A reader's hands are tied here too. */
export function perform(notebook: Notebook, command: CommandName, cell: string | null): void {
  if (!notebook.session.state.writable && !ANYBODY.has(command)) return;
  if (NEEDS_LINE.has(command) && !notebook.session.isLive) {
    notebook.messages.show(say("offline_action"));
    return;
  }
  ACTS[command](notebook, cell);
}

const ACTS: Record<CommandName, Act> = {
  run: (notebook, cell) => run(notebook, cell),
  run_and_next: (notebook, cell) => {
    run(notebook, cell);
    const next = beside(notebook, cell, 1);
    if (next) notebook.choose(next, false);
    else insert(notebook, cell, 1);
  },
  run_and_insert: (notebook, cell) => {
    run(notebook, cell);
    insert(notebook, cell, 1);
  },
  run_all: ({ session }) => session.runAll(),
  edit: (notebook, cell) => cell && notebook.choose(cell, true),
  leave: (notebook, cell) => cell && notebook.choose(cell, false),
  previous: (notebook, cell) => step(notebook, cell, -1),
  next: (notebook, cell) => step(notebook, cell, 1),
  insert_above: (notebook, cell) => insert(notebook, cell, -1),
  insert_below: (notebook, cell) => insert(notebook, cell, 1),
  delete: (notebook, cell) => remove(notebook, cell),
  undo_delete: (notebook) => restore(notebook),
  to_markdown: (notebook, cell) => retype(notebook, cell, "markdown"),
  to_code: (notebook, cell) => retype(notebook, cell, "code"),
  to_raw: (notebook, cell) => retype(notebook, cell, "raw"),
  move_up: (notebook, cell) => move(notebook, cell, -1),
  move_down: (notebook, cell) => move(notebook, cell, 1),
  interrupt: ({ session }) => session.interrupt(),
  restart: (notebook) => void restart(notebook, false),
  restart_and_run_all: (notebook) => void restart(notebook, true),
  clear_outputs: ({ session }) => session.clear(),
  fold_outputs: (notebook, cell) => notebook.view(cell)?.toggleOutputs(),
  download: (notebook) => void download(notebook),
  shortcuts: () => showShortcuts(),
  save: ({ messages }) => void messages.show(say("all_saved")),
};

function run(notebook: Notebook, id: string | null): void {
  const cell = notebook.cell(id);
  if (!cell) return;
  if (cell.type === "code") notebook.session.run(cell.id);
  else {
    notebook.view(id)?.render();
    if (notebook.chosen === id) notebook.view(id)?.choose();
  }
}

function beside(notebook: Notebook, id: string | null, by: -1 | 1): string | undefined {
  return id === null ? undefined : notebook.order[notebook.order.indexOf(id) + by];
}

function step(notebook: Notebook, id: string | null, by: -1 | 1): void {
  const to = beside(notebook, id, by) ?? id;
  if (to) notebook.choose(to, false);
}

function insert(notebook: Notebook, id: string | null, by: -1 | 1): void {
  const after = by > 0 ? id : (beside(notebook, id, -1) ?? null);
  notebook.choose(notebook.session.insert("code", after), true);
}

function remove(notebook: Notebook, id: string | null): void {
  const cell = notebook.cell(id);
  if (!cell) return;
  const after = beside(notebook, cell.id, -1) ?? null;
  const next = beside(notebook, cell.id, 1) ?? after;
  const source = notebook.session.texts.sourceOf(cell);
  notebook.deleted.push({ id: cell.id, type: cell.type, source, after });
  notebook.session.remove(cell.id);
  if (next) notebook.choose(next, false);
  notebook.offerUndo(() => restore(notebook));
}

function restore(notebook: Notebook): void {
  const last = notebook.deleted.pop();
  if (!last) return;
  notebook.offerUndo(null);
  if (notebook.session.unremove(last.id)) {
    notebook.choose(last.id, false);
    return;
  }
  const after = last.after !== null && notebook.cell(last.after) ? last.after : null;
  notebook.choose(notebook.session.insert(last.type, after, last.source), false);
}

function retype(notebook: Notebook, id: string | null, type: "code" | "markdown" | "raw"): void {
  if (!id) return;
  notebook.session.retype(id, type);
  notebook.choose(id, false);
}

function move(notebook: Notebook, id: string | null, by: -1 | 1): void {
  if (!id) return;
  notebook.session.move(id, by);
  notebook.draw();
  notebook.view(id)?.element.scrollIntoView({ block: "nearest" });
}

// The file is written a moment after a change: wait for it, but not for ever.
async function download({ session, addresses }: Notebook): Promise<void> {
  await session.whenSaved(DOWNLOAD_WAIT_MS);
  location.assign(addresses.download);
}

async function restart(notebook: Notebook, all: boolean): Promise<void> {
  const { state } = notebook.session;
  if (state.kernel.state !== "dead" && state.kernel.state !== "none") {
    const title = all ? commandWords("restart_and_run_all") : say("restart_title");
    if (!(await confirmed(title, say("restart_text"), say("restart_yes")))) return;
  }
  notebook.session.restart();
  if (all) notebook.session.runAll();
}
