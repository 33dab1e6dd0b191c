// One cell's editor: CodeMirror with the broker as the authority over its text. Speaks in updates
// and versions; knows neither the socket (session.ts) nor what surrounds it (cell.ts).

import { closeCompletion } from "@codemirror/autocomplete";
import {
  collab,
  getSyncedVersion,
  receiveUpdates,
  sendableUpdates,
  type Update,
} from "@codemirror/collab";
import { redoDepth, undoDepth } from "@codemirror/commands";
import {
  type ChangeDesc,
  ChangeSet,
  Compartment,
  EditorState,
  type Extension,
  Prec,
  type StateEffect,
  Text,
  Transaction,
} from "@codemirror/state";
import { EditorView, lineNumbers, placeholder } from "@codemirror/view";
import type { Mark } from "../live/cellundo";
import type { Unsent } from "../live/draft";
import type { Cell, CellType, TextUpdate } from "../live/protocol";
import { adopting, rescue } from "../live/rescue";
import { type Position, Versions } from "../live/versions";
import {
  cursorField,
  isSame,
  type RemoteCursor,
  remoteCursors,
  setCursors,
} from "../people/cursors";
import { accessOf, isForAssistance, languageOf, shared } from "./editorsetup";
import { setFailingLine } from "./editortheme";

export type EditorEvents = {
  /** The text changed here, so there may be something to push. */
  typed(): void;
  focused(): void;
  /** A key before CodeMirror sees it; true when it is dealt with. */
  key(event: KeyboardEvent, view: EditorView): boolean;
  /** Text that could not be joined with the notebook's: offered to the person. */
  clashed(text: string): void;
  /** The text, the cursor, the focus or the version is another: other people may want to know. */
  moved?(): void;
};

export type EditorOptions = {
  cell: Cell;
  client: string;
  writable: boolean;
  label: string;
  hint: string;
  lineNumbers?: boolean;
  events: EditorEvents;
  /** What helps while writing; asked for when somebody comes near with the pointer or the focus. */
  assistance?: (type: CellType) => Promise<Extension>;
};

/** Somebody else's cursor as it arrived, with positions at a version of the broker's. */
export type Visitor = Position & Pick<RemoteCursor, "visit" | "name" | "colour" | "moves">;

const MOST_UPDATES = 200; // in one push; the rest follows when it is accepted

export class CellEditor {
  readonly view: EditorView;
  private readonly language = new Compartment();
  private readonly access = new Compartment();
  private readonly numbers = new Compartment();
  private readonly people = new Compartment();
  private readonly assistance = new Compartment();
  private held: Update[] = []; // came while a character was being composed
  private base: Text; // the text of the version that both sides have
  private versions: Versions;
  private readonly marks = new Set<Mark>();
  private visitors: readonly Visitor[] = [];
  private type: CellType;
  private wasFocused = false;
  private assisted: CellType | null = null; // the type for which assistance was asked

