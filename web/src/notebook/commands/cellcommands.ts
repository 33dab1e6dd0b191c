// What commands do to whole cells: insert, delete, move, merge, split, change their kind, and back.
// Not for running them (runcommands.ts) or for the clipboard (clipboard.ts).

import { movesTo, neighbour } from "../cells/selection";
import type { CellType } from "../live/protocol";
import type { Notebook } from "../notebook";
import { say } from "../words";

/** What a command for `id` is about: the whole selection when the cell is in it, else the cell. */
export function targets(notebook: Notebook, id: string | null): string[] {
  if (id === null) return [];
  const { selected } = notebook;
  return selected.includes(id) ? selected : [id];
}

export function beside(notebook: Notebook, id: string | null, by: -1 | 1): string | undefined {
  return id === null ? undefined : notebook.order[notebook.order.indexOf(id) + by];
}

export function step(notebook: Notebook, id: string | null, by: -1 | 1): void {
  const to = beside(notebook, id, by) ?? id;
  if (to) notebook.choose(to, false);
}

export function insert(notebook: Notebook, id: string | null, by: -1 | 1): void {
  const all = targets(notebook, id);
  const after = by > 0 ? (all.at(-1) ?? null) : (beside(notebook, all[0] ?? null, -1) ?? null);
  notebook.choose(notebook.session.insert("code", after), false);
}

export function remove(notebook: Notebook, id: string | null): void {
  const gone = targets(notebook, id);
  if (!gone.length) return;
  const next = neighbour(notebook.order, gone);
  notebook.session.together(() => {
    for (const cell of gone) notebook.session.remove(cell);
  });
  if (next) notebook.choose(next, false);
  notebook.offerUndo(gone.length, () => undo(notebook));
}

export function undo(notebook: Notebook): void {
  notebook.offerUndo(0, null);
  went(notebook, notebook.session.undo(), "nothing_to_undo");
}

export function redo(notebook: Notebook): void {
  went(notebook, notebook.session.redo(), "nothing_to_redo");
}

function went(
  notebook: Notebook,
  cell: string | null,
  nothing: "nothing_to_undo" | "nothing_to_redo",
): void {
  if (cell === null) notebook.messages.show(say(nothing));
  else {
    notebook.focusChosen();
    notebook.chooseSoon(cell, false);
  }
}

export function retype(notebook: Notebook, id: string | null, type: CellType): void {
  const all = targets(notebook, id);
  notebook.session.together(() => {
    for (const cell of all) notebook.session.retype(cell, type);
  });
  notebook.draw();
  for (const cell of all) if (type === "markdown") notebook.view(cell)?.renderFilled();
  notebook.focusChosen();
}

/** Make it text that begins with `level` number signs. */
export function toHeading(notebook: Notebook, id: string | null, level: number): void {
  const cell = notebook.cell(id);
  if (!cell) return;
  const head = `${"#".repeat(level)} `;
  const editor = notebook.editorOf(cell.id);
  const old = /^#{1,6}[ \t]+|^#{1,6}$/m.exec(editor.text.split("\n", 1)[0] ?? "")?.[0] ?? "";
  notebook.session.retype(cell.id, "markdown");
  if (old !== head)
    editor.view.dispatch({
      changes: { from: 0, to: old.length, insert: head },
      userEvent: "input",
    });
  notebook.choose(cell.id, editor.text === head, "end");
  if (editor.text !== head) notebook.view(cell.id)?.renderFilled();
}

export function move(notebook: Notebook, id: string | null, by: -1 | 1): void {
  const all = targets(notebook, id);
  const { order } = notebook;
  const first = order.indexOf(all[0] ?? "");
  const last = order.indexOf(all.at(-1) ?? "");
  if (first < 0 || (by < 0 ? first === 0 : last === order.length - 1)) return;
  moveBehind(notebook, all, (by < 0 ? order[first - 2] : order[last + 1]) ?? null);
}

/** Move cells behind `after` (null: to the top), and say where they are now. */
export function moveBehind(notebook: Notebook, ids: string[], after: string | null): void {
  const moves = movesTo(notebook.order, ids, after);
  if (!moves.length) return;
  notebook.session.together(() => {
    for (const one of moves) notebook.session.moveTo(one.cell, one.after);
  });
  notebook.draw();
  notebook.view(notebook.chosen)?.element.scrollIntoView({ block: "nearest" });
  const n = notebook.order.indexOf(ids[0] ?? "") + 1;
  notebook.messages.speak(say("moved", { n, count: notebook.order.length }));
}

export function merge(notebook: Notebook, id: string | null): void {
  let all = targets(notebook, id);
  const below = beside(notebook, all[0] ?? null, 1);
  if (all.length === 1 && below) all = [...all, below];
  const [first, ...rest] = all;
  if (!first || !rest.length) return;
  notebook.session.together(() => {
    for (const next of rest) notebook.session.merge(first, next);
  });
  notebook.choose(first, false);
}

/** Cut the cell in two where the cursor stands. */
export function split(notebook: Notebook, id: string | null): void {
  const editor = id === null ? undefined : notebook.session.texts.get(id);
  if (!id || !editor) return;
  const made = notebook.session.split(id, editor.view.state.selection.main.head);
  if (made) notebook.chooseSoon(made, true, "start");
}

export function duplicate(notebook: Notebook, id: string | null): void {
  const all = targets(notebook, id);
  const { session } = notebook;
  let after = all.at(-1) ?? null;
  const made: string[] = [];
  session.together(() => {
    for (const cell of all.flatMap((one) => notebook.cell(one) ?? [])) {
      const { metadata, attachments, type } = cell;
      const more = attachments ? { metadata, attachments } : { metadata };
      after = session.insert(type, after, session.texts.sourceOf(cell), more);
      made.push(after);
    }
  });
  notebook.chooseAll(made);
}

/** Hide or show a part of the selected cells; remembered in the notebook, as Jupyter does. */
export function hide(
  notebook: Notebook,
  id: string | null,
  what: "source_hidden" | "outputs_hidden",
): void {
  const cells = targets(notebook, id).flatMap((one) => notebook.cell(one) ?? []);
  const hidden = !cells.every((cell) => isHidden(cell.metadata, what));
  // A merge patch: null takes the one key away and leaves its neighbours.
  for (const { id: cell } of cells)
    notebook.session.note(cell, { jupyter: { [what]: hidden || null } });
  const word = what === "source_hidden" ? "source" : "outputs";
  notebook.messages.speak(say(hidden ? `said_hidden_${word}` : `said_shown_${word}`));
  notebook.focusChosen();
}

export function isHidden(
  metadata: Record<string, unknown>,
  what: "source_hidden" | "outputs_hidden",
): boolean {
  const jupyter = metadata.jupyter as Record<string, unknown> | null | undefined;
  return typeof jupyter === "object" && jupyter?.[what] === true;
}
