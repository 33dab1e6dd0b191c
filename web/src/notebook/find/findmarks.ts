// The marks of found places: in editors as decorations, in outputs as the browser's own highlights,
// which change no element. Not for finding them (finding.ts).
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import type { Match } from "./finding";

const FOUND = Decoration.mark({ class: "cm-found" });
const CURRENT = Decoration.mark({ class: "cm-found cm-found-current" });
const HIGHLIGHT = "lookin-found";

const setMarks = StateEffect.define<DecorationSet>();
const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, transaction) {
    let after = before.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setMarks)) after = effect.value;
    return after;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Show these places in an editor, one of them (or none: -1) as the current one. */
export function markIn(view: EditorView, matches: readonly Match[], current: number): void {
  const has = view.state.field(marks, false) !== undefined;
  if (!has && !matches.length) return;
  const { length } = view.state.doc;
  const ranges = matches.flatMap(({ from, to }, at) =>
    to <= length ? [(at === current ? CURRENT : FOUND).range(from, to)] : [],
  );
  const effects: StateEffect<unknown>[] = has ? [] : [StateEffect.appendConfig.of(marks)];
  view.dispatch({ effects });
  view.dispatch({ effects: setMarks.of(Decoration.set(ranges)) });
}

/** Highlight what `pattern` finds in the texts of these elements. */
export function markElements(elements: Iterable<Element>, pattern: RegExp | null): void {
  if (!("highlights" in CSS)) return;
  CSS.highlights.delete(HIGHLIGHT);
  if (!pattern) return;
  const ranges: Range[] = [];
  for (const element of elements) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.nodeValue ?? "";
      if (text.length > 100_000) continue;
      for (const match of text.matchAll(pattern)) {
        if (!match[0] || ranges.length > 2000) break;
        const range = document.createRange();
        range.setStart(node, match.index);
        range.setEnd(node, match.index + match[0].length);
        ranges.push(range);
      }
    }
  }
  if (ranges.length) CSS.highlights.set(HIGHLIGHT, new Highlight(...ranges));
}
