// What stands in the box's list, in order, and what Enter does there: sections of lines made of the
// state and of what this page can do. Pure. Not for elements (drawing.ts) or for doing it (deeds.ts).
import { type Filter, filterOf, type Group, type Item, type Kind, type Segments } from "./answers";
import { cut, match } from "./match";
import { queryOf, type State } from "./state";

/** Something that this page can do, by its name. `texts`: what else it may be found by. */
export type Command = { name: string; title: string; texts: readonly string[]; keys?: string };

export type Deed =
  | { type: "visit"; href: string; cell: string | null }
  | { type: "copy"; text: string }
  | { type: "insert"; text: string }
  | { type: "perform"; command: string }
  | { type: "search"; text: string }
  | { type: "narrow"; filter: Filter };

export type ActLabel =
  | "open"
  | "go"
  | "download"
  | "copy"
  | "insert"
  | "perform"
  | "search"
  | "narrow";
export type Act = { label: ActLabel; deed: Deed };

export type SectionKind = Kind | "sum" | "commands" | "recent" | "words";
export type Line = {
  key: string;
  kind: SectionKind;
  title: Segments;
  passage: Segments | null;
  where: string;
  changed: number | null;
  keys: string;
  /** The first is done by Enter, the second by Shift+Enter. */
  acts: readonly Act[];
  /** What the server is told when it is chosen, so that it stands higher the next time. */
  choice: { kind: SectionKind; id: string } | null;
  /** The recent search that this line can forget. */
  forgets: string | null;
};
export type Section = { kind: SectionKind; more: boolean; lines: readonly Line[] };

export type Surroundings = {
  commands: readonly Command[];
  /** Whether this page has a cell that text can be put into. */
  takesText: boolean;
};

const MOST_COMMANDS = 5; // beside everything else; on their own all of them
const MOST_RECENT = { empty: 5, typed: 2 };
const VISITS: Partial<Record<Kind, ActLabel>> = { cells: "go", files: "download" };
const STRONG = 1; // a command that one began to type comes before what is found

/** The sections with at least one line. */
export function sectionsOf(state: State, around: Surroundings): Section[] {
  const query = queryOf(state);
  const commands = commandsOf(state, around);
  if (state.onlyCommands) return filled([commands.section]);
  const isStale = state.trouble !== null && state.answeredQuery !== query;
  const answer = isStale ? null : state.answer;
  const found = (answer?.groups ?? []).map((group) => groupOf(group, around));
  const before = commands.isStrong ? [commands.section] : [];
  const after = commands.isStrong ? [] : [commands.section];
  const recent = recentOf(state);
  const rest = query ? [...found, ...after, wordsOf(state), recent] : [recent, ...found, ...after];
  return filled([sumOf(state, around), ...before, ...rest]);
}

/** What Tab completes the typed words to, or null: a suggestion that begins as what is typed. */
export function completionOf(state: State): string | null {
  const typed = lastWord(state.text);
  if (!typed || state.onlyCommands || state.answeredQuery !== queryOf(state)) return null;
  if (state.answer?.answer) return null; // a sum is not completed with words
  const begins = (word: string) => {
    const found = match(typed, [word]);
    return found?.cost === 0 && found.marks[0]?.[0] === 0 && word !== typed;
  };
  return (state.answer?.words ?? []).find(begins) ?? null;
}

/** `text` with its last word replaced. */
export function completed(text: string, word: string): string {
  return text.slice(0, text.length - lastWord(text).length) + word;
}

function lastWord(text: string): string {
  return /\S+$/.exec(text)?.[0] ?? "";
}

function filled(sections: readonly Section[]): Section[] {
  return sections.filter(({ lines }) => lines.length > 0);
}

const EMPTY = { passage: null, where: "", changed: null, keys: "", choice: null, forgets: null };

function sumOf(state: State, { takesText }: Surroundings): Section {
  const sum = state.answer?.answer;
  const isOne = sum && !("error" in sum) && state.trouble === null;
  if (!isOne) return { kind: "sum", more: false, lines: [] };
  const acts: Act[] = [{ label: "copy", deed: { type: "copy", text: sum.plain } }];
  if (takesText) acts.push({ label: "insert", deed: { type: "insert", text: sum.python } });
  const title: Segments = [[`${sum.exact ? "=" : "≈"} ${sum.text}`, false]];
  const choice = { kind: "sum", id: "" } as const; // the words alone are remembered
  const line: Line = { ...EMPTY, key: "sum", kind: "sum", title, where: sum.note, acts, choice };
  return { kind: "sum", more: false, lines: [line] };
}

