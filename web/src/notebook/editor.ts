// One cell's editor: CodeMirror with the broker as the authority over its text. Speaks in updates
// and versions; knows neither the socket (session.ts) nor what surrounds it (cell.ts).
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import {
  collab,
  getSyncedVersion,
  receiveUpdates,
  sendableUpdates,
  type Update,
} from "@codemirror/collab";
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentLess,
  indentMore,
} from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { highlightSelectionMatches } from "@codemirror/search";
import {
  ChangeSet,
  Compartment,
  EditorState,
  type Extension,
  Prec,
  type StateEffect,
  type Text,
} from "@codemirror/state";
import { drawSelection, EditorView, type KeyBinding, keymap, placeholder } from "@codemirror/view";
import { colours, failureMark, setFailingLine } from "./editortheme";
import type { Cell, CellType, TextUpdate } from "./protocol";
import { rescue } from "./rescue";

export type EditorEvents = {
  /** The text changed here, so there may be something to push. */
  typed(): void;
  focused(): void;
  /** A key before CodeMirror sees it; true when it is dealt with. */
  key(event: KeyboardEvent, view: EditorView): boolean;
  /** Text that could not be joined with the notebook's: offered to the person. */
  clashed(text: string): void;
};

export type EditorOptions = {
  cell: Cell;
  client: string;
  writable: boolean;
  label: string;
  hint: string;
  events: EditorEvents;
};

const MOST_UPDATES = 200; // in one push; the rest follows when it is accepted

export class CellEditor {
  readonly view: EditorView;
  private readonly language = new Compartment();
  private readonly access = new Compartment();
  private held: Update[] = []; // came while a character was being composed
  private base: Text; // the text of the version that both sides have

  constructor(private readonly options: EditorOptions) {
    const { cell } = options;
    this.view = new EditorView({ state: this.stateOf(cell) });
    this.base = this.view.state.doc;
    this.view.contentDOM.addEventListener("compositionend", () => {
      setTimeout(() => this.release());
    });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  get hasUnsent(): boolean {
    return sendableUpdates(this.view.state).length > 0;
  }

  /** What the broker has not yet accepted, or null. Nothing while a character is being composed. */
  unsent(): { version: number; updates: TextUpdate[] } | null {
    if (this.view.composing || this.held.length) return null;
    const updates = sendableUpdates(this.view.state).slice(0, MOST_UPDATES);
    if (updates.length === 0) return null;
    const sent = updates.map((u) => ({ client: u.clientID, changes: u.changes.toJSON() }));
    return { version: getSyncedVersion(this.view.state), updates: sent };
  }

  /** Take what the broker recorded, one's own updates too (which confirms them). */
  receive(updates: readonly TextUpdate[]): void {
    this.held.push(
      ...updates.map((u) => ({ clientID: u.client, changes: ChangeSet.fromJSON(u.changes) })),
    );
    if (!this.view.composing) this.release();
  }

  private release(): void {
    if (this.held.length) {
      const updates = this.held;
      this.held = [];
      for (const update of updates) this.base = update.changes.apply(this.base);
      this.view.dispatch(receiveUpdates(this.view.state, updates));
    }
    this.options.events.typed(); // what was held back may now be pushed
  }

  /** The notebook came anew as a whole: begin from `cell`, keeping what was typed here. */
  restart(cell: Cell): void {
    if (this.view.composing) this.view.contentDOM.blur();
    const unsent = sendableUpdates(this.view.state).map((update) => update.changes);
    const base = this.base;
    const selection = this.view.state.selection;
    const fresh = this.stateOf(cell);
    const found = rescue(base, unsent, fresh.doc);
    this.held = [];
    this.base = fresh.doc;
    this.view.setState(fresh);
    if (found.kind === "clash") this.options.events.clashed(found.text);
    if (found.kind === "again") this.view.dispatch({ changes: found.changes });
    if (selection.ranges.every((range) => range.to <= this.view.state.doc.length))
      this.view.dispatch({ selection });
  }

  setType(type: CellType): void {
    this.reconfigure(this.language.reconfigure(languageOf(type)));
  }

  setWritable(writable: boolean): void {
    this.reconfigure(this.access.reconfigure(accessOf(writable)));
  }

  /** Mark a line (from 1) as the one that failed, or none. */
  markFailing(line: number | null): void {
    this.view.dispatch({ effects: setFailingLine.of(line) });
  }

  focus(at: "start" | "end" | "kept" = "kept"): void {
    this.view.focus();
    if (at === "kept") return;
    const anchor = at === "start" ? 0 : this.view.state.doc.length;
    this.view.dispatch({ selection: { anchor }, scrollIntoView: true });
  }

  destroy(): void {
    this.view.destroy();
  }

  private reconfigure(effects: StateEffect<unknown>): void {
    this.view.dispatch({ effects });
  }

  private stateOf(cell: Cell): EditorState {
    return EditorState.create({ doc: cell.source, extensions: this.extensions(cell) });
  }

  private extensions(cell: Cell): Extension[] {
    const { client, writable, label, hint, events } = this.options;
    return [
      // The broker's text has \n only; any other reading of it would shift every position.
      EditorState.lineSeparator.of("\n"),
      EditorView.clipboardInputFilter.of((text) => text.replace(/\r\n?/g, "\n")),
      collab({ startVersion: cell.version, clientID: client }),
      Prec.highest(EditorView.domEventHandlers({ keydown: (key, view) => events.key(key, view) })),
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      highlightSelectionMatches({ minSelectionLength: 2 }),
      indentUnit.of("    "),
      keymap.of([TAB, ...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
      placeholder(hint),
      // Tab goes past the code from cell to cell, else Shift+Tab would end in every editor it meets.
      EditorView.contentAttributes.of({
        "aria-label": label,
        autocapitalize: "off",
        tabindex: "-1",
      }),
      this.language.of(languageOf(cell.type)),
      this.access.of(accessOf(writable)),
      colours,
      failureMark,
      EditorView.updateListener.of((update) => {
        if (update.docChanged) events.typed();
        if (update.focusChanged && update.view.hasFocus) events.focused();
      }),
    ];
  }
}

// Tab belongs to code; Escape leaves the editor first, so the keyboard is never trapped.
const TAB: KeyBinding = {
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

function languageOf(type: CellType): Extension {
  if (type === "code") return python();
  if (type === "markdown") return [markdown(), EditorView.lineWrapping];
  return EditorView.lineWrapping;
}

function accessOf(writable: boolean): Extension {
  return writable ? [] : [EditorState.readOnly.of(true)];
}
