// Completion in a code cell: what the kernel answers, joined with the names of the notebook's cells.
// Not for signatures (signature.ts) nor explanations (inspecting.ts).
import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeCompletion,
  completionStatus,
  currentCompletions,
  moveCompletionSelection,
  selectedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import { globalCompletion, localCompletionSource } from "@codemirror/lang-python";
import { syntaxTree } from "@codemirror/language";
import { type EditorState, type Extension, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { wantsKeys } from "./editorsetup";
import { type Explained, explanation } from "./explanation";
import { namesOf } from "./names";
import type { Desk } from "./writing";
import { kindWords } from "./writingwords";

/** One answer of the kernel; positions in UTF-16 units. */
export type Match = { text: string; start: number; end: number; type: string; signature?: string };

const PATIENCE_MS = { asked: 2500, typing: 600 };
const DOCS_AFTER_MS = 250; // the arrows pass by without asking
const SETTLED_MS = 40; // CodeMirror takes nothing that opened less than 75 ms ago
// A list that scrolls must be within reach of the focus (WCAG 2.1.1), though the arrows move it here.
const REACHABLE = {
  key: "reachable list",
  read: () => document.querySelector<HTMLElement>(".cm-tooltip-autocomplete > ul"),
  write: (list: HTMLElement | null) => list?.setAttribute("tabindex", "0"),
};
const WORD = /[\p{L}\p{N}_]*$/u;
const IN_IMPORT = /^\s*(?:import\s+[\w.,\s]*|from\s+[\w.]*|from\s+[\w.]+\s+import\s+[\w,\s(]*)$/;

export function completing(desk: Desk): Extension {
  return [
    autocompletion({
      override: [(context) => complete(context, desk)],
      defaultKeymap: false,
      icons: false,
      activateOnTypingDelay: 60,
      maxRenderedOptions: 60,
      addToOptions: [{ position: 90, render: kindOf }],
    }),
    wantsKeys.of((state) => completionStatus(state) === "active"),
    EditorView.updateListener.of(({ state, view }) => {
      if (completionStatus(state) === "active") view.requestMeasure(REACHABLE);
    }),
    Prec.highest(
      keymap.of([
        { key: "Ctrl-Space", run: startCompletion },
        { mac: "Alt-Escape", run: startCompletion },
        { key: "Escape", run: closeCompletion },
        { key: "ArrowDown", run: moveCompletionSelection(true) },
        { key: "ArrowUp", run: moveCompletionSelection(false) },
        { key: "PageDown", run: moveCompletionSelection(true, "page") },
        { key: "PageUp", run: moveCompletionSelection(false, "page") },
        { key: "Enter", run: accept },
        { key: "Tab", run: (view) => acceptCompletion(view) || completeHere(view) },
      ]),
    ),
  ];
}

function kindOf(completion: Completion): Node | null {
  const words = kindWords(completion.type);
  if (!words) return null;
  const kind = document.createElement("span");
  kind.className = "completion-kind";
  kind.textContent = words;
  return kind;
}

// Enter after a word that is complete already ends the line, as if no list were open.
function accept(view: EditorView): boolean {
  const label = selectedCompletion(view.state)?.label;
  if (label && label === wordBefore(view.state)) {
    closeCompletion(view);
    return false;
  }
  return acceptCompletion(view);
}

function wordBefore(state: EditorState): string {
  const { head } = state.selection.main;
  return (
    WORD.exec(state.doc.lineAt(head).text.slice(0, head - state.doc.lineAt(head).from))?.[0] ?? ""
  );
}

// Tab completes behind a name, a dot or a path; elsewhere it indents. The only choice is taken at once.
function completeHere(view: EditorView): boolean {
  const { main, ranges } = view.state.selection;
  if (!main.empty || ranges.length > 1 || view.state.readOnly) return false;
  const line = view.state.doc.lineAt(main.head);
  if (!/[\p{L}\p{N}_.%/]$/u.test(line.text.slice(0, main.head - line.from))) return false;
  if (!startCompletion(view)) return false;
  takeOnlyChoice(view, view.state.doc.toString(), performance.now() + PATIENCE_MS.asked);
  return true;
}

function takeOnlyChoice(view: EditorView, text: string, until: number): void {
  setTimeout(() => {
    const isSame = !view.composing && view.state.doc.toString() === text;
    const status = completionStatus(view.state);
    if (!isSame || !status || performance.now() > until) return;
    if (status === "pending") takeOnlyChoice(view, text, until);
    else if (currentCompletions(view.state).length === 1 && !acceptCompletion(view))
      takeOnlyChoice(view, text, until);
  }, SETTLED_MS);
}

async function complete(context: CompletionContext, desk: Desk): Promise<CompletionResult | null> {
  const { state, pos } = context;
  if (context.view?.composing) return null;
  const line = state.doc.lineAt(pos);
  const before = line.text.slice(0, pos - line.from);
  const isMember =
    /[\p{L}\p{N}_)\]}"']\s*\.\s*[\p{L}\p{N}_]*$/u.test(before) && !/\d\.\d*$/.test(before);
  const isImport = IN_IMPORT.test(before);
  if (!context.explicit) {
    if (!desk.suggestsWhileTyping() || isInText(state, pos)) return null;
    if (!isMember && !isImport) return null;
  }
  const from = pos - (WORD.exec(before)?.[0].length ?? 0);
  const ours =
    isMember || isInText(state, pos) ? [] : ownNames(context, desk, from < pos && !isImport);
  const theirs = await fromKernel(context, desk);
  if (context.aborted) return null;
  return joined(context, { from, ours, theirs, desk });
}

