// How code looks in an editor: inks from the design's tokens, so light and dark follow by themselves.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

const inks = HighlightStyle.define([
  {
    tag: [t.keyword, t.operatorKeyword, t.controlKeyword, t.moduleKeyword],
    color: "var(--code-keyword)",
  },
  { tag: [t.string, t.special(t.string), t.regexp], color: "var(--code-string)" },
  { tag: [t.number, t.bool, t.null], color: "var(--code-number)" },
  { tag: t.comment, color: "var(--code-comment)", fontStyle: "italic" },
  {
    tag: [
      t.function(t.definition(t.variableName)),
      t.definition(t.className),
      t.function(t.variableName),
    ],
    color: "var(--code-name)",
  },
  { tag: [t.meta, t.className], color: "var(--code-name)" },
  { tag: t.invalid, color: "var(--code-error)" },
  { tag: t.heading, fontWeight: "650" },
  { tag: t.strong, fontWeight: "650" },
  { tag: t.emphasis, fontStyle: "italic" },
  { tag: [t.link, t.url], color: "var(--accent)" },
  { tag: t.processingInstruction, color: "var(--ink-faint)" },
]);

const frame = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "inherit", overflowX: "auto" },
  ".cm-content": { padding: "0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-placeholder": { color: "var(--ink-faint)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { background: "var(--selection)" },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-soft)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)", color: "inherit" },
  ".cm-failing": { backgroundColor: "var(--fail-soft)" },
});

export const colours = [frame, syntaxHighlighting(inks)];

/** Says which line (from 1) failed, or null for none. */
export const setFailingLine = StateEffect.define<number | null>();

const failing = Decoration.line({ class: "cm-failing" });

/** Keeps the mark of the failing line until the text changes there. */
export const failureMark = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = transaction.docChanged ? Decoration.none : marks;
    for (const effect of transaction.effects) {
      if (!effect.is(setFailingLine)) continue;
      const { doc } = transaction.state;
      const ranges: Range<Decoration>[] = [];
      if (effect.value !== null && effect.value <= doc.lines)
        ranges.push(failing.range(doc.line(effect.value).from));
      next = Decoration.set(ranges);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});
