// Keys of Markdown cells: Mod+B and Mod+I put the marks of bold and italic around what is selected,
// or take them away. Lists go on by themselves (lang-markdown).
import { EditorSelection, type StateCommand } from "@codemirror/state";
import type { KeyBinding } from "@codemirror/view";

export const emphasise: readonly KeyBinding[] = [
  { key: "Mod-b", run: marked("**"), preventDefault: true },
  { key: "Mod-i", run: marked("*"), preventDefault: true },
];

/** Puts `mark` around each selection, or takes it away where it stands already. */
export function marked(mark: string): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const size = mark.length;
    const spec = state.changeByRange((range) => {
      const { from, to } = range;
      if (isMarked(state.sliceDoc(Math.max(0, from - 3), from), state.sliceDoc(to, to + 3), mark)) {
        const changes = [
          { from: from - size, to: from },
          { from: to, to: to + size },
        ];
        return { changes, range: EditorSelection.range(from - size, to - size) };
      }
      const changes = [
        { from, insert: mark },
        { from: to, insert: mark },
      ];
      return { changes, range: EditorSelection.range(from + size, to + size) };
    });
    dispatch(state.update(spec, { userEvent: "input", scrollIntoView: true }));
    return true;
  };
}

// One star inside two is bold, not italic.
function isMarked(before: string, after: string, mark: string): boolean {
  const stars = (text: string, end: RegExp) => end.exec(text)?.[0].length ?? 0;
  const left = stars(before, /\*+$/);
  const right = stars(after, /^\*+/);
  const least = Math.min(left, right);
  return mark === "*" ? least % 2 === 1 : least >= 2;
}