function groupOf({ kind, more, items }: Group, around: Surroundings): Section {
  return { kind, more, lines: items.map((item) => itemLine(kind, item, around)) };
}

function itemLine(kind: Kind, item: Item, around: Surroundings): Line {
  const { title, passage, where, changed } = item;
  return {
    ...EMPTY,
    key: `${kind}:${item.id}`,
    kind,
    title,
    passage,
    where,
    changed,
    acts: actsOf(kind, item, around),
    choice: { kind, id: item.id },
  };
}

function actsOf(kind: Kind, item: Item, { takesText }: Surroundings): Act[] {
  const acts: Act[] = [];
  const { href, copy, cell } = item;
  if (href !== null)
    acts.push({ label: VISITS[kind] ?? "open", deed: { type: "visit", href, cell } });
  if (copy !== null) acts.push({ label: "copy", deed: { type: "copy", text: copy } });
  if (copy !== null && takesText)
    acts.push({ label: "insert", deed: { type: "insert", text: copy } });
  const name = item.title.map(([text]) => text).join("");
  if (kind === "people" && href === null)
    acts.push({ label: "narrow", deed: { type: "narrow", filter: filterOf("by", name) } });
  if (kind === "workspaces")
    acts.push({ label: "narrow", deed: { type: "narrow", filter: filterOf("in", name) } });
  return acts;
}

function commandsOf(
  { text, onlyCommands, filters }: State,
  { commands }: Surroundings,
): { section: Section; isStrong: boolean } {
  const wanted = text.trim();
  const isAsked = onlyCommands || (wanted !== "" && filters.length === 0);
  const found = commands.flatMap((command) => {
    const fit = isAsked ? match(wanted, [command.title, ...command.texts]) : null;
    return fit ? [{ command, fit }] : [];
  });
  // Of two that fit as well, the shorter says less that was not asked for.
  const length = ({ command }: (typeof found)[number]) => (wanted ? command.title.length : 0);
  found.sort((a, b) => a.fit.cost - b.fit.cost || length(a) - length(b));
  const shown = onlyCommands ? found : found.slice(0, MOST_COMMANDS);
  const lines = shown.map(({ command, fit }) =>
    commandLine(command, cut(command.title, fit.marks)),
  );
  const isStrong = wanted.length > 1 && (found[0]?.fit.cost ?? STRONG) < STRONG;
  return { section: { kind: "commands", more: shown.length < found.length, lines }, isStrong };
}

function commandLine({ name, keys = "" }: Command, title: Segments): Line {
  const acts: Act[] = [{ label: "perform", deed: { type: "perform", command: name } }];
  return { ...EMPTY, key: `commands:${name}`, kind: "commands", title, keys, acts };
}

function recentOf(state: State): Section {
  const typed = state.text.trim();
  const all = state.answer?.recent ?? [];
  const fitting = typed
    ? all.filter((text) => text !== typed && match(typed, [text]))
    : all.filter(() => state.filters.length === 0);
  const lines = fitting
    .slice(0, typed ? MOST_RECENT.typed : MOST_RECENT.empty)
    .map((text): Line => ({ ...searchLine("recent", text), forgets: text }));
  return { kind: "recent", more: false, lines };
}

function wordsOf(state: State): Section {
  const typed = lastWord(state.text);
  const words = (state.answer?.words ?? []).filter((word) => word !== typed);
  const lines = words.map((word) => {
    const line = searchLine("words", word);
    const deed: Deed = { type: "search", text: completed(state.text, word) };
    return { ...line, acts: [{ label: "search" as const, deed }] };
  });
  return { kind: "words", more: false, lines };
}

function searchLine(kind: "recent" | "words", text: string): Line {
  const acts: Act[] = [{ label: "search", deed: { type: "search", text } }];
  return { ...EMPTY, key: `${kind}:${text}`, kind, title: [[text, false]], acts };
}
