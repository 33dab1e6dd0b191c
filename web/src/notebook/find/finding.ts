// Finding text in cells, and what it becomes: plain text, whole words, or a regular expression. Pure.
// A person's regular expression may take for ever: it runs in a worker (findworker.ts), not here.

export type Query = { text: string; matchCase: boolean; wholeWord: boolean; regexp: boolean };

/** A place in a text, in UTF-16 units, and what stands there instead when it is replaced. */
export type Match = { from: number; to: number; insert: string };

export type Found = { id: string; matches: Match[] };
export type Source = { id: string; text: string };

export const MOST_MATCHES = 10_000;

/** The pattern of a query. Throws SyntaxError when a regular expression is none. */
export function patternOf({ text, matchCase, wholeWord, regexp }: Query): RegExp {
  const body = regexp ? text : text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  // A word ends where no letter or digit of any script follows: \b knows only English.
  const edge = wholeWord ? `(?<![\\p{L}\\p{N}_])(?:${body})(?![\\p{L}\\p{N}_])` : body;
  const flags = `gm${matchCase ? "" : "i"}`;
  if (!regexp || wholeWord) return new RegExp(edge, `${flags}u`);
  try {
    return new RegExp(edge, `${flags}u`);
  } catch {
    return new RegExp(edge, flags); // what Unicode mode forbids (such as \-) is still an old pattern
  }
}

/** All places in these texts, in order, at most `MOST_MATCHES`. `replacement`: with `$1`, `$&` and
    `$<name>` for a regular expression, else as it is. */
export function findAll(sources: readonly Source[], query: Query, replacement = ""): Found[] {
  if (!query.text) return [];
  const pattern = patternOf(query);
  const found: Found[] = [];
  let left = MOST_MATCHES;
  for (const { id, text } of sources) {
    const matches: Match[] = [];
    for (const match of text.matchAll(pattern)) {
      if (!match[0]) continue; // an empty place cannot be shown or replaced
      const insert = query.regexp ? expanded(replacement, match) : replacement;
      matches.push({ from: match.index, to: match.index + match[0].length, insert });
      left -= 1;
      if (!left) break;
    }
    if (matches.length) found.push({ id, matches });
    if (!left) break;
  }
  return found;
}

function expanded(template: string, match: RegExpMatchArray): string {
  return template.replace(
    /\$(?:(\$)|(&)|(\d{1,2})|<([^>]*)>)|\\([nt\\])/g,
    (whole, dollar, all, number, name, escaped) => {
      if (dollar) return "$";
      if (all) return match[0];
      if (escaped) return { n: "\n", t: "\t", "\\": "\\" }[escaped as "n"];
      if (name !== undefined) return match.groups?.[name] ?? "";
      return Number(number) < match.length ? (match[Number(number)] ?? "") : whole;
    },
  );
}

/** The number of the first match at or behind a place (cell by its place in `order`), else the first:
    where finding begins. */
export function startAt(
  places: readonly { id: string; from: number }[],
  order: readonly string[],
  cell: string | null,
  position: number,
): number {
  const at = cell === null ? 0 : order.indexOf(cell);
  const found = places.findIndex(({ id, from }) => {
    const there = order.indexOf(id);
    return there > at || (there === at && from >= position);
  });
  return found < 0 ? 0 : found;
}
