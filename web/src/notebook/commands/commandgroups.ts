// The commands in groups, as the sheet of keys and the box list them; every command is in one.
import type { CommandName } from "./keys";

export const GROUPS: readonly [
  "keys_run" | "keys_move" | "keys_cells" | "keys_type" | "keys_look" | "keys_python" | "keys_page",
  readonly CommandName[],
][] = [
  [
    "keys_run",
    [
      "run_and_next",
      "run",
      "run_and_insert",
      "run_all",
      "run_all_go_on",
      "run_above",
      "run_below",
      "run_from_here",
    ],
  ],
  [
    "keys_move",
    [
      "edit",
      "leave",
      "previous",
      "next",
      "select_previous",
      "select_next",
      "select_all",
      "scroll_down",
      "scroll_up",
    ],
  ],
  [
    "keys_cells",
    [
      "insert_above",
      "insert_below",
      "delete",
      "undo_cells",
      "redo_cells",
      "cut",
      "copy",
      "paste_below",
      "paste_above",
      "duplicate",
      "merge",
      "split",
      "move_up",
      "move_down",
    ],
  ],
  [
    "keys_type",
    [
      "to_code",
      "to_markdown",
      "to_raw",
      "heading_1",
      "heading_2",
      "heading_3",
      "heading_4",
      "heading_5",
      "heading_6",
      "add_picture",
      "format",
      "format_all",
    ],
  ],
  [
    "keys_look",
    [
      "hide_source",
      "hide_outputs",
      "fold_outputs",
      "toggle_lines",
      "toggle_all_lines",
      "toggle_outline",
      "toggle_variables",
      "toggle_suggestions",
      "toggle_hover",
    ],
  ],
  [
    "keys_python",
    ["interrupt", "restart", "restart_and_run_all", "restart_and_clear", "clear_outputs"],
  ],
  [
    "keys_page",
    ["find", "palette", "shortcuts", "history", "keep_version", "share", "download", "save"],
  ],
];
