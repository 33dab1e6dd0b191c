// Whether a few typed letters name one of the page's commands, how well, and where. In the space of
// keys, so half a syllable, the first consonants and the other keyboard find too. Pure.
import { initials, isInitials, plain, strokesOf } from "./hangul";

/** `cost` 0 is the best; `marks` are stretches [from, to) of the first text, in UTF-16 units. */
export type Match = { cost: number; marks: [number, number][] };

/** A text in keys, its spaces left out; `at[i]` is the letter that the key `i` belongs to. */
type Keyed = { text: string; keys: string; at: number[]; letters: string; starts: Set<number> };

const COST = { start: 0, slip: 1, initials: 2, part: 3, typo: 5, beside: 1 };
const TYPO_FROM = [4, 8]; // this many keys forgive one wrong one, and two
const MOST_WORDS = 8;

/** Every typed word must be in one of `texts`, of which the first is the shown one. */
export function match(wanted: string, texts: readonly string[]): Match | null {
  const words = wanted.normalize("NFC").trim().split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  const all = texts.map(keyed);
  const found = words.map((word) => bestOf(word, all));
  if (found.some((one) => one === null)) return null;
  return {
    cost: found.reduce((sum, one) => sum + (one?.cost ?? 0), 0),
    marks: joined(found.flatMap((one) => one?.marks ?? [])),
  };
}

/** `text` cut where marks begin and end: [["모두 ", false], ["실행", true]]. */
export function cut(text: string, marks: readonly [number, number][]): [string, boolean][] {
  const pieces: [string, boolean][] = [];
  let done = 0;
  for (const [from, to] of marks) {
    if (from > done) pieces.push([text.slice(done, from), false]);
    pieces.push([text.slice(from, to), true]);
    done = to;
  }
  if (done < text.length) pieces.push([text.slice(done), false]);
  return pieces;
}

const known = new Map<string, Keyed>(); // commands are few and asked about at each key

function keyed(raw: string): Keyed {
  const there = known.get(raw);
  if (there) return there;
  const text = raw.normalize("NFC");
  const made: Keyed = { text, keys: "", at: [], letters: "", starts: new Set() };
  let place = 0;
  let isStart = true;
  for (const letter of text) {
    if (/\s/.test(letter)) isStart = true;
    else {
      if (isStart) made.starts.add(made.keys.length);
      const keys = strokesOf(letter);
      for (let i = 0; i < keys.length; i += 1) made.at.push(place);
      made.keys += keys;
      made.letters += letter;
      isStart = false;
    }
    place += letter.length;
  }
  if (known.size > 2000) known.clear();
  known.set(raw, made);
  return made;
}

function bestOf(word: string, all: readonly Keyed[]): Match | null {
  let best: Match | null = null;
  all.forEach((one, index) => {
    const found = inText(word, one);
    if (!found) return;
    const cost = found.cost + (index ? COST.beside : 0);
    if (!best || cost < best.cost) best = { cost, marks: index ? [] : found.marks };
  });
  return best;
}

function inText(word: string, text: Keyed): Match | null {
  const keys = Array.from(word, strokesOf).join("");
  return (
    within(text.keys, keys, text, COST.start) ??
    within(plain(text.keys), plain(keys), text, COST.slip) ??
    byInitials(word, text) ??
    withTypo(plain(keys), text)
  );
}

// The first place that begins a word, else the first that begins a letter.
function within(keys: string, wanted: string, text: Keyed, cost: number): Match | null {
  let part: Match | null = null;
  for (let at = keys.indexOf(wanted); at >= 0; at = keys.indexOf(wanted, at + 1)) {
    if (at > 0 && text.at[at] === text.at[at - 1]) continue; // in the middle of a syllable
    const found = { cost, marks: [stretch(text, at, at + wanted.length)] };
    if (text.starts.has(at)) return found;
    part ??= { ...found, cost: COST.part };
  }
  return part;
}

// Each initial is one key, so ㄳ finds ㄱㅅ, and a place among the keys is one among the letters.
function byInitials(word: string, text: Keyed): Match | null {
  if (!isInitials(word)) return null;
  const keys = Array.from(word, strokesOf).join("");
  const places = [...text.text].flatMap((letter, at) => (/\s/.test(letter) ? [] : [at]));
  const all = Array.from(initials(text.letters), (letter) => strokesOf(letter)[0] ?? " ").join("");
  const at = all.indexOf(keys);
  if (at < 0) return null;
  const from = places[at] ?? 0;
  return { cost: COST.initials, marks: [[from, (places[at + keys.length - 1] ?? from) + 1]] };
}

// Where a word of the text begins with nearly what was typed.
function withTypo(wanted: string, text: Keyed): Match | null {
  const allowed = TYPO_FROM.filter((from) => wanted.length >= from).length;
  if (!allowed || wanted.length > text.keys.length + allowed) return null;
  const keys = plain(text.keys);
  for (const at of text.starts) {
    if (keys[at] !== wanted[0]) continue; // a wrong first letter is rare, and a guess
    for (const length of [0, 1, -1, 2, -2].map((more) => wanted.length + more)) {
      const near = distance(wanted, keys.slice(at, at + length));
      if (near <= allowed)
        return { cost: COST.typo + near, marks: [stretch(text, at, at + length)] };
    }
  }
  return null;
}

// Optimal string alignment: insertions, deletions, changes, and neighbours that changed places.
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

function stretch({ text, at }: Keyed, from: number, to: number): [number, number] {
  const last = at[Math.min(to, at.length) - 1] ?? 0;
  const wide = (text.codePointAt(last) ?? 0) > 0xffff ? 2 : 1;
  return [at[from] ?? 0, last + wide];
}

function joined(marks: readonly [number, number][]): [number, number][] {
  const sorted = [...marks].sort((a, b) => a[0] - b[0]);
  const whole: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = whole.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else whole.push([from, to]);
  }
  return whole;
}
