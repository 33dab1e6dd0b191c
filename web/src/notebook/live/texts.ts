// The editors of a notebook and the way of their updates to the broker and back: one push at a time
// for each cell, the next when it is recorded. Not for operations on whole cells (session.ts).
import { ChangeSet } from "@codemirror/state";
import type { CellEditor } from "../editor/editor";
import type { Mark } from "./cellundo";
import { Draft, type Unsent } from "./draft";
import type { Cell, NotebookEvent, Operation } from "./protocol";
import type { NotebookState } from "./state";

type Push = { ref: number; version: number; until: number | null };

export type TextEvents = {
  /** Marks this page's updates. */
  client: string;
  nextRef(): number;
  /** Says whether it went out. */
  send(ref: number, operation: Operation): boolean;
  state(): NotebookState;
  /** All that was typed in this cell is now recorded, or cannot be. */
  settled(cell: string): void;
  /** A cell vanished under text that was not sent yet. */
  orphaned(text: string): void;
};

export class Texts {
  private readonly editors = new Map<string, CellEditor>();
  /** Texts that have no editor and are not sent. */
  private readonly drafts = new Map<string, Draft>();
  private readonly pushes = new Map<string, Push>();
  /** The version at which a push was refused: no other try before something changes. */
  private readonly blocked = new Map<string, number>();

  constructor(private readonly events: TextEvents) {}

  attach(cell: string, editor: CellEditor): void {
    this.editors.set(cell, editor);
    const waiting = this.drafts.get(cell)?.kept()?.changes ?? [];
    this.drafts.delete(cell);
    // The same updates in the same order: what is out already is confirmed in the editor.
    for (const changes of waiting) editor.view.dispatch({ changes: ChangeSet.fromJSON(changes) });
  }

  /** Text that a page which is gone had not sent: on its way as if it had just been typed. */
  adopt(cell: string, unsent: Unsent): void {
    const { client, orphaned } = this.events;
    const editor = this.editors.get(cell);
    this.drafts.set(cell, new Draft(unsent, client, orphaned));
    if (editor) this.attach(cell, editor);
    this.push(cell);
  }

  /** All that is unsent, to be written down. */
  kept(): ({ cell: string } & Unsent)[] {
    const all = [...this.drafts, ...this.editors];
    return all.flatMap(([cell, holder]) => {
      const unsent = holder.kept();
      return unsent ? [{ cell, ...unsent }] : [];
    });
  }

  private holder(cell: string): CellEditor | Draft | undefined {
    return this.editors.get(cell) ?? this.drafts.get(cell);
  }

  get(cell: string): CellEditor | undefined {
    return this.editors.get(cell);
  }

  get all(): ReadonlyMap<string, CellEditor> {
    return this.editors;
  }

  /** Whether the broker has all of this cell's text, and the page all that the broker has. */
  isSettled({ id, version }: Cell): boolean {
    const editor = this.holder(id);
    return !editor || (!editor.hasUnsent && editor.version === version);
  }

  /** Whether what was typed in this cell cannot go out as it is: it was refused. */
  isStuck(cell: string): boolean {
    return this.blocked.has(cell) && !this.pushes.has(cell);
  }

  /** Keep `mark` where it is in the cell's text. */
  follow<M extends Mark>(cell: string, mark: M): M {
    this.editors.get(cell)?.follow(mark);
    return mark;
  }

  hasUnsent(cell: string): boolean {
    return this.holder(cell)?.hasUnsent ?? false;
  }

  get anyUnsent(): boolean {
    return [...this.editors.values(), ...this.drafts.values()].some((one) => one.hasUnsent);
  }

  /** A person typed in `cell`: what was refused before may fit now. */
  typed(cell: string): void {
    this.blocked.delete(cell);
    this.push(cell);
  }

