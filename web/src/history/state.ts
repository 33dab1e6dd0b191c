// A notebook's history as data: versions by day, how much one changed, rows of a comparison in groups.
// Not for elements, and not for asking the server.
import { language } from "../lib/words";
import { say } from "./words";

export type Changes = {
  added: number;
  removed: number;
  edited: number;
  ran: number;
  moved: boolean;
};
export type Version = {
  id: string;
  at: number;
  by: string[];
  reason: string;
  name: string;
  cells: number;
  changes: Changes;
  first: boolean;
};
export type People = Record<string, { name: string; initials: string }>;
export type Listing = { versions: Version[]; people: People; more: boolean };

/** A line in pieces; true: it is not on the other side. */
export type Line = [string, boolean][];
/** Both sides of one line, or how many lines are the same. */
export type LineRow = [Line | null, Line | null] | number;
export type CellSide = {
  cell: string;
  number: number;
  type: string;
  preview: string;
  outputs: boolean;
  missing?: boolean;
};
export type CellRow = {
  kind: "same" | "changed" | "added" | "removed";
  moved: boolean;
  outputs: boolean;
  noted: boolean;
  old: CellSide | null;
  new: CellSide | null;
  lines?: LineRow[];
  more?: number;
};

const DAY = new Intl.DateTimeFormat(language(), { weekday: "long", month: "long", day: "numeric" });
const YEAR = new Intl.DateTimeFormat(language(), { dateStyle: "long" });
const CLOCK = new Intl.DateTimeFormat(language(), { hour: "numeric", minute: "2-digit" });
const EXACT = new Intl.DateTimeFormat(language(), { dateStyle: "full", timeStyle: "medium" });

/** "14:05". */
export const clock = (at: number): string => CLOCK.format(at);
/** With the day and the seconds, for a title. */
export const exact = (at: number): string => EXACT.format(at);

/** "Today", "Yesterday", "Monday, 16 November", with the year when it is another. */
export function dayOf(at: number, now = Date.now()): string {
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return say("today");
  if (days === 1) return say("yesterday");
  return (new Date(at).getFullYear() === new Date(now).getFullYear() ? DAY : YEAR).format(at);
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** The versions of each day, in their order. */
export function byDay(versions: readonly Version[], now = Date.now()): [string, Version[]][] {
  const days: [string, Version[]][] = [];
  for (const version of versions) {
    const day = dayOf(version.at, now);
    const last = days.at(-1);
    if (last?.[0] === day) last[1].push(version);
    else days.push([day, [version]]);
  }
  return days;
}

/** "2 edited, 1 new". */
export function howMuch({ changes, first, cells }: Version): string {
  if (first) return cells === 1 ? say("first_one") : say("first", { n: cells });
  const parts = (["added", "removed", "edited", "ran"] as const)
    .filter((key) => changes[key] > 0)
    .map((key) => say(key, { n: changes[key] }));
  if (changes.moved) parts.push(say("moved"));
  return parts.join(", ") || say("unchanged");
}

/** Who took part: at most two names. "" for nobody. */
export function whoOf(version: Version, people: People): string {
  const names = version.by.map((id) => people[id]?.name ?? say("somebody"));
  const [first, second, ...rest] = names;
  if (!first) return "";
  const shown = second ? `${first}, ${second}` : first;
  return rest.length ? say("and_more", { names: shown, n: rest.length }) : shown;
}

/** Why it was made, where that is worth saying. */
export function whyOf({ reason }: Version): string {
  if (reason === "before") return say("reason_before");
  if (reason === "disk") return say("reason_disk");
  if (reason === "restore") return say("reason_restore");
  return "";
}

/** Whether a row is worth its place. */
export function differs(row: CellRow): boolean {
  return row.kind !== "same" || row.moved || row.outputs || row.noted;
}

/** Rows that differ one by one, and what is the same between them together. */
export function grouped(rows: readonly CellRow[]): (CellRow | CellRow[])[] {
  const groups: (CellRow | CellRow[])[] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (differs(row)) groups.push(row);
    else if (Array.isArray(last)) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

/** What happened to a cell, in words. */
export function marksOf(row: CellRow): string[] {
  const marks: string[] = [];
  if (row.kind === "changed") marks.push(say("changed_cell"));
  if (row.kind === "added") marks.push(say("added_cell"));
  if (row.kind === "removed") marks.push(say("removed_cell"));
  if (row.moved) marks.push(say("moved_cell"));
  if (row.outputs && (row.kind === "same" || row.kind === "changed"))
    marks.push(say("outputs_cell"));
  if (row.noted) marks.push(say("noted_cell"));
  return marks;
}

/** "Cell 3", or "Cell 1 → 3" when it went elsewhere. */
export function numberOf(row: CellRow): string {
  const { old, new: fresh } = row;
  if (old && fresh && row.moved) return say("cell_from_to", { old: old.number, n: fresh.number });
  return say("cell", { n: fresh?.number ?? old?.number ?? 0 });
}