function isInText(state: EditorState, pos: number): boolean {
  const { name } = syntaxTree(state).resolveInner(pos, -1);
  return name === "String" || name === "Comment" || name === "FormatString" || name === "Number";
}

// Names of other cells and of this one; with `builtins` Python's own too.
function ownNames(context: CompletionContext, desk: Desk, builtins: boolean): Completion[] {
  const cells = namesOf(desk.otherSources()).map(({ name, type }) => ({ label: name, type }));
  const here = localCompletionSource(context)?.options ?? [];
  const python = globalCompletion(context);
  const known = builtins && python && "options" in python ? python.options : [];
  const plain = known.filter((option) => !option.apply);
  return [...here, ...cells, ...plain.map((option) => ({ ...option, boost: -3 }))];
}

async function fromKernel(context: CompletionContext, desk: Desk): Promise<Match[]> {
  if (!desk.hasKernel()) return [];
  const code = context.state.doc.toString();
  const patience = context.explicit ? PATIENCE_MS.asked : PATIENCE_MS.typing;
  const asked = desk.ask<{ matches?: Match[] }>({ op: "complete", code, cursor: context.pos });
  const late = new Promise<{ matches?: Match[] }>((resolve) => setTimeout(resolve, patience, {}));
  // A kernel that cannot answer leaves the cells' own names.
  const answer = await Promise.race([asked, late]).catch(() => ({ matches: [] }));
  return (answer.matches ?? []).filter((match) => match.start <= context.pos);
}

type Found = { from: number; ours: Completion[]; theirs: Match[]; desk: Desk };

function joined(context: CompletionContext, found: Found): CompletionResult | null {
  const { ours, theirs, desk } = found;
  const from = theirs.length ? Math.min(...theirs.map((match) => match.start)) : found.from;
  const { state, pos } = context;
  const options = new Map<string, Completion>();
  for (const { text, start, type, signature } of theirs) {
    const label = state.sliceDoc(from, start) + text;
    const completion: Completion = { label, type, boost: boostOf(text, type) };
    if (signature) completion.detail = signature;
    completion.info = () => docsOf(context, desk, completion, from);
    options.set(label, completion);
  }
  if (from === found.from)
    for (const own of ours) if (!options.has(own.label)) options.set(own.label, own);
  if (options.size === 0) return null;
  const typed = state.sliceDoc(from, pos);
  return {
    from,
    options: [...options.values()],
    validFor: (text) =>
      text.startsWith(typed) && /^[\p{L}\p{N}_]*$/u.test(text.slice(typed.length)),
  };
}

// Arguments first, what is private last: the list is sorted by this, then by name.
function boostOf(text: string, type: string): number {
  if (type === "param" || text.endsWith("=")) return 2;
  const name = text.slice(text.lastIndexOf(".") + 1);
  return name.startsWith("__") ? -4 : name.startsWith("_") ? -2 : 0;
}

async function docsOf(
  context: CompletionContext,
  desk: Desk,
  completion: Completion,
  from: number,
): Promise<Node | null> {
  await new Promise((resolve) => setTimeout(resolve, DOCS_AFTER_MS));
  const view = context.view;
  if (!view || selectedCompletion(view.state)?.label !== completion.label) return null;
  const code = context.state.sliceDoc(0, from) + completion.label;
  try {
    const answer = await desk.ask<Explained>({
      op: "inspect",
      code,
      cursor: code.length,
      detail: 0,
    });
    return answer.found ? explanation(answer.data) : null;
  } catch {
    return null; // docs beside a list may be missing
  }
}
