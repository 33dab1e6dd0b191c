// An explanation of the name at the cursor: Shift+Tab shows it, again shows all of it and goes in,
// Escape closes; also under the resting pointer for who wants that. Not for signatures.
import { indentLess } from "@codemirror/commands";
import { type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { type EditorView, hoverTooltip, keymap, showTooltip, type Tooltip } from "@codemirror/view";
import { el } from "../../lib/dom";
import { wantsKeys } from "./editorsetup";
import { type Explained, explanation, inShort } from "./explanation";
import type { Desk } from "./writing";
import { say } from "./writingwords";

type Shown = { at: number; name: string; content: HTMLElement; isWhole: boolean };

const HOVER_MS = 600;
const NAME = /[\p{L}\p{N}_.]*$/u;
const show = StateEffect.define<Shown | null>();

const shownField = StateField.define<Shown | null>({
  create: () => null,
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value;
    const isAway = transaction.selection !== undefined || transaction.isUserEvent("input");
    if (!shown || isAway) return null;
    return { ...shown, at: transaction.changes.mapPos(shown.at) };
  },
  provide: (field) => showTooltip.from(field, (shown) => (shown ? tooltipOf(shown) : null)),
});

export function inspecting(desk: Desk): Extension {
  return [
    shownField,
    wantsKeys.of((state, key) => key === "Escape" && state.field(shownField) !== null),
    Prec.high(
      keymap.of([
        { key: "Shift-Tab", run: (view) => inspectOrDedent(view, desk) },
        { key: "Escape", run: close },
      ]),
    ),
    hoverTooltip((view, pos) => hovered(view, pos, desk), { hoverTime: HOVER_MS }),
  ];
}

// Before any text of its line Shift+Tab takes indentation away, as it always did.
function inspectOrDedent(view: EditorView, desk: Desk): boolean {
  const { main } = view.state.selection;
  const line = view.state.doc.lineAt(main.head);
  const before = line.text.slice(0, main.head - line.from);
  if (!main.empty || !before.trim()) return indentLess(view);
  void inspect(view, desk);
  return true;
}

async function inspect(view: EditorView, desk: Desk): Promise<void> {
  const before = view.state.field(shownField);
  if (before?.isWhole) {
    goIn(view);
    return;
  }
  const { state } = view;
  const at = state.selection.main.head;
  const line = state.doc.lineAt(at);
  const name = NAME.exec(line.text.slice(0, at - line.from))?.[0] ?? "";
  const asked = await answer(desk, state.doc.toString(), at, before ? 1 : 0);
  if (view.state.doc !== state.doc || view.state.selection.main.head !== at) return; // late
  const content = asked.content ?? el("p", { class: "explained quiet" }, asked.words);
  view.dispatch({ effects: show.of({ at, name, content, isWhole: before !== null }) });
  desk.speak(asked.words);
  if (before) goIn(view);
}

type Asked = { content: HTMLElement | null; words: string };

async function answer(desk: Desk, code: string, cursor: number, detail: 0 | 1): Promise<Asked> {
  if (!desk.hasKernel()) return { content: null, words: say("no_kernel") };
  try {
    const found = await desk.ask<Explained>({ op: "inspect", code, cursor, detail });
    if (!found.found) return { content: null, words: say("nothing_known") };
    return { content: explanation(found.data), words: inShort(found.data) };
  } catch {
    return { content: null, words: say("no_answer") };
  }
}

// The tooltip is drawn in the next measure; then the focus can go into it.
function goIn(view: EditorView): void {
  view.requestMeasure({
    read: () => null,
    write: () =>
      view.state.field(shownField)?.content.closest<HTMLElement>(".cm-explanation")?.focus(),
  });
}

function close(view: EditorView): boolean {
  if (!view.state.field(shownField)) return false;
  view.dispatch({ effects: show.of(null) });
  view.focus();
  return true;
}

function tooltipOf(shown: Shown): Tooltip {
  return {
    pos: shown.at,
    above: false,
    create: (view) => {
      const dom = boxOf(shown);
      dom.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        close(view);
      });
      return { dom };
    },
  };
}

function boxOf({
  name,
  content,
  isWhole,
}: Pick<Shown, "name" | "content" | "isWhole">): HTMLElement {
  const box = el(
    "div",
    { class: "cm-explanation", role: "region", tabindex: 0, "aria-label": say("about", { name }) },
    content,
    el("p", { class: "explanation-keys" }, say(isWhole ? "close" : "more")),
  );
  return box;
}

async function hovered(view: EditorView, pos: number, desk: Desk): Promise<Tooltip | null> {
  if (!desk.explainsOnHover() || !desk.hasKernel()) return null;
  const word = view.state.wordAt(pos);
  if (!word) return null;
  const asked = await answer(desk, view.state.doc.toString(), word.to, 0);
  if (!asked.content) return null;
  const name = view.state.sliceDoc(word.from, word.to);
  const dom = boxOf({ name, content: asked.content, isWhole: true });
  return { pos: word.from, end: word.to, above: true, create: () => ({ dom }) };
}
