// What happened while a person was away: counted from what the page knows when it comes (back). Pure,
// but for remembering when they were last here. Not for showing it (view.ts).

import { remember, remembered } from "../panels/remembering";
import type { NotebookDocument } from "./document";
import type { NotebookEvent } from "./protocol";

export type News = {
  ran: number;
  failed: number;
  /** The first cell that failed, else the last that ran, else the first that changed. */
  cell: string | null;
  /** Who changed how many cells: others than oneself. */
  changes: { by: string; cells: number }[];
};

const KEY = "lookin.seen.";

/** When this browser last showed the notebook, in milliseconds since 1970; 0: never. */
export function lastSeen(notebook: string): number {
  return Number(remembered(KEY + notebook)) || 0;
}

export function noteSeen(notebook: string, now: number): void {
  remember(KEY + notebook, String(Math.round(now)));
}

/** The runs that ended after `since`. */
export function ranSince({ order, cells }: NotebookDocument, since: number): News {
  const ended = order.flatMap((id) => {
    const { run } = cells.get(id) ?? {};
    return run?.ended_at && run.ended_at > since ? [{ id, state: run.state }] : [];
  });
  const failed = ended.filter(({ state }) => state === "failed");
  const cell = failed[0]?.id ?? ended.at(-1)?.id ?? null;
  return { ran: ended.length, failed: failed.length, cell, changes: [] };
}

/** What events that were missed tell: who changed cells, and what ran. `me` is left out. */
export function newsOf(events: readonly NotebookEvent[], me: string | null): News {
  const ended = new Map<string, string>();
  const changed = new Map<string, Set<string>>();
  for (const event of events) {
    if (event.type === "run_finished") ended.set(event.cell, event.state);
    if (!event.by || event.by === me || !isChange(event)) continue;
    const cells = changed.get(event.by) ?? new Set();
    cells.add(typeof event.cell === "string" ? event.cell : event.cell.id);
    changed.set(event.by, cells);
  }
  const failed = [...ended].filter(([, state]) => state === "failed");
  const first = [...changed.values()][0]?.values().next().value;
  return {
    ran: ended.size,
    failed: failed.length,
    cell: failed[0]?.[0] ?? [...ended.keys()].at(-1) ?? first ?? null,
    changes: [...changed].map(([by, cells]) => ({ by, cells: cells.size })),
  };
}

type Change = Extract<
  NotebookEvent,
  { type: "cell_edited" | "cell_inserted" | "cell_deleted" | "cell_restored" | "cell_moved" }
>;

function isChange(event: NotebookEvent): event is Change {
  return ["cell_edited", "cell_inserted", "cell_deleted", "cell_restored", "cell_moved"].includes(
    event.type,
  );
}

export function isNews({ ran, changes }: News): boolean {
  return ran > 0 || changes.length > 0;
}
