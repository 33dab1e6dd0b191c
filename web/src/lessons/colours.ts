// Splits a lesson's JavaScript into words, strings and the rest. Only as clever as the lessons need.

export type Piece = {
  kind: "keyword" | "string" | "number" | "name" | "comment" | "";
  text: string;
};

const KEYWORDS = "const|let|async|await|new|if|else|return|function|for|of";
const PATTERN = new RegExp(
  [
    String.raw`(?<comment>//[^\n]*)`,
    String.raw`(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')`,
    String.raw`(?<keyword>\b(?:${KEYWORDS})\b)`,
    String.raw`(?<number>\b\d+(?:\.\d+)?\b)`,
    String.raw`(?<name>\b[A-Za-z_$][\w$]*(?=\())`,
  ].join("|"),
  "g",
);

/** The pieces in order; joined, they are `code` again, letter by letter. */
export function pieces(code: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of code.matchAll(PATTERN)) {
    if (match.index > end) found.push({ kind: "", text: code.slice(end, match.index) });
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0];
    found.push({ kind: (kind ?? "") as Piece["kind"], text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < code.length) found.push({ kind: "", text: code.slice(end) });
  return found;
}
