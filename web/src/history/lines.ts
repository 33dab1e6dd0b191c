// The text of a changed cell, both sides beside each other (one below the other where it is narrow).
// What went is <del>, what came is <ins>; a screen reader hears it in words. Not for outputs.
import { el } from "../lib/dom";
import type { CellRow, Line, LineRow } from "./state";
import { say } from "./words";

/** The differences of one cell. */
export function linesElement(row: CellRow, label: string): HTMLElement {
  const one = row.kind === "added" ? "only-new" : row.kind === "removed" ? "only-old" : "";
  const box = el("div", { class: `lines ${one}`, role: "group", "aria-label": label });
  box.append(...(row.lines ?? []).map(lineRow));
  if (row.more) box.append(el("p", { class: "quiet small more-lines" }, say("more_lines")));
  return box;
}

function lineRow(row: LineRow): HTMLElement {
  if (typeof row === "number")
    return el("p", { class: "same-lines quiet small" }, say("same_lines", { n: row }));
  const [old, fresh] = row;
  if (old && fresh && isSame(old, fresh))
    return el("div", { class: "line same" }, plain(old), plain(fresh, true));
  return el("div", { class: "line" }, side(old, "del"), side(fresh, "ins"));
}

function isSame(old: Line, fresh: Line): boolean {
  const text = (line: Line) => line.map(([piece]) => piece).join("");
  return text(old) === text(fresh);
}

// The second copy of a line that is the same is for the eyes only.
function plain(line: Line, hidden = false): HTMLElement {
  const attributes = hidden ? { "aria-hidden": "true" } : {};
  return el("code", { class: "side", ...attributes }, line.map(([text]) => text).join("") || "\n");
}

function side(line: Line | null, tag: "del" | "ins"): HTMLElement {
  if (!line) return el("span", { class: "side none", "aria-hidden": "true" });
  const word = say(tag === "del" ? "gone_line" : "new_line");
  const code = el("code", {});
  for (const [text, marked] of line) code.append(marked ? el("mark", {}, text) : text);
  if (!code.textContent) code.append("\n");
  return el(tag, { class: "side" }, el("span", { class: "visually-hidden" }, word), code);
}
