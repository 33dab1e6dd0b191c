// The sheet of keys.

import { openDialog } from "../lib/dialog";
import { el } from "../lib/dom";
import { commandWords } from "./commandwords";
import { type CommandName, KEYS, shownKeys } from "./keys";
import { say } from "./words";

const SHEET: [string, CommandName[]][] = [
  ["keys_run", ["run_and_next", "run", "run_and_insert", "run_all"]],
  ["keys_move", ["edit", "leave", "previous", "next", "move_up", "move_down"]],
  ["keys_cells", ["insert_above", "insert_below", "delete", "undo_delete", "fold_outputs"]],
  ["keys_type", ["to_code", "to_markdown", "to_raw"]],
  ["keys_python", ["interrupt", "restart", "restart_and_run_all", "clear_outputs"]],
  ["keys_page", ["shortcuts", "download"]],
];

/** All keys, in groups. */
export function showShortcuts(): void {
  const groups = SHEET.map(([title, names]) =>
    el(
      "section",
      {},
      el("h3", {}, say(title as "keys_run")),
      el("dl", {}, ...names.flatMap((name) => line(name))),
    ),
  );
  const dialog = el(
    "dialog",
    { class: "sheet shortcuts", "aria-label": commandWords("shortcuts") },
    el(
      "form",
      { method: "dialog" },
      el("h2", { tabindex: -1, autofocus: true }, commandWords("shortcuts")),
      el("p", { class: "quiet small" }, say("keys_hint")),
      el("div", { class: "shortcut-groups" }, ...groups),
      el("button", { class: "primary" }, say("close")),
    ),
  );
  openDialog(dialog);
}

function line(command: CommandName): HTMLElement[] {
  const rest = (KEYS[command] ?? []).slice(1);
  const keys = [shownKeys(command), ...rest].map((key) => el("kbd", {}, key));
  return [el("dt", {}, commandWords(command)), el("dd", {}, ...keys)];
}
