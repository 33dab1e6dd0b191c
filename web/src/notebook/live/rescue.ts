// What happens to text that was typed here and not yet accepted, when the notebook comes back as a
// whole (the broker restarted, or the page was away too long). Pure. Nothing typed is ever dropped:
// it is found to be there already, applied again, or handed back as text.
import { receiveUpdates } from "@codemirror/collab";
import {
  type Annotation,
  ChangeSet,
  type EditorState,
  type Text,
  Transaction,
  type TransactionSpec,
} from "@codemirror/state";

export type Rescue =
  | { kind: "there" } // the notebook has it already
  | { kind: "again"; changes: ChangeSet } // apply this to the notebook's text
  | { kind: "clash"; text: string }; // both changed the same place: offer the whole local text

/** `base`: the text both sides last agreed on. `unsent`: changes on top of it, oldest first.
    `current`: the notebook's text now. */
export function rescue(base: Text, unsent: readonly ChangeSet[], current: Text): Rescue {
  const local = unsent.reduce((text, changes) => changes.apply(text), base);
  if (unsent.length === 0 || local.eq(current)) return { kind: "there" };
  let reached = base;
  for (let accepted = 0; accepted < unsent.length; accepted += 1) {
    if (reached.eq(current)) return { kind: "again", changes: composed(unsent.slice(accepted)) };
    reached = unsent[accepted]?.apply(reached) ?? reached;
  }
  const theirs = difference(base, current);
  const ours = composed(unsent);
  if (touches(ours, theirs)) return { kind: "clash", text: local.toString() };
  return { kind: "again", changes: ours.map(theirs) };
}

function composed(sets: readonly ChangeSet[]): ChangeSet {
  const [first, ...rest] = sets;
  if (!first) throw new RangeError("nothing to compose");
  return rest.reduce((all, next) => all.compose(next), first);
}

/** One replacement that makes `to` of `from`: what lies between the equal start and the equal end. */
export function difference(from: Text, to: Text): ChangeSet {
  const a = from.toString();
  const b = to.toString();
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  // Not inside a pair of surrogates: half a character is refused everywhere.
  if (isHigh(a.charCodeAt(start - 1)) && start > 0) start -= 1;
  if (end > 0 && isLow(a.charCodeAt(a.length - end))) end -= 1;
  const insert = b.slice(start, b.length - end);
  return ChangeSet.of({ from: start, to: a.length - end, insert }, a.length, "\n");
}

/** What turns `now` into `start` (a state that has the broker's text and version and nothing unsent)
    with `kept` on top as unsent. Undoing still knows what was typed before. */
export function adopting(now: EditorState, start: EditorState, kept: ChangeSet): TransactionSpec {
  const aim = kept.empty ? start : start.update({ changes: kept }).state;
  // Receiving nothing yields collab's whole state as an annotation: the one way to hand it over.
  const { annotations } = receiveUpdates(aim, []) as unknown as {
    annotations: Annotation<unknown>[];
  };
  return {
    changes: difference(now.doc, aim.doc),
    annotations: [...annotations, Transaction.addToHistory.of(false), Transaction.remote.of(true)],
    filter: false,
  };
}

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

function touches(ours: ChangeSet, theirs: ChangeSet): boolean {
  let found = false;
  theirs.iterChangedRanges((from, to) => {
    ours.iterChangedRanges((a, b) => {
      if (a <= to && from <= b) found = true;
    });
  });
  return found;
}
