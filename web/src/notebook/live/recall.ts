// What a page that is gone had not sent, brought up to the notebook as it is now. It first asks for
// the events since then: they say exactly what the broker has taken. Not for storing (unsent.ts).
import { Draft, type Unsent } from "./draft";
import type { Cell, NotebookEvent, Operation } from "./protocol";
import type { NotebookState } from "./state";

/** All that one page had not sent. `seq` of `epoch` is what it had heard last. */
export type Kept = {
  client: string;
  epoch: string | null;
  seq: number;
  cells: ({ cell: string } & Unsent)[];
  operations: Operation[];
};

/** What is still to be done: texts on the cells as they are now, and operations. */
export type Recalled = {
  texts: ({ cell: string } & Unsent)[];
  operations: Operation[];
  /** What fits nowhere any more. */
  offered: string[];
};

type Followed = { draft: Draft; exact: boolean };

export class Recall {
  private readonly drafts: Map<string, Followed>;
  private readonly clashes: string[] = [];
  private seq: number;

  constructor(private readonly kept: Kept) {
    this.seq = kept.seq;
    const clashed = (text: string) => this.clashes.push(text);
    const begun = kept.cells.map(({ cell, ...unsent }): [string, Followed] => [
      cell,
      { draft: new Draft(unsent, kept.client, clashed), exact: true },
    ]);
    this.drafts = new Map(begun);
  }

  /** Where it stood: only the events since then tell what has become of it. */
  get position(): { epoch: string; seq: number } | null {
    const { epoch } = this.kept;
    return epoch === null ? null : { epoch, seq: this.seq };
  }

  follow(events: readonly NotebookEvent[]): void {
    for (const event of events) {
      if (event.seq !== this.seq + 1) continue;
      this.seq = event.seq;
      const found = event.type === "cell_edited" ? this.drafts.get(event.cell) : undefined;
      if (event.type !== "cell_edited" || !found) continue;
      found.exact &&= event.version === found.draft.version + event.updates.length;
      if (found.exact) found.draft.receive(event.updates);
    }
  }

  /** On the notebook as it came. */
  land({ confirmed, writable, epoch, seq }: NotebookState): Recalled {
    const exact = epoch === this.kept.epoch && seq === this.seq;
    const operations = writable ? this.kept.operations.filter(isStillNew(confirmed.cells)) : [];
    const texts: Recalled["texts"] = [];
    const offered: string[] = [];
    for (const [id, followed] of this.drafts) {
      const { draft } = followed;
      if (!draft.hasUnsent) continue; // the broker had it all
      const cell = confirmed.cells.get(id) ?? insertedBy(operations, id);
      if (!cell || !writable) {
        offered.push(draft.text);
        continue;
      }
      const isThere = exact && followed.exact && draft.isAt(cell);
      if (!isThere) draft.restart(cell); // without the events there is only the text to go by
      const unsent = draft.kept();
      if (unsent) texts.push({ cell: id, ...unsent });
    }
    return { texts, operations, offered: [...offered, ...this.clashes] };
  }
}

function isStillNew(cells: ReadonlyMap<string, Cell>): (operation: Operation) => boolean {
  return (own) => {
    if (own.op === "insert") return !cells.has(own.cell.id);
    return own.op === "undelete" ? !cells.has(own.cell) : true;
  };
}

function insertedBy(operations: readonly Operation[], id: string): Cell | null {
  for (const own of operations) {
    if (own.op !== "insert" || own.cell.id !== id) continue;
    const nothing = { version: 0, outputs: [], execution_count: null, metadata: {}, run: null };
    return { ...nothing, ...own.cell };
  }
  return null;
}

const KEPT_OPERATIONS = new Set(["insert", "delete", "undelete", "move", "retype", "note"]);

/** Whether an operation may be asked again by another page, later: a run would surprise. */
export function outlives({ op }: Operation): boolean {
  return KEPT_OPERATIONS.has(op);
}
