// The headings of a notebook's text cells, and what runs or failed below each. Pure.
// Not for showing them (outline.ts).
import type { NotebookDocument } from "../live/document";

export type Heading = {
  cell: string;
  /** Which heading of its cell, from 0. */
  at: number;
  level: number;
  text: string;
  /** What happens in the code below it, up to the next heading. */
  state: "running" | "failed" | "";
};

/** `sourceOf`: a cell's text as it stands in its editor. */
export function headingsOf(
  { order, cells }: NotebookDocument,
  sourceOf: (id: string) => string,
): Heading[] {
  const found: Heading[] = [];
  for (const id of order) {
    const cell = cells.get(id);
    if (cell?.type === "markdown") {
      const own = headingsIn(sourceOf(id));
      found.push(...own.map((heading, at) => ({ ...heading, cell: id, at, state: "" as const })));
    }
    const last = found.at(-1);
    const state = cell?.type === "code" ? cell.run?.state : undefined;
    if (!last || last.state === "running") continue;
    if (state === "running" || state === "queued") last.state = "running";
    else if (state === "failed") last.state = "failed";
  }
  return found;
}

/** `# …` lines outside of fences, without Markdown's own signs. */
export function headingsIn(source: string): { level: number; text: string }[] {
  const found: { level: number; text: string }[] = [];
  let fence = "";
  for (const line of source.split("\n")) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
    if (fence) {
      if (mark.startsWith(fence)) fence = "";
      continue;
    }
    if (mark) {
      fence = mark;
      continue;
    }
    const heading = /^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/.exec(line);
    const text = plain(heading?.[2] ?? "");
    if (heading?.[1] && text) found.push({ level: heading[1].length, text });
  }
  return found;
}

function plain(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]+>/g, "")
    .replace(/\*\*|__|[*`~]|(?<!\w)_|_(?!\w)/g, "")
    .trim();
}