  push(cell: string): void {
    const editor = this.holder(cell);
    if (!editor || this.pushes.has(cell)) return;
    const confirmed = this.events.state().confirmed.cells.get(cell);
    if (!confirmed) return; // its own insertion is still on the way
    const unsent = editor.unsent();
    if (!unsent) {
      if (!editor.hasUnsent) this.drafts.delete(cell);
      if (!editor.hasUnsent) this.events.settled(cell);
      return;
    }
    if (this.blocked.get(cell) === unsent.version) return;
    const ref = this.events.nextRef();
    this.pushes.set(cell, { ref, version: unsent.version, until: null });
    if (!this.events.send(ref, { op: "edit", cell, ...unsent })) this.pushes.delete(cell);
  }

  /** The broker took the push `ref` as event `seq`. Answers whether it was a push. */
  accepted(ref: number, seq: number): boolean {
    const found = this.pushOf(ref);
    if (!found) return false;
    const [cell, push] = found;
    if (this.events.state().seq >= seq) this.finish(cell);
    else push.until = seq;
    return true;
  }

  /** The broker refused the push `ref`. Answers its cell, or null when it was no push. */
  refused(ref: number): string | null {
    const found = this.pushOf(ref);
    if (!found) return null;
    const [cell, push] = found;
    this.blocked.set(cell, push.version); // with newer events the version differs, and it may go
    this.finish(cell);
    return cell;
  }

  /** Events that are now part of the state: feed the editors. */
  receive(events: readonly NotebookEvent[], seq: number): void {
    for (const event of events) {
      if (event.type === "cell_edited") this.holder(event.cell)?.receive(event.updates);
      if (event.type === "cell_retyped") this.editors.get(event.cell)?.setType(event.cell_type);
      if (event.type === "cell_inserted" || event.type === "cell_restored") this.came(event.cell);
    }
    for (const [cell, push] of [...this.pushes])
      if (push.until !== null && push.until <= seq) this.finish(cell);
  }

  /** The notebook came as a whole: every editor begins anew with what it has unsent. */
  restart(state: NotebookState): void {
    this.pushes.clear();
    this.blocked.clear();
    for (const [id, editor] of [...this.editors, ...this.drafts]) {
      const cell = state.confirmed.cells.get(id);
      if (cell) editor.restart(cell);
      else if (!state.document.cells.has(id)) this.drop(id, true);
    }
    this.pushAll();
  }

  /** The line broke: an answer that is out will not come. The updates stay unsent in the editors. */
  interrupted(): void {
    this.pushes.clear();
    this.blocked.clear();
  }

  pushAll(): void {
    for (const cell of [...this.editors.keys(), ...this.drafts.keys()]) this.push(cell);
  }

  /** The cell is gone. `rescued`: hand its unsent text back. */
  drop(cell: string, rescued: boolean): void {
    const holder = this.holder(cell);
    if (!holder) return;
    if (rescued && holder.hasUnsent) this.events.orphaned(holder.text);
    this.editors.get(cell)?.destroy();
    this.editors.delete(cell);
    this.drafts.delete(cell);
    this.pushes.delete(cell);
  }

  /** Take the cell's editor down where nothing would be lost. Says whether it did. */
  release(cell: string): boolean {
    const editor = this.editors.get(cell);
    if (!editor?.isUntouched || this.pushes.has(cell)) return false;
    editor.destroy();
    return this.editors.delete(cell);
  }

  /** The cell as it stands in its editor, else as the broker has it. */
  sourceOf(cell: Cell): string {
    return this.holder(cell.id)?.text ?? cell.source;
  }

  // It was shown before it was there, or goes on after a deletion: perhaps from another text.
  private came(cell: Cell): void {
    const editor = this.holder(cell.id);
    if (editor && !editor.isAt(cell)) editor.restart(cell);
    this.push(cell.id);
  }

  private finish(cell: string): void {
    this.pushes.delete(cell);
    this.push(cell);
  }

  private pushOf(ref: number): [string, Push] | undefined {
    return [...this.pushes].find(([, push]) => push.ref === ref);
  }
}
