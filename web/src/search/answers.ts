// What the server answers to a query, checked on arrival; and the parts of a query: words and filters.
// Not for what is shown of it (lines.ts).

/** Text and whether it is marked. Never markup. */
export type Segments = [string, boolean][];

export type Kind = "notebooks" | "cells" | "files" | "people" | "workspaces" | "python";
export const KINDS: readonly Kind[] = [
  "notebooks",
  "cells",
  "files",
  "people",
  "workspaces",
  "python",
];

export type Item = {
  id: string;
  title: Segments;
  passage: Segments | null;
  where: string;
  href: string | null;
  copy: string | null;
  changed: number | null;
  cell: string | null;
};
export type Group = { kind: Kind; more: boolean; items: Item[] };

export type Sum = { text: string; plain: string; python: string; exact: boolean; note: string };
export type WrongSum = { error: { message: string; hint: string; at: number | null } };

export type FilterKey = "in" | "type" | "by";
export type Filter = { key: FilterKey; value: string; label: string; known: boolean };

export type Answer = {
  answer: Sum | WrongSum | null;
  reading: { text: string } | null;
  words: string[];
  chips: Filter[];
  groups: Group[];
  recent: string[];
};

/** Throws TypeError when this is no answer: a bug, never a person's doing. Unknown groups fall away. */
export function readAnswer(said: unknown): Answer {
  const told = said as Partial<Answer>;
  if (!Array.isArray(told.groups)) throw new TypeError("not an answer");
  return {
    answer: told.answer ?? null,
    reading: told.reading ?? null,
    words: told.words ?? [],
    chips: told.chips ?? [],
    groups: told.groups.filter((group) => KINDS.includes(group.kind)),
    recent: told.recent ?? [],
  };
}

// A filter that is complete: a space follows it. `in:"Class 3"` holds spaces of its own.
const FILTER = /(^|\s)(in|type|by):("[^"]+"|[^\s"]+)\s/i;
const LAST = /(^|\s)(in|type|by):("[^"]+"|[^\s"]+)$/i;

/** Takes the first complete filter out of `text`; with `last` also one that nothing follows yet. */
export function takeFilter(text: string, last = false): { filter: Filter; rest: string } | null {
  const found = FILTER.exec(text) ?? (last ? LAST.exec(text) : null);
  if (!found) return null;
  const key = (found[2] ?? "").toLowerCase() as FilterKey;
  const value = (found[3] ?? "").replaceAll('"', "");
  const rest = `${text.slice(0, found.index)}${found[1]}${text.slice(found.index + found[0].length)}`;
  return { filter: filterOf(key, value), rest: rest.trimStart() };
}

export function filterOf(key: FilterKey, value: string): Filter {
  return { key, value, label: value, known: true };
}

/** The filter as a person would have typed it. */
export function written({ key, value }: Pick<Filter, "key" | "value">): string {
  return /\s/.test(value) ? `${key}:"${value.replaceAll('"', "")}"` : `${key}:${value}`;
}
