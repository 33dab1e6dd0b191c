// Which command a key means. Pure: presses in, names out. Not for doing anything (commands.ts).
// The letters are Jupyter's (jupyterlab's notebook shortcuts); what Jupyter lacks has free keys.

/** Keys as a person reads them. "Mod" is Ctrl, or ⌘ on a Mac; "D D" is D twice. The first is shown. */
export const KEYS = {
  run_and_next: ["Shift+Enter"],
  run: ["Mod+Enter"],
  run_and_insert: ["Alt+Enter"],
  run_all: ["Mod+Shift+Enter", "Mod+F9"],
  run_all_go_on: ["Alt+Shift+Enter"],
  run_above: ["Shift+A", "Mod+F8"],
  run_below: ["Shift+B"],
  run_from_here: ["Shift+F", "Mod+F10"],
  edit: ["Enter"],
  leave: ["Esc"],
  previous: ["↑", "K"],
  next: ["↓", "J"],
  select_previous: ["Shift+↑", "Shift+K"],
  select_next: ["Shift+↓", "Shift+J"],
  select_all: ["Mod+A"],
  scroll_down: ["Space"],
  scroll_up: ["Shift+Space"],
  insert_above: ["A"],
  insert_below: ["B"],
  delete: ["D D"],
  undo_cells: ["Z", "Mod+Z"],
  redo_cells: ["Shift+Z", "Mod+Shift+Z", "Mod+Y"],
  cut: ["X"],
  copy: ["C"],
  paste_below: ["V"],
  paste_above: ["Shift+V"],
  duplicate: ["Shift+D"],
  merge: ["Shift+M"],
  split: ["Mod+Shift+-"],
  move_up: ["Alt+↑"],
  move_down: ["Alt+↓"],
  to_markdown: ["M"],
  to_code: ["Y"],
  to_raw: ["R"],
  heading_1: ["1"],
  heading_2: ["2"],
  heading_3: ["3"],
  heading_4: ["4"],
  heading_5: ["5"],
  heading_6: ["6"],
  add_picture: ["Shift+P"],
  hide_source: ["Shift+H"],
  hide_outputs: ["O"],
  fold_outputs: ["Shift+O"],
  toggle_lines: ["L"],
  toggle_all_lines: ["Shift+L"],
  format: ["Alt+Shift+F"],
  format_all: ["Alt+Shift+A"],
  interrupt: ["I I"],
  restart: ["0 0"],
  restart_and_run_all: ["9 9"],
  restart_and_clear: ["8 8"],
  clear_outputs: ["7 7"],
  find: ["F", "Mod+F"],
  toggle_outline: ["Alt+Shift+O"],
  toggle_variables: ["Alt+Shift+V"],
  toggle_suggestions: ["Alt+Shift+S"],
  toggle_hover: ["Alt+Shift+E"],
  palette: ["P", "Mod+Shift+C"],
  shortcuts: ["H"],
  history: ["Shift+Y"],
  keep_version: ["Shift+R"],
  download: ["E E"],
  share: ["Shift+E"],
  save: ["S", "Mod+S"],
} as const satisfies Record<string, readonly string[]>;

export type CommandName = keyof typeof KEYS;

/** These also work while a person types in a cell. */
export const WHILE_TYPING: ReadonlySet<CommandName> = new Set<CommandName>([
  "run",
  "run_and_next",
  "run_and_insert",
  "run_all",
  "run_all_go_on",
  "split",
  "format",
  "format_all",
  "find",
  "toggle_outline",
  "toggle_variables",
  "toggle_suggestions",
  "toggle_hover",
  "palette",
  "save",
]);

const TWICE_MS = 900;
const NAMES: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  " ": "Space",
};

export type Press = Pick<KeyboardEvent, "key" | "code"> &
  Partial<Pick<KeyboardEvent, "shiftKey" | "altKey" | "ctrlKey" | "metaKey" | "isComposing">>;

const byKeys = new Map<string, CommandName>();
for (const [name, all] of Object.entries(KEYS))
  for (const keys of all) byKeys.set(keys, name as CommandName);

/** Reads presses one after the other, and remembers the last for "D D". */
export class KeyReader {
  private last = "";
  private lastAt = 0;

  /** `typing`: only what works in a text that is being written; a letter there is a letter. */
  read(press: Press, now: number, typing = false): CommandName | null {
    const keys = keysOf(press);
    const again = keys === this.last && now - this.lastAt < TWICE_MS;
    const twice = again ? byKeys.get(`${keys} ${keys}`) : undefined;
    this.last = twice || typing ? "" : keys;
    this.lastAt = now;
    const found = (typing ? null : twice) ?? byKeys.get(keys) ?? null;
    if (!typing || !found) return found;
    return (WHILE_TYPING.has(found) || found === "leave") && keys.length > 1 ? found : null;
  }
}

// With a Korean layout the D key says "ㅇ", with Alt on a Mac the F key says "ƒ", and Shift+- says
// "_": then the place of the key on the board counts.
function keysOf(press: Press): string {
  const place = /^(?:Key([A-Z])|Digit(\d)|(Minus))$/.exec(press.code);
  const ascii = /^[\x20-\x7e]+$/.test(press.key);
  const placed = place?.[1] ?? place?.[2] ?? (place?.[3] && "-");
  const byPlace = placed !== undefined && (!ascii || placed === "-" || press.altKey);
  const typed = byPlace ? placed : press.key;
  const key = NAMES[press.key] ?? (typed.length === 1 ? typed.toUpperCase() : typed);
  const modifiers = [
    (press.ctrlKey || press.metaKey) && "Mod+",
    press.altKey && "Alt+",
    press.shiftKey && "Shift+",
  ].filter(Boolean);
  return modifiers.join("") + key;
}

/** `Mod+Enter` as this machine writes it; the command's first keys, or another of its keys. */
export function shownKeys(
  name: CommandName,
  mac = /Mac|iPhone|iPad/.test(navigator.platform),
  keys: string = KEYS[name][0],
): string {
  if (!mac) return keys.replace("Mod", "Ctrl");
  return keys
    .replace("Mod+", "⌘")
    .replace("Shift+", "⇧")
    .replace("Alt+", "⌥")
    .replace("Enter", "↩");
}
