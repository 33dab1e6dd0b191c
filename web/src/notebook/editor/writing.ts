// What helps somebody who writes in a cell: completion, signatures, explanations, folding, Markdown's
// own language. Fetched when the first editor is about to be used, so it costs a reader nothing.
import "../../../styles/writing.css";
import { markdown } from "@codemirror/lang-markdown";
import { bracketMatching, codeFolding, foldGutter } from "@codemirror/language";
import { highlightSelectionMatches } from "@codemirror/search";
import { type Extension, Prec } from "@codemirror/state";
import { keymap, rectangularSelection, tooltips } from "@codemirror/view";
import type { CellType } from "../live/protocol";
import { completing } from "./completing";
import { inspecting } from "./inspecting";
import { magics } from "./magics";
import { emphasise } from "./markdownkeys";
import { signatures } from "./signature";
import { say } from "./writingwords";

/** What the notebook lends to the editor of one cell. */
export type Desk = {
  /** Ask the kernel; rejects when there is no answer in time. */
  ask<T>(question: {
    op: "complete" | "inspect";
    code: string;
    cursor: number;
    detail?: 0 | 1;
  }): Promise<T>;
  /** Whether there is a kernel that could answer. */
  hasKernel(): boolean;
  /** The sources of the notebook's other code cells. */
  otherSources(): readonly string[];
  suggestsWhileTyping(): boolean;
  explainsOnHover(): boolean;
  speak(text: string): void;
};

/** What an editor of a cell of this type gets while it is in use. */
export function writingIn(type: CellType, desk: Desk): Extension {
  const main = document.querySelector("main") ?? document.body;
  const common = [
    bracketMatching(),
    highlightSelectionMatches({ minSelectionLength: 2 }),
    rectangularSelection(),
    tooltips({ parent: main }),
    codeFolding({ placeholderText: "⋯" }),
    folding(),
  ];
  if (type === "raw") return common;
  if (type === "markdown") return [markdown(), Prec.high(keymap.of(emphasise)), ...common];
  return [completing(desk), signatures(desk), inspecting(desk), magics(), ...common];
}

function folding(): Extension {
  return foldGutter({
    markerDOM: (open) => {
      const mark = document.createElement("span");
      mark.className = open ? "fold-mark open" : "fold-mark";
      mark.textContent = open ? "⌄" : "›";
      mark.title = say(open ? "fold" : "unfold");
      return mark;
    },
  });
}
