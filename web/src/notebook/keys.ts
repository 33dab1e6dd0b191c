// Which command a key means. Pure: presses in, names out. Not for doing anything (commands.ts).

export type CommandName =
  | "run"
  | "run_and_next"
  | "run_and_insert"
  | "run_all"
  | "edit"
  | "leave"
  | "previous"
  | "next"
  | "insert_above"
  | "insert_below"
  | "delete"
  | "undo_delete"
  | "to_markdown"
  | "to_code"
  | "to_raw"
  | "move_up"
  | "move_down"
  | "interrupt"
  | "restart"
  | "restart_and_run_all"
  | "clear_outputs"
  | "fold_outputs"
  | "download"
  | "shortcuts"
  | "save";

/** Keys as a person reads them. "Mod" is Ctrl, or ⌘ on a Mac; "D D" is D twice. The first is shown. */
export const KEYS: Partial<Record<CommandName, readonly string[]>> = {
  run_and_next: ["Shift+Enter"],
  run: ["Mod+Enter"],
  run_and_insert: ["Alt+Enter"],
  run_all: ["Mod+Shift+Enter"],
  edit: ["Enter"],
  leave: ["Esc"],
  previous: ["↑", "K"],
  next: ["↓", "J"],
  insert_above: ["A"],
  insert_below: ["B"],
  delete: ["D D"],
  undo_delete: ["Z"],
  to_markdown: ["M"],
  to_code: ["Y"],
  to_raw: ["R"],
  move_up: ["Alt+↑"],
  move_down: ["Alt+↓"],
  interrupt: ["I I"],
  restart: ["0 0"],
  restart_and_run_all: ["9 9"],
  clear_outputs: ["X X"],
  fold_outputs: ["O"],
  download: ["E E"],
  shortcuts: ["H"],
  save: ["Mod+S"],
};

/** These also work while a person types in a cell. */
export const WHILE_TYPING = new Set<CommandName>([
  "run",
  "run_and_next",
  "run_and_insert",
  "run_all",
  "save",
]);

const TWICE_MS = 900;
const NAMES: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };

export type Press = Pick<KeyboardEvent, "key" | "code"> &
  Partial<Pick<KeyboardEvent, "shiftKey" | "altKey" | "ctrlKey" | "metaKey" | "isComposing">>;

const byKeys = new Map<string, CommandName>();
for (const [name, all] of Object.entries(KEYS))
  for (const keys of all ?? []) byKeys.set(keys, name as CommandName);

/** Reads presses one after the other, and remembers the last for "D D". */
export class KeyReader {
  private last = "";
  private lastAt = 0;

  read(press: Press, now: number): CommandName | null {
    const keys = keysOf(press);
    const again = keys === this.last && now - this.lastAt < TWICE_MS;
    const twice = again ? byKeys.get(`${keys} ${keys}`) : undefined;
    this.last = twice ? "" : keys;
    this.lastAt = now;
    return twice ?? byKeys.get(keys) ?? null;
  }
}

// With a Korean layout the D key says "ㅇ": then the place of the key on the board counts.
function keysOf(press: Press): string {
  const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(press.code);
  const ascii = /^[\x20-\x7e]+$/.test(press.key);
  const typed = ascii ? press.key : (place?.[1] ?? place?.[2] ?? press.key);
  const key = NAMES[press.key] ?? (typed.length === 1 ? typed.toUpperCase() : typed);
  const modifiers = [
    (press.ctrlKey || press.metaKey) && "Mod+",
    press.altKey && "Alt+",
    press.shiftKey && "Shift+",
  ].filter(Boolean);
  return modifiers.join("") + key;
}

/** `Mod+Enter` as this machine writes it. */
export function shownKeys(
  name: CommandName,
  mac = /Mac|iPhone|iPad/.test(navigator.platform),
): string {
  const keys = KEYS[name]?.[0] ?? "";
  if (!mac) return keys.replace("Mod", "Ctrl");
  return keys
    .replace("Mod+", "⌘")
    .replace("Shift+", "⇧")
    .replace("Alt+", "⌥")
    .replace("Enter", "↩");
}
