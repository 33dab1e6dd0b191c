// Which cells are chosen: a run of neighbours from an anchor to a head, as in Jupyter. Pure.
// Not for the text selected inside a cell (editor.ts).

/** `head` is the cell that keys act on first; `anchor` is where selecting began. */
export type Selection = { readonly anchor: string; readonly head: string };

export function only(id: string): Selection {
  return { anchor: id, head: id };
}

/** The selected cells in the notebook's order. Cells that are gone are left out. */
export function selectedIn(order: readonly string[], { anchor, head }: Selection): string[] {
  const from = order.indexOf(anchor);
  const to = order.indexOf(head);
  if (to < 0) return [];
  if (from < 0) return [head];
  return order.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** The selection with its head one cell further, kept inside the notebook. */
export function extended(order: readonly string[], selection: Selection, by: -1 | 1): Selection {
  const head = order[order.indexOf(selection.head) + by];
  return head === undefined ? selection : { ...selection, head };
}

/** Every cell; the head stays where the person is looking as far as it can. */
export function whole(order: readonly string[]): Selection | null {
  const [anchor, head] = [order[0], order.at(-1)];
  return anchor === undefined || head === undefined ? null : { anchor, head };
}

/** What to choose when the cells `gone` are taken away: the next below, else the last above. */
export function neighbour(order: readonly string[], gone: readonly string[]): string | null {
  const last = order.indexOf(gone.at(-1) ?? "");
  const first = order.indexOf(gone[0] ?? "");
  return order[last + 1] ?? order[first - 1] ?? null;
}

/** The moves that bring `ids` (neighbours or not) behind `after`, in their order: one cell each. */
export function movesTo(
  order: readonly string[],
  ids: readonly string[],
  after: string | null,
): { cell: string; after: string | null }[] {
  const moving = new Set(ids);
  let target = after;
  // A place behind a cell that itself moves is the place behind the last one that stays.
  while (target !== null && moving.has(target)) target = order[order.indexOf(target) - 1] ?? null;
  const moves: { cell: string; after: string | null }[] = [];
  for (const cell of order.filter((id) => moving.has(id))) {
    moves.push({ cell, after: target });
    target = cell;
  }
  return isAlreadyThere(order, moves) ? [] : moves;
}

function isAlreadyThere(
  order: readonly string[],
  moves: readonly { cell: string; after: string | null }[],
): boolean {
  return moves.every(({ cell, after }) => (order[order.indexOf(cell) - 1] ?? null) === after);
}
