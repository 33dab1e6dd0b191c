// The small changes that make one text of another: whole lines that stay are left alone, and in lines
// that differ only what lies between their equal ends changes. Pure.

export type Change = { from: number; to: number; insert: string };

const MOST_CELLS = 4_000_000; // of the table below; larger texts change in one piece

/** Changes from `before` to `after`, in UTF-16 units of `before`, in order. */
export function linesChanged(before: string, after: string): Change[] {
  const a = before.split("\n");
  const b = after.split("\n");
  if (a.length * b.length > MOST_CELLS) return trimmed(before, after, 0);
  const changes: Change[] = [];
  const starts = offsets(a);
  let [i, j] = [0, 0];
  for (const [x, y] of [...common(a, b), [a.length, b.length] as const]) {
    if (i < x || j < y) {
      const from = starts[i] ?? before.length + 1; // as if one more line followed
      const [old, fresh] = [a.slice(i, x), b.slice(j, y)];
      changes.push(...between(old, fresh, from, x === a.length));
    }
    [i, j] = [x + 1, y + 1];
  }
  return changes;
}

// Lines `old` at `from` become `fresh`. The last line of a text has no line end of its own.
function between(old: string[], fresh: string[], from: number, isEnd: boolean): Change[] {
  if (old.length === fresh.length) {
    let at = from;
    return old.flatMap((line, n) => {
      const found = trimmed(line, fresh[n] ?? "", at);
      at += line.length + 1;
      return found;
    });
  }
  if (!isEnd) {
    const lines = (all: string[]) => all.map((line) => `${line}\n`).join("");
    return trimmed(lines(old), lines(fresh), from);
  }
  // At the end: lines come or go together with the line end before them.
  const text = (all: string[]) => all.map((line) => `\n${line}`).join("");
  if (from === 0) return trimmed(old.join("\n"), fresh.join("\n"), 0);
  return trimmed(text(old), text(fresh), from - 1);
}

function trimmed(old: string, fresh: string, from: number): Change[] {
  if (old === fresh) return [];
  const most = Math.min(old.length, fresh.length);
  let start = 0;
  while (start < most && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < most - start && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  if (start > 0 && isHigh(old.charCodeAt(start - 1))) start -= 1; // not inside an emoji
  if (end > 0 && isLow(old.charCodeAt(old.length - end))) end -= 1;
  const insert = fresh.slice(start, fresh.length - end);
  return [{ from: from + start, to: from + old.length - end, insert }];
}

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

function offsets(lines: string[]): number[] {
  let at = 0;
  return lines.map((line) => {
    const start = at;
    at += line.length + 1;
    return start;
  });
}

// A longest common subsequence of lines, as pairs of places.
function common(a: string[], b: string[]): (readonly [number, number])[] {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const isSame = a[i] === b[j];
      const down = table[(i + 1) * width + j] ?? 0;
      const right = table[i * width + j + 1] ?? 0;
      table[i * width + j] = isSame
        ? (table[(i + 1) * width + j + 1] ?? 0) + 1
        : Math.max(down, right);
    }
  const pairs: (readonly [number, number])[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      pairs.push([i, j]);
      [i, j] = [i + 1, j + 1];
    } else if ((table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return pairs;
}
