// How code looks in an editor: inks from the design's tokens, so light and dark follow by themselves.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Range, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

/** What part of code has which ink; the inks themselves are in styles/code.css. */
export const inks = HighlightStyle.define([
  {
    tag: [t.keyword, t.operatorKeyword, t.controlKeyword, t.moduleKeyword],
    class: "ink-keyword",
  },
  { tag: [t.string, t.special(t.string), t.regexp], class: "ink-string" },
  { tag: [t.number, t.bool, t.null], class: "ink-number" },
  { tag: t.comment, class: "ink-comment" },
  {
    tag: [
      t.function(t.definition(t.variableName)),
      t.definition(t.className),
      t.function(t.variableName),
    ],
    class: "ink-name",
  },
  { tag: [t.meta, t.className], class: "ink-name" },
  { tag: t.invalid, class: "ink-invalid" },
  { tag: [t.heading, t.strong], class: "ink-strong" },
  { tag: t.emphasis, class: "ink-emphasis" },
  { tag: [t.link, t.url], class: "ink-link" },
  { tag: t.processingInstruction, class: "ink-mark" },
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
