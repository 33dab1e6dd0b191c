// Find and replace over all cells: the bar, where one is among the matches, and the changes. Fetched
// when it is first asked for. Not for what matches (finding.ts, findclient.ts).
import { isolateHistory } from "@codemirror/commands";
import { EditorView } from "@codemirror/view";
import { type Cell, textOf } from "../live/protocol";
import type { Notebook } from "../notebook";
import { say } from "../words";
import { FindClient } from "./findclient";
import { FindForm } from "./findform";
import { type Found, type Match, patternOf, type Source, startAt } from "./finding";
import { markElements, markIn } from "./findmarks";

type Place = Match & { id: string; at: number }; // `at`: the number among its cell's matches

const SOON_MS = 120;
const OUTPUT = "output:"; // before the id of a cell whose output is searched
const MOST_OUTPUT = 200_000; // characters of one cell

let bar: FindBar | null = null;

export function openFind(notebook: Notebook, cell: string | null): void {
  bar ??= new FindBar(notebook);
  bar.open(cell);
}

class FindBar {
  private readonly form: FindForm;
  private readonly client = new FindClient();
  private found: Found[] = [];
  private places: Place[] = [];
  private current = 0;
  private origin: { cell: string | null; position: number } = { cell: null, position: 0 };
  private readonly revealed = new Set<string>();
  private readonly marked = new Set<string>();
  private timer = 0;
  private isOpen = false;
  private searchedText = ""; // what stood in the cells when they were searched

  constructor(private readonly notebook: Notebook) {
    this.form = new FindForm({
      changed: () => void this.search(true),
      step: (by) => this.step(by),
      replace: () => this.replace(),
      replaceAll: () => void this.replaceAll(),
      close: () => this.close(),
    });
    notebook.element.before(this.form.element);
    notebook.followers.add(() => this.isOpen && this.searchSoon());
    notebook.editorMade.add((id) => this.isOpen && this.markAnew(id));
  }

  open(cell: string | null): void {
    const editor = cell === null ? undefined : this.notebook.session.texts.get(cell);
    const main = editor?.view.hasFocus ? editor.view.state.selection.main : null;
    const chosen = main && editor ? editor.view.state.sliceDoc(main.from, main.to) : "";
    this.origin = { cell, position: main?.from ?? 0 };
    this.isOpen = true;
    this.form.open(chosen.includes("\n") ? "" : chosen, this.notebook.session.state.writable);
    void this.search(true);
  }

  private close(): void {
    const place = this.places[this.current];
    this.isOpen = false;
    this.form.close();
    this.client.destroy();
    clearTimeout(this.timer);
    for (const id of this.marked) this.mark(id, []);
    markElements([], null);
    const id = place && !place.id.startsWith(OUTPUT) ? place.id : null;
    for (const shown of this.revealed) if (shown !== id) this.notebook.view(shown)?.conceal();
    this.revealed.clear();
    this.places = [];
    if (id && this.notebook.cell(id)) this.notebook.choose(id, true);
    else this.notebook.focusChosen();
  }

