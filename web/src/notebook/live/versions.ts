// Carries positions between the versions of one cell's text: a cursor arrives at the version its
// person saw. Pure. Positions are UTF-16 units, as everywhere in CodeMirror.
import type { ChangeDesc } from "@codemirror/state";

const KEPT = 500; // changes; whoever is further behind sends a new position in a moment

/** Where a cursor stands in the text of `version`. */
export type Position = { version: number; anchor: number; head: number };

export class Versions {
  private readonly changes: ChangeDesc[] = [];

  constructor(private newest: number) {}

  /** The text went on from the newest version by one. */
  record(change: ChangeDesc): void {
    this.changes.push(change);
    this.newest += 1;
    if (this.changes.length > KEPT) this.changes.shift();
  }

  /** The same place in the newest version; null when `from` is not known, or not yet. */
  carried(from: Position): Position | null {
    const steps = this.newest - from.version;
    if (steps < 0 || steps > this.changes.length) return null;
    let { anchor, head } = from;
    for (const change of steps ? this.changes.slice(-steps) : []) {
      anchor = change.mapPos(Math.min(anchor, change.length), 1);
      head = change.mapPos(Math.min(head, change.length), 1);
    }
    return { version: this.newest, anchor, head };
  }

  isAhead(position: Position): boolean {
    return position.version > this.newest;
  }
}
