// A cell's text without an editor on the screen: what was typed before the page was left, on its way
// to the broker all the same. Follows @codemirror/collab as CellEditor does. Not for showing.
import { collab, getSyncedVersion, receiveUpdates, sendableUpdates } from "@codemirror/collab";
import { ChangeSet, EditorState, Text } from "@codemirror/state";
import type { Cell, TextUpdate } from "./protocol";
import { rescue } from "./rescue";

/** Text that is not accepted yet, as it can be written down: `changes` on `base`, the oldest first. */
export type Unsent = { version: number; base: string; changes: unknown[] };

export class Draft {
  private state: EditorState;
  private base: Text;

  constructor(
    { version, base, changes }: Unsent,
    private readonly client: string,
    private readonly clashed: (text: string) => void = () => {},
  ) {
    this.base = textOf(base);
    this.state = begun(this.base, version, client);
    for (const one of changes) this.type(ChangeSet.fromJSON(one));
  }

  get text(): string {
    return this.state.doc.toString();
  }

  get version(): number {
    return getSyncedVersion(this.state);
  }

  get hasUnsent(): boolean {
    return sendableUpdates(this.state).length > 0;
  }

  isAt(cell: Cell): boolean {
    return this.version === cell.version && this.base.toString() === cell.source;
  }

  unsent(): { version: number; updates: TextUpdate[] } | null {
    const updates = sendableUpdates(this.state);
    if (updates.length === 0) return null;
    const sent = updates.map((u) => ({ client: u.clientID, changes: u.changes.toJSON() }));
    return { version: this.version, updates: sent };
  }

  /** To be written down. */
  kept(): Unsent | null {
    const unsent = this.unsent();
    if (!unsent) return null;
    const changes = unsent.updates.map((update) => update.changes);
    return { version: unsent.version, base: this.base.toString(), changes };
  }

  type(changes: ChangeSet): void {
    this.state = this.state.update({ changes }).state;
  }

  receive(updates: readonly TextUpdate[]): void {
    const sets = updates.map((u) => ({
      clientID: u.client,
      changes: ChangeSet.fromJSON(u.changes),
    }));
    for (const { changes } of sets) this.base = changes.apply(this.base);
    this.state = receiveUpdates(this.state, sets).state;
  }

  /** The notebook came as a whole: go on from `cell` with what is not in it. */
  restart(cell: Cell): void {
    const fresh = textOf(cell.source);
    const unsent = sendableUpdates(this.state).map((update) => update.changes);
    const found = rescue(this.base, unsent, fresh);
    this.base = fresh;
    this.state = begun(fresh, cell.version, this.client);
    if (found.kind === "clash") this.clashed(found.text);
    if (found.kind === "again") this.type(found.changes);
  }
}

const textOf = (source: string) => Text.of(source.split("\n"));

function begun(doc: Text, startVersion: number, clientID: string): EditorState {
  const extensions = [EditorState.lineSeparator.of("\n"), collab({ startVersion, clientID })];
  return EditorState.create({ doc, extensions });
}
