// The signature of the call that is being written, above it: shown at "(" and ",", with the argument
// one is at. Not for longer explanations (inspecting.ts).
import { syntaxTree } from "@codemirror/language";
import { type EditorState, type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import {
  type EditorView,
  keymap,
  showTooltip,
  type Tooltip,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { el } from "../../lib/dom";
import { wantsKeys } from "./editorsetup";
import type { Explained, Signature } from "./explanation";
import type { Desk } from "./writing";
import { say } from "./writingwords";

type Shown = { at: number; signature: Signature };

const show = StateEffect.define<Shown | null>();

const shownField = StateField.define<Shown | null>({
  create: () => null,
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value;
    if (!shown) return null;
    const at = transaction.changes.mapPos(shown.at, 1);
    const isInside = callAt(transaction.state)?.from === at;
    if (!isInside) return null;
    return at === shown.at ? shown : { ...shown, at };
  },
  provide: (field) =>
    showTooltip.compute([field, "selection"], (state) => {
      const shown = state.field(field);
      return shown && tooltip(shown, active(state, shown.signature));
    }),
});

export function signatures(desk: Desk): Extension {
  return [
    shownField,
    ViewPlugin.define((view) => new Asking(view, desk)),
    wantsKeys.of((state, key) => key === "Escape" && state.field(shownField) !== null),
    Prec.high(keymap.of([{ key: "Escape", run: hide }])),
  ];
}

function hide(view: EditorView): boolean {
  if (!view.state.field(shownField)) return false;
  view.dispatch({ effects: show.of(null) });
  return true;
}

class Asking {
  private turn = 0; // answers to older questions are dropped

  constructor(
    private readonly view: EditorView,
    private readonly desk: Desk,
  ) {}

  update(update: ViewUpdate): void {
    if (update.focusChanged && !update.view.hasFocus && update.state.field(shownField))
      queueMicrotask(() => hide(this.view));
    if (!update.docChanged || !this.desk.suggestsWhileTyping() || !this.desk.hasKernel()) return;
    if (!update.transactions.some((transaction) => transaction.isUserEvent("input.type"))) return;
    const { head } = update.state.selection.main;
    const typed = update.state.sliceDoc(head - 1, head);
    const isKnown = update.state.field(shownField) !== null;
    if (typed === "(" || (typed === "," && !isKnown)) void this.ask();
  }

  private async ask(): Promise<void> {
    this.turn += 1;
    const { turn, view } = this;
    const code = view.state.doc.toString();
    const cursor = view.state.selection.main.head;
    const answer = await this.desk
      .ask<Explained>({ op: "inspect", code, cursor, detail: 0 })
      .catch(() => null);
    const call = callAt(view.state);
    if (turn !== this.turn || !answer?.signature || !call || view.composing) return;
    if (code.slice(0, call.from) !== view.state.sliceDoc(0, call.from)) return; // late
    view.dispatch({ effects: show.of({ at: call.from, signature: answer.signature }) });
  }
}

/** The brackets of the innermost call around the cursor. */
export function callAt(state: EditorState): { from: number; to: number } | null {
  const { head } = state.selection.main;
  for (let node = syntaxTree(state).resolveInner(head, -1); node.parent; node = node.parent) {
    if (node.name === "Lambda" || node.name === "Script") return null;
    if (node.name !== "ArgList") continue;
    const isClosed = state.sliceDoc(node.to - 1, node.to) === ")";
    if (node.from < head && (!isClosed || head < node.to)) return { from: node.from, to: node.to };
  }
  return null;
}

/** The place of the parameter at the cursor; by its name where one is written, else by counting. */
export function active(state: EditorState, { parameters }: Signature): number | null {
  const call = callAt(state);
  if (!call) return null;
  const text = topLevel(state.sliceDoc(call.from + 1, state.selection.main.head));
  const parts = text.split(",");
  const named = /^\s*([\p{L}_][\p{L}\p{N}_]*)\s*=(?!=)/u.exec(parts.at(-1) ?? "")?.[1];
  if (named) {
    const at = parameters.findIndex((one) => nameOf(one) === named);
    if (at >= 0) return at;
    const rest = parameters.findIndex((one) => one.startsWith("**"));
    return rest >= 0 ? rest : null;
  }
  const places = parameters
    .map((one, i) => ({ one, i }))
    .filter(({ one }) => one !== "/" && one !== "*");
  const found = places[parts.length - 1];
  const many = places.find(({ one }) => /^\*[^*]/.test(one));
  if (many && (!found || found.i > many.i)) return many.i;
  return found?.i ?? null;
}

function nameOf(parameter: string): string {
  return /^\**([\p{L}_][\p{L}\p{N}_]*)/u.exec(parameter)?.[1] ?? "";
}

// The text without what stands in brackets and quotes, whose commas are not the call's.
function topLevel(text: string): string {
  let depth = 0;
  let quote = "";
  let kept = "";
  for (let i = 0; i < text.length; i += 1) {
    const unit = text[i] ?? "";
    if (quote) {
      if (unit === "\\") i += 1;
      else if (unit === quote) quote = "";
    } else if (unit === '"' || unit === "'") quote = unit;
    else if ("([{".includes(unit)) depth += 1;
    else if (")]}".includes(unit)) depth -= 1;
    else if (depth === 0) kept += unit;
  }
  return kept;
}

function tooltip({ at, signature }: Shown, now: number | null): Tooltip {
  return { pos: at, above: true, arrow: false, create: () => ({ dom: element(signature, now) }) };
}

function element({ label, parameters }: Signature, now: number | null): HTMLElement {
  const name = now === null ? "" : (parameters[now] ?? "");
  const box = el("div", { class: "cm-signature" });
  box.setAttribute("aria-label", name ? say("call", { label, name }) : label);
  const at = name ? label.indexOf(name, label.indexOf("(")) : -1;
  if (at < 0) box.append(label);
  else box.append(label.slice(0, at), el("strong", {}, name), label.slice(at + name.length));
  return box;
}
