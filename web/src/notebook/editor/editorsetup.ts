// What every editor is made of, apart from whose text it is: keys, languages, how typing behaves.
// Cheap, because a notebook has hundreds; what one needs only while typing comes with writing.ts.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentLess,
  indentMore,
  redo,
} from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { foldKeymap, indentUnit } from "@codemirror/language";
import { selectNextOccurrence } from "@codemirror/search";
import { EditorState, type Extension, Facet } from "@codemirror/state";
import { drawSelection, EditorView, type KeyBinding, keymap } from "@codemirror/view";
import type { CellType } from "../live/protocol";
import { colours, failureMark } from "./editortheme";

/** Whether something open in this editor (a list, an explanation) wants this key. */
export const wantsKeys = Facet.define<(state: EditorState, key: string) => boolean>();

const FOR_WHAT_IS_OPEN = new Set(["Escape", "ArrowUp", "ArrowDown", "Enter", "Tab"]);

/** Whether `key` belongs to what is open in this editor rather than to the notebook. */
export function isForAssistance(key: KeyboardEvent, state: EditorState): boolean {
  if (!FOR_WHAT_IS_OPEN.has(key.key) || key.ctrlKey || key.metaKey || key.altKey) return false;
  if (key.shiftKey && key.key === "Enter") return false; // always runs the cell
  return state.facet(wantsKeys).some((wants) => wants(state, key.key));
}

/** The extensions that all editors share. */
export const shared: Extension = [
  // The broker's text has \n only; any other reading of it would shift every position.
  EditorState.lineSeparator.of("\n"),
  EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, "\n")),
  EditorState.allowMultipleSelections.of(true),
  history(),
  drawSelection(),
  closeBrackets(),
  indentUnit.of("    "),
  keymap.of([
    tab(),
    { key: "Mod-d", run: selectNextOccurrence, preventDefault: true },
    ...closeBracketsKeymap,
    ...historyKeymap,
    { key: "Mod-Shift-z", run: redo, preventDefault: true },
    ...foldKeymap,
    ...defaultKeymap,
  ]),
  colours,
  failureMark,
];

// Tab belongs to code; Escape leaves the editor first, so the keyboard is never trapped.
function tab(): KeyBinding {
  return {
    key: "Tab",
    shift: indentLess,
    run: (view) => {
      const { main } = view.state.selection;
      if (!main.empty) return indentMore(view);
      const column = main.head - view.state.doc.lineAt(main.head).from;
      const insert = " ".repeat(4 - (column % 4));
      view.dispatch(view.state.replaceSelection(insert), {
        userEvent: "input",
        scrollIntoView: true,
      });
      return true;
    },
  };
}

const codeLanguage = python();

/** How a cell of this type is read. Markdown's own language comes a moment later (writing.ts). */
export function languageOf(type: CellType): Extension {
  return type === "code" ? codeLanguage : EditorView.lineWrapping;
}

export function accessOf(writable: boolean): Extension {
  return writable ? [] : [EditorState.readOnly.of(true)];
}
