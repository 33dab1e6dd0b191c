// Who is in the notebook, in what colour, and what to say when that changes. Pure: visits in, people
// and sentences out. Not for elements (faces.ts) nor for cursors (cursors.ts).

import type { Role, Visit } from "../live/protocol";
import { say } from "./peoplewords";

export type Person = {
  person: string;
  name: string;
  role: Role;
  visits: readonly string[];
  colour: number; // 1…8
  isMe: boolean;
};

export const COLOURS = 8;

/** As the server's `User.initials`: 김, AK. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const first = firstOf(words[0] ?? "");
  return words.length < 2 || first > "\u2e80" ? first : first + firstOf(words.at(-1) ?? "");
}

function firstOf(word: string): string {
  return ([...word][0] ?? "").toUpperCase();
}

/** Gives each person a colour and keeps it: the one their id asks for, else the next free one. */
export class Colours {
  private readonly given = new Map<string, number>();

  of(person: string): number {
    const known = this.given.get(person);
    if (known !== undefined) return known;
    const taken = new Set(this.given.values());
    let colour = hash(person) % COLOURS;
    for (let i = 0; i < COLOURS && taken.has(colour + 1); i += 1) colour = (colour + 1) % COLOURS;
    this.given.set(person, colour + 1);
    return colour + 1;
  }
}

function hash(text: string): number {
  let value = 0;
  for (let i = 0; i < text.length; i += 1) value = (value * 31 + text.charCodeAt(i)) >>> 0;
  return value;
}

/** The people of these visits, each once, oneself first, then by name. */
export function peopleOf(visits: readonly Visit[], me: string, colours: Colours): Person[] {
  const found = new Map<string, Person>();
  for (const { visit, person, name, role } of visits) {
    const before = found.get(person);
    found.set(person, {
      person,
      name,
      role,
      visits: [...(before?.visits ?? []), visit],
      colour: colours.of(person),
      isMe: person === me,
    });
  }
  return [...found.values()].sort(
    (a, b) => Number(b.isMe) - Number(a.isMe) || a.name.localeCompare(b.name),
  );
}

/** "Mina, Jun and 2 more": the other people, or nothing when one is alone. */
export function othersInWords(people: readonly Person[]): string {
  const names = people.filter((person) => !person.isMe).map((person) => person.name);
  return listed(names);
}

function listed(names: readonly string[]): string {
  const [first = "", second = "", ...more] = names;
  if (names.length < 2) return first;
  if (more.length === 0) return say("both", { first, second });
  return say("and_more", { first, second, n: more.length });
}

/** What to say of those who came and left since `before`, or nothing. */
export function comingAndGoing(before: readonly Person[], now: readonly Person[]): string {
  const others = (people: readonly Person[]) => people.filter((person) => !person.isMe);
  const missing = (from: readonly Person[], people: readonly Person[]) =>
    others(people)
      .filter((one) => !from.some((other) => other.person === one.person))
      .map((one) => one.name);
  const came = missing(before, now);
  const left = missing(now, before);
  return [
    came.length ? say("came", { names: listed(came) }) : "",
    left.length ? say("left", { names: listed(left) }) : "",
  ]
    .filter(Boolean)
    .join(" ");
}