  private searchSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (this.searchedText !== fingerprint(this.sources())) void this.search(false);
    }, SOON_MS);
  }

  private sources(): Source[] {
    const { session, order } = this.notebook;
    const cells = order.flatMap((id) => this.notebook.cell(id) ?? []);
    return cells.flatMap((cell) => {
      const source = { id: cell.id, text: session.texts.sourceOf(cell) };
      if (!this.form.inOutputs || !cell.outputs.length) return [source];
      return [source, { id: OUTPUT + cell.id, text: outputText(cell) }];
    });
  }

  /** `fresh`: another question, so begin where the person was; else stay at the same match. */
  private async search(fresh: boolean): Promise<void> {
    const { query } = this.form;
    const sources = this.sources();
    this.searchedText = fingerprint(sources);
    const answer = await this.client.ask(sources, query, this.form.replacement);
    if (answer.kind === "overtaken" || !this.isOpen) return;
    this.found = answer.kind === "found" ? answer.found : [];
    const before = this.places[this.current];
    this.places = this.found.flatMap(({ id, matches }) =>
      matches.map((match, at) => ({ ...match, id, at })),
    );
    const order = sources.map(({ id }) => id);
    const from = fresh ? this.origin : { cell: before?.id ?? null, position: before?.from ?? 0 };
    this.current = startAt(this.places, order, from.cell, from.position);
    this.form.tell(answer.kind, this.places.length ? this.current + 1 : 0, this.places.length);
    this.show(fresh && query.text !== "");
  }

  private step(by: -1 | 1): void {
    const count = this.places.length;
    if (!count) return;
    this.current = (this.current + by + count) % count;
    this.form.tell("found", this.current + 1, count);
    this.show(true);
  }

  private show(follow: boolean): void {
    const place = this.places[this.current];
    if (follow && place) this.follow(place);
    const gone = new Set(this.marked);
    for (const { id, matches } of this.found) {
      this.mark(id, matches, place?.id === id ? place.at : -1);
      gone.delete(id);
    }
    for (const id of gone) this.mark(id, []);
    this.markOutputs();
  }

  private mark(id: string, matches: readonly Match[], current = -1): void {
    const editor = this.notebook.session.texts.get(id);
    if (editor) markIn(editor.view, matches, current);
    if (matches.length) this.marked.add(id);
    else this.marked.delete(id);
  }

  private markAnew(id: string): void {
    const found = this.found.find((one) => one.id === id);
    const place = this.places[this.current];
    if (found) this.mark(id, found.matches, place?.id === id ? place.at : -1);
  }

  private markOutputs(): void {
    const cells = this.found.flatMap(({ id }) => (id.startsWith(OUTPUT) ? [id] : []));
    const boxes = cells.flatMap((id) => {
      const view = this.notebook.view(id.slice(OUTPUT.length));
      return view?.element.querySelector(".outputs") ?? [];
    });
    // A pattern of a person may be slow; it is only tried on the screen's own texts when it is plain.
    const { query } = this.form;
    markElements(boxes, boxes.length && !query.regexp ? patternOf(query) : null);
  }

  private follow({ id, from, to }: Place): void {
    if (id.startsWith(OUTPUT)) {
      const view = this.notebook.view(id.slice(OUTPUT.length));
      view?.element.querySelector(".outputs")?.scrollIntoView({ block: "center" });
      return;
    }
    const view = this.notebook.view(id);
    view?.element.scrollIntoView({ block: "nearest" });
    view?.reveal();
    this.revealed.add(id);
    const editor = this.notebook.editorOf(id);
    if (to > editor.view.state.doc.length) return;
    editor.view.dispatch({
      selection: { anchor: from, head: to },
      effects: EditorView.scrollIntoView(from, { y: "center" }),
    });
  }

  private replace(): void {
    const place = this.places[this.current];
    if (!place || place.id.startsWith(OUTPUT) || !this.notebook.cell(place.id)) return;
    this.origin = { cell: place.id, position: place.from + place.insert.length };
    this.change(place.id, [place]);
    void this.search(true);
  }

  // One change for each cell, so that one undo in a cell takes all of it back there.
  private async replaceAll(): Promise<void> {
    await this.search(false); // what others typed meanwhile counts
    const cells = this.found.filter(({ id }) => !id.startsWith(OUTPUT) && this.notebook.cell(id));
    const n = cells.reduce((sum, { matches }) => sum + matches.length, 0);
    for (const { id, matches } of cells) this.change(id, matches);
    await this.search(false);
    this.form.say(n ? say("replaced", { n, cells: cells.length }) : say("find_none"));
  }

  private change(id: string, matches: readonly Match[]): void {
    const { view } = this.notebook.editorOf(id);
    if (matches.some(({ to }) => to > view.state.doc.length)) return;
    view.dispatch({
      changes: matches.map(({ from, to, insert }) => ({ from, to, insert })),
      annotations: isolateHistory.of("full"),
      userEvent: "input.replace",
    });
  }
}

function outputText(cell: Cell): string {
  const parts = cell.outputs.map((output) => {
    if (output.output_type === "stream") return textOf(output.text);
    if (output.output_type === "error") return `${output.ename}: ${output.evalue}`;
    return textOf(output.data?.["text/plain"]);
  });
  return parts.join("\n").slice(0, MOST_OUTPUT);
}

function fingerprint(sources: readonly Source[]): string {
  return sources.map(({ id, text }) => `${id}:${text}`).join("\u0000");
}
