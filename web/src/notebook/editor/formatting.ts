// Tidies the code of cells: asks the server, and takes its answer as small changes, so that cursors and
// what others type meanwhile survive. Fetched when first asked for. Not for what is tidy (ruff).
import { isolateHistory } from "@codemirror/commands";
import { ChangeSet, Text } from "@codemirror/state";
import { postForm, Refusal } from "../../lib/http";
import type { Notebook } from "../notebook";
import { say } from "../words";
import { linesChanged } from "./linechanges";

type Tidied = { source: string; line: number | null; column: number | null; message: string };
type Asked = { id: string; source: string };

const MOST_CHARACTERS = 400_000; // in one request

export async function formatCells(notebook: Notebook, ids: readonly string[]): Promise<void> {
  const { messages, session } = notebook;
  const asked = ids.flatMap((id) => {
    const cell = notebook.cell(id);
    const source = cell?.type === "code" ? session.texts.sourceOf(cell) : "";
    return source.trim() ? [{ id, source }] : [];
  });
  if (!asked.length) {
    messages.show(say("nothing_to_format"));
    return;
  }
  let changed = 0;
  const broken: { id: string; tidied: Tidied }[] = [];
  try {
    for (const batch of batches(asked)) {
      const sources = JSON.stringify(batch.map(({ source }) => source));
      const answer = await postForm(`${notebook.addresses.ajax}/format`, { sources });
      const { cells } = answer as { cells: Tidied[] };
      cells.forEach((tidied, at) => {
        const { id, source } = batch[at] as Asked;
        if (tidied.line !== null) broken.push({ id, tidied });
        else if (take(notebook, id, source, tidied.source)) changed += 1;
      });
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const text = `${error.message || say("offline_action")} ${error.hint}`.trim();
    messages.show(text, undefined, "failed");
    return;
  }
  report(notebook, changed, broken);
}

function report(
  notebook: Notebook,
  changed: number,
  broken: readonly { id: string; tidied: Tidied }[],
): void {
  const [first] = broken;
  if (!first) {
    const words = changed > 1 ? say("formatted_many", { n: changed }) : say("formatted_one");
    notebook.messages.show(changed ? words : say("formatted_none"));
    return;
  }
  const { line, column, message } = first.tidied;
  const n = notebook.order.indexOf(first.id) + 1;
  const text = say("format_problem", { n, line: line ?? 1, message });
  notebook.messages.show(text, {
    label: say("go_there"),
    run: () => goTo(notebook, first.id, line ?? 1, column ?? 1),
  });
}

function goTo(notebook: Notebook, id: string, line: number, column: number): void {
  if (!notebook.cell(id)) return;
  notebook.choose(id, true);
  const { view } = notebook.editorOf(id);
  const found = view.state.doc.line(Math.min(line, view.state.doc.lines));
  // ruff counts characters, the editor UTF-16 units.
  const units = [...found.text].slice(0, column - 1).join("").length;
  view.dispatch({ selection: { anchor: found.from + units }, scrollIntoView: true });
}

// Only the lines that differ change, so cursors stay where they are; a cell in which somebody typed
// while the server worked is left as it is.
function take(notebook: Notebook, id: string, before: string, after: string): boolean {
  if (before === after || !notebook.cell(id)) return false;
  const { view } = notebook.editorOf(id);
  if (view.state.doc.toString() !== before) return false;
  const from = Text.of(before.split("\n"));
  const changes = ChangeSet.of(linesChanged(before, after), from.length, "\n");
  view.dispatch({ changes, annotations: isolateHistory.of("full"), userEvent: "input.format" });
  return true;
}

function batches(asked: readonly Asked[]): Asked[][] {
  const all: Asked[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const one of asked) {
    if (size + one.source.length > MOST_CHARACTERS) {
      all.push([]);
      size = 0;
    }
    all.at(-1)?.push(one);
    size += one.source.length;
  }
  return all;
}