  constructor(private readonly options: EditorOptions) {
    const { cell } = options;
    this.type = cell.type;
    this.view = new EditorView({ state: this.stateOf(cell) });
    this.base = this.view.state.doc;
    this.versions = new Versions(cell.version);
    const { contentDOM, dom } = this.view;
    contentDOM.addEventListener("compositionend", () => {
      setTimeout(() => this.release());
    });
    dom.addEventListener("pointerenter", () => void this.assist());
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  get hasUnsent(): boolean {
    return sendableUpdates(this.view.state).length > 0;
  }

  /** Whether this person has left nothing in it and nobody else is in it: it can be made anew. */
  get isUntouched(): boolean {
    const { state, hasFocus } = this.view;
    if (this.wasFocused || hasFocus || this.held.length || this.visitors.length) return false;
    return !this.hasUnsent && this.marks.size === 0 && !undoDepth(state) && !redoDepth(state);
  }

  /** The version of the text that both sides have. */
  get version(): number {
    return getSyncedVersion(this.view.state);
  }

  /** Whether it began from this text and version of the broker's, and has all of it. */
  isAt(cell: Cell): boolean {
    return this.version === cell.version && this.base.toString() === cell.source;
  }

  /** What is unsent, to be written down. */
  kept(): Unsent | null {
    const changes = sendableUpdates(this.view.state).map((update) => update.changes.toJSON());
    if (!changes.length) return null;
    return { version: this.version, base: this.base.toString(), changes };
  }

  /** Keep a place in the text where it is while the text changes around it. */
  follow(mark: Mark): void {
    this.marks.add(mark);
  }

  private moveMarks(changes: ChangeDesc): void {
    for (const mark of this.marks)
      if (mark.at !== null) mark.at = changes.mapPos(Math.min(mark.at, changes.length), -1);
  }

  private loseMarks(): void {
    for (const mark of this.marks) mark.at = null;
    this.marks.clear();
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
    if (this.view.composing) return; // the next syllable has begun
    if (this.held.length) {
      const updates = this.held;
      this.held = [];
      for (const { changes } of updates) {
        this.base = changes.apply(this.base);
        this.versions.record(changes);
      }
      this.view.dispatch(receiveUpdates(this.view.state, updates));
    }
    this.showVisitors();
    this.options.events.moved?.();
    this.options.events.typed(); // what was held back may now be pushed
  }

  /** The notebook came anew as a whole: go on from `cell`, keeping what was typed here, and what can
      be undone of it. */
  restart(cell: Cell): void {
    if (this.view.composing) this.view.contentDOM.blur();
    const unsent = sendableUpdates(this.view.state).map((update) => update.changes);
    const fresh = Text.of(cell.source.split("\n"));
    const found = rescue(this.base, unsent, fresh);
    this.held = [];
    this.loseMarks();
    this.base = fresh;
    this.versions = new Versions(cell.version);
    this.visitors = [];
    const kept = found.kind === "again" ? found.changes : ChangeSet.empty(fresh.length);
    const start = EditorState.create({
      doc: fresh,
      extensions: [collab({ startVersion: cell.version, clientID: this.options.client })],
    });
    this.view.dispatch(adopting(this.view.state, start, kept));
    if (this.type !== cell.type) this.setType(cell.type);
    if (found.kind === "clash") this.options.events.clashed(found.text);
  }

  setType(type: CellType): void {
    this.type = type;
    this.reconfigure(this.language.reconfigure(languageOf(type)));
    if (this.assisted) void this.assist();
  }

  setWritable(writable: boolean): void {
    if (this.view.state.readOnly === writable)
      this.reconfigure(this.access.reconfigure(accessOf(writable)));
  }

  setLineNumbers(shown: boolean): void {
    this.reconfigure(this.numbers.reconfigure(shown ? lineNumbers() : []));
  }

  /** Mark a line (from 1) as the one that failed, or none. */
  markFailing(line: number | null): void {
    this.view.dispatch({ effects: setFailingLine.of(line) });
  }

  /** Where the cursor stands in the text that the broker has. */
  position(): Position {
    const { state } = this.view;
    const { anchor, head } = state.selection.main;
    const back = composedOf(state)?.invertedDesc;
    const place = (at: number) => back?.mapPos(at) ?? at;
    return { version: getSyncedVersion(state), anchor: place(anchor), head: place(head) };
  }

  /** Where others think the cursor is that was last told as `told`; null when they cannot know. */
  expected(told: Position): Position | null {
    return this.versions.carried(told);
  }

  /** Show where other people are in this text. Who is not in `visitors` has left it. */
  show(visitors: readonly Visitor[]): void {
    if (visitors.length === 0 && this.visitors.length === 0) return;
    this.visitors = visitors;
    this.showVisitors();
  }

  private showVisitors(): void {
    if (this.view.composing) return; // nothing moves around a character in the making
    const cursors = this.visitors.flatMap((visitor) => this.cursorOf(visitor) ?? []);
    const { state } = this.view;
    const shown = state.field(cursorField, false) ?? [];
    if (isSame(shown, cursors)) return;
    if (this.people.get(state) === NOBODY)
      this.reconfigure(this.people.reconfigure(remoteCursors()));
    this.reconfigure(setCursors.of(cursors));
  }

  private cursorOf({ visit, name, colour, moves, ...position }: Visitor): RemoteCursor | null {
    const there = this.versions.carried(position);
    if (!there) return null; // from before what is known, or after it: the next one will do
    const own = composedOf(this.view.state);
    const { length } = this.base;
    const place = (at: number) => {
      const inside = Math.min(at, length);
      return own ? own.mapPos(inside, -1) : inside;
    };
    return { visit, name, colour, moves, anchor: place(there.anchor), head: place(there.head) };
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

  // Loaded once for all editors, and put into this one when somebody is about to write in it.
  private async assist(): Promise<void> {
    const { type } = this;
    if (!this.options.assistance || this.assisted === type) return;
    this.assisted = type;
    const extension = await this.options.assistance(type);
    if (this.type !== type) return;
    closeCompletion(this.view); // an answer to what the old assistance asked would find it gone
    this.reconfigure(this.assistance.reconfigure(extension));
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
      collab({ startVersion: cell.version, clientID: client }),
      Prec.highest(
        EditorView.domEventHandlers({
          keydown: (key, view) => !isForAssistance(key, view.state) && events.key(key, view),
        }),
      ),
      // Before the shared keys: the completion's Tab comes first.
      this.assistance.of([]),
      this.language.of(languageOf(cell.type)),
      shared,
      this.access.of(accessOf(writable)),
      this.numbers.of(this.options.lineNumbers ? lineNumbers() : []),
      this.people.of(NOBODY),
      placeholder(hint),
      // Tab goes past the code from cell to cell, else Shift+Tab would end in every editor it meets.
      EditorView.contentAttributes.of({
        "aria-label": label,
        autocapitalize: "off",
        tabindex: "-1",
      }),
      EditorView.updateListener.of((update) => {
        const isOwn = !update.transactions.some((tr) => tr.annotation(Transaction.remote));
        if (update.docChanged) this.moveMarks(update.changes);
        if (update.docChanged && isOwn) events.typed();
        if (update.selectionSet || update.docChanged || update.focusChanged) events.moved?.();
        if (!update.focusChanged || !update.view.hasFocus) return;
        this.wasFocused = true;
        events.focused();
        void this.assist();
      }),
    ];
  }
}

const NOBODY: Extension = [];

function composedOf(state: EditorState): ChangeSet | null {
  const [first, ...rest] = sendableUpdates(state).map((update) => update.changes);
  return first ? rest.reduce((all, next) => all.compose(next), first) : null;
}
