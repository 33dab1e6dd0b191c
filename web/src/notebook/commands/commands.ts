// Which act each command is, and who may do it. Keys, menus, tools and the box all come here.

import { openBox } from "../../search/opening";
import * as clipboard from "../cells/clipboard";
import { turnHover, turnSuggestions } from "../editor/habits";
import type { Notebook } from "../notebook";
import { say } from "../words";
import * as cells from "./cellcommands";
import type { CommandName } from "./keys";
import { restart, run, runAll, runAndGo, runAndInsert, runPart } from "./runcommands";

type Act = (notebook: Notebook, cell: string | null) => void;

/** What somebody who may only read can do. */
export const ANYBODY: ReadonlySet<CommandName> = new Set<CommandName>([
  "edit",
  "leave",
  "previous",
  "next",
  "select_previous",
  "select_next",
  "select_all",
  "scroll_down",
  "scroll_up",
  "copy",
  "fold_outputs",
  "toggle_lines",
  "toggle_all_lines",
  "find",
  "toggle_outline",
  "toggle_suggestions",
  "toggle_hover",
  "palette",
  "history",
  "download",
  "shortcuts",
]);
const NEEDS_LINE = new Set<CommandName>([
  "interrupt",
  "restart",
  "restart_and_run_all",
  "restart_and_clear",
  "format",
  "format_all",
  "history",
  "keep_version",
  "share",
]);
const DOWNLOAD_WAIT_MS = 4000;
const PAGE_SHARE = 0.85; // of the window's height that Space scrolls

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
  run,
  run_and_next: runAndGo,
  run_and_insert: runAndInsert,
  run_all: (notebook) => runAll(notebook, false),
  run_all_go_on: (notebook) => runAll(notebook, true),
  run_above: (notebook, cell) => runPart(notebook, cell, "above"),
  run_below: (notebook, cell) => runPart(notebook, cell, "below"),
  run_from_here: (notebook, cell) => runPart(notebook, cell, "from"),
  edit: (notebook, cell) => cell && notebook.choose(cell, true),
  leave: (notebook, cell) => cell && notebook.choose(cell, false),
  previous: (notebook, cell) => cells.step(notebook, cell, -1),
  next: (notebook, cell) => cells.step(notebook, cell, 1),
  select_previous: (notebook) => notebook.extend(-1),
  select_next: (notebook) => notebook.extend(1),
  select_all: (notebook) => notebook.selectAll(),
  scroll_down: () => scroll(1),
  scroll_up: () => scroll(-1),
  insert_above: (notebook, cell) => cells.insert(notebook, cell, -1),
  insert_below: (notebook, cell) => cells.insert(notebook, cell, 1),
  delete: cells.remove,
  undo_cells: cells.undo,
  redo_cells: cells.redo,
  cut: clipboard.cut,
  copy: clipboard.copy,
  paste_below: (notebook, cell) => void clipboard.paste(notebook, cell, 1),
  paste_above: (notebook, cell) => void clipboard.paste(notebook, cell, -1),
  duplicate: cells.duplicate,
  merge: cells.merge,
  split: cells.split,
  move_up: (notebook, cell) => cells.move(notebook, cell, -1),
  move_down: (notebook, cell) => cells.move(notebook, cell, 1),
  to_markdown: (notebook, cell) => cells.retype(notebook, cell, "markdown"),
  to_code: (notebook, cell) => cells.retype(notebook, cell, "code"),
  to_raw: (notebook, cell) => cells.retype(notebook, cell, "raw"),
  heading_1: (notebook, cell) => cells.toHeading(notebook, cell, 1),
  heading_2: (notebook, cell) => cells.toHeading(notebook, cell, 2),
  heading_3: (notebook, cell) => cells.toHeading(notebook, cell, 3),
  heading_4: (notebook, cell) => cells.toHeading(notebook, cell, 4),
  heading_5: (notebook, cell) => cells.toHeading(notebook, cell, 5),
  heading_6: (notebook, cell) => cells.toHeading(notebook, cell, 6),
  add_picture: (notebook, cell) =>
    void import("../text/attaching").then((module) => module.pickPicture(notebook, cell)),
  hide_source: (notebook, cell) => cells.hide(notebook, cell, "source_hidden"),
  hide_outputs: (notebook, cell) => cells.hide(notebook, cell, "outputs_hidden"),
  fold_outputs: (notebook, cell) => notebook.view(cell)?.toggleOutputs(),
  toggle_lines: (notebook, cell) => notebook.lines.toggle(cells.targets(notebook, cell)),
  toggle_all_lines: (notebook) => notebook.lines.toggleAll(),
  format: (notebook, cell) => format(notebook, cells.targets(notebook, cell)),
  format_all: (notebook) => format(notebook, notebook.order),
  interrupt: ({ session }) => session.interrupt(),
  restart: (notebook) => void restart(notebook, null),
  restart_and_run_all: (notebook) => void restart(notebook, "run"),
  restart_and_clear: (notebook) => void restart(notebook, "clear"),
  clear_outputs: ({ session }) => session.clear(),
  find: (notebook, cell) =>
    void import("../find/findbar").then((module) => module.openFind(notebook, cell)),
  toggle_outline: ({ panels }) => panels.toggle("outline"),
  toggle_variables: ({ panels }) => panels.toggle("variables"),
  toggle_suggestions: ({ messages }) => void messages.show(turnSuggestions()),
  toggle_hover: ({ messages }) => void messages.show(turnHover()),
  palette: () => openBox(true),
  shortcuts: () => void import("./dialog").then((module) => module.showShortcuts()),
  history: (notebook) => void leaveFor(notebook, "/history"),
  keep_version: (notebook) => void keepVersion(notebook),
  share: (notebook) =>
    void import("../files/sharing").then((module) => module.openSharing(own(notebook))),
  download: (notebook) => void download(notebook),
  save: ({ messages }) => void messages.show(say("all_saved")),
};

function format(notebook: Notebook, ids: readonly string[]): void {
  void import("../editor/formatting").then((module) => module.formatCells(notebook, ids));
}

function scroll(by: -1 | 1): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const behavior = calm ? "instant" : "smooth";
  scrollBy({ top: by * innerHeight * PAGE_SHARE, behavior });
}

/** /notebooks/<id>: this page's own address. */
function own({ addresses }: Notebook): string {
  return addresses.ajax.replace(/^\/ajax/, "");
}

// What was typed last goes out first, so that the other page knows it.
async function leaveFor(notebook: Notebook, rest: string): Promise<void> {
  await notebook.session.whenSaved(DOWNLOAD_WAIT_MS);
  location.assign(own(notebook) + rest);
}

async function keepVersion(notebook: Notebook): Promise<void> {
  const module = await import("../../history/keeping");
  await module.keepVersion(own(notebook), notebook.messages);
}

async function download(notebook: Notebook): Promise<void> {
  const { session, messages } = notebook;
  const module = await import("../files/exporting");
  module.openExport({
    own: own(notebook),
    writable: session.state.writable,
    ready: () => session.whenSaved(DOWNLOAD_WAIT_MS),
    tell: (text, action) => messages.tell(text, action),
  });
}
