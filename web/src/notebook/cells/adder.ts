// The quiet buttons that add a cell: between two cells, and at the notebook's end.
import { el } from "../../lib/dom";
import { icon } from "../icons";
import type { CellType } from "../live/protocol";
import { say } from "../words";

export type Add = (type: CellType) => void;

export function adder(kind: "between" | "last", add: Add): HTMLElement {
  const code = button(() => add("code"), say("add_code"), say("add_code_here"));
  const text = button(() => add("markdown"), say("add_text"), say("add_text_here"));
  return el("div", { class: `adder ${kind}` }, code, text);
}

function button(onclick: () => void, words: string, hint: string): HTMLElement {
  const look = { type: "button", class: "plain small", title: hint, "aria-label": hint };
  return el("button", { ...look, onclick }, icon("add"), words);
}

/** What stands below the last cell. */
export function foot(add: Add): HTMLElement {
  const empty = el("p", { class: "quiet none" }, say("empty"));
  return el("div", { class: "cells-foot" }, empty, adder("last", add));
}
