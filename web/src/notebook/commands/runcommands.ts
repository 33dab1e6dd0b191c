// What commands run: one cell, the chosen ones, those above or below, all; and starting Python again.
// Not for what comes of it (margin.ts, outputs).
import { confirmed } from "../../lib/dialog";
import type { Notebook } from "../notebook";
import { say } from "../words";
import { beside, targets } from "./cellcommands";
import { commandWords } from "./commandwords";

/** Run the cell, or the whole selection it is in; text is shown as it reads. */
export function run(notebook: Notebook, id: string | null): void {
  runEach(notebook, targets(notebook, id));
}

export function runAndGo(notebook: Notebook, id: string | null): void {
  const all = targets(notebook, id);
  runEach(notebook, all);
  const last = all.at(-1) ?? null;
  const next = beside(notebook, last, 1);
  if (next) notebook.choose(next, false);
  else notebook.choose(notebook.session.insert("code", last), true);
}

export function runAndInsert(notebook: Notebook, id: string | null): void {
  const all = targets(notebook, id);
  runEach(notebook, all);
  notebook.choose(notebook.session.insert("code", all.at(-1) ?? null), true);
}

/** Those before the first chosen cell, those after the last, or from the first on. */
export function runPart(notebook: Notebook, id: string | null, part: "above" | "below" | "from") {
  const { order } = notebook;
  const all = targets(notebook, id);
  const first = order.indexOf(all[0] ?? "");
  const last = order.indexOf(all.at(-1) ?? "");
  if (first < 0) return;
  const wanted = { above: [0, first], below: [last + 1], from: [first] }[part];
  for (const cell of order.slice(...wanted)) notebook.session.run(cell);
}

/** All code cells. `goOn`: also when one of them fails. */
export function runAll({ session, order }: Notebook, goOn: boolean): void {
  for (const cell of order) session.run(cell, goOn ? "go_on" : undefined);
}

export async function restart(notebook: Notebook, then: "run" | "clear" | null): Promise<void> {
  const { state } = notebook.session;
  if (state.kernel.state !== "dead" && state.kernel.state !== "none") {
    const name = then === "run" ? "restart_and_run_all" : "restart_and_clear";
    const title = then ? commandWords(name) : say("restart_title");
    const text = say(then === "clear" ? "restart_clear_text" : "restart_text");
    if (!(await confirmed(title, text, say("restart_yes")))) return;
  }
  notebook.session.restart();
  if (then === "run") runAll(notebook, false);
  if (then === "clear") notebook.session.clear();
}

function runEach(notebook: Notebook, ids: readonly string[]): void {
  for (const id of ids) {
    const cell = notebook.cell(id);
    if (cell?.type === "code") notebook.session.run(id);
    else notebook.view(id)?.render();
  }
  const chosen = notebook.cell(notebook.chosen);
  if (chosen && chosen.type !== "code" && ids.includes(chosen.id)) notebook.focusChosen();
}
