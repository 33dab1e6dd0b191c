// One cell on the page: margin, source (editor, rendered text or plain), tools, outputs. Follows the
// state it is given; what a person does goes to its host (notebook.ts).

import { el } from "../../lib/dom";
import { isHidden } from "../commands/cellcommands";
import type { CommandName } from "../commands/keys";
import type { CellEditor, EditorEvents } from "../editor/editor";
import type { Cell, Output } from "../live/protocol";
import { OutputBox } from "../outputs/outputbox";
import type { OutputPlaces } from "../outputs/outputs";
import { failingLine } from "../outputs/stream";
import { attachedPicture } from "../text/attached";
import { renderMarkdown } from "../text/markdown";
import type { Locate } from "../text/sanitise";
import { say } from "../words";
import { CellTools } from "./celltools";
import { HiddenPart } from "./hiddenpart";
import { isStale, Margin, type RunInfo } from "./margin";
import { SourceText } from "./sourcetext";

export type CellHost = {
  readonly places: OutputPlaces;
  readonly locate: Locate;
  perform(command: CommandName, cell: string): void;
  focused(cell: string, typing: boolean): void;
  makeEditor(cell: Cell, events: Pick<EditorEvents, "focused">): CellEditor;
  /** Take the cell's editor down; false when something in it would be lost. */
  releaseEditor(cell: string): boolean;
  numbered(cell: string): boolean;
};

/** `among`: one of several chosen cells. */
export type CellInfo = RunInfo & { chosen: boolean; among: boolean };

export class CellView {
  private readonly source = el("div", { class: "source" });
  private readonly tools: CellTools;
  private readonly sourceStub: HiddenPart;
  private readonly outputStub: HiddenPart;
  private readonly margin: Margin;
  private readonly outputs: OutputBox;
  private readonly text = new SourceText();
  private editor: CellEditor | null = null;
  private typesHere = false; // until the focus leaves
  private editing = false; // a text cell shows its source instead of the rendered text
  private shownText: string | null = null;
  private shownPictures: Cell["attachments"];
  private marked: unknown = null;
  private cell: Cell;
  private info: CellInfo | null = null;

  /** Built into `element`, which the list of cells has made and placed (celllist.ts). */
  constructor(
    cell: Cell,
    private readonly host: CellHost,
    readonly element: HTMLElement,
  ) {
    this.cell = cell;
    const perform = (command: CommandName) => host.perform(command, this.cell.id);
    this.margin = new Margin({ run: () => perform("run"), stop: () => perform("interrupt") });
    this.outputs = new OutputBox({
      ...host.places,
      text: `${host.places.texts}${cell.id}/text`,
      locate: host.locate,
      title: () => say("output_of", { n: this.info?.number ?? 0 }),
    });
    this.tools = new CellTools(perform);
    this.sourceStub = new HiddenPart("source_hidden", () => this.show("source_hidden"));
    this.outputStub = new HiddenPart("outputs_hidden", () => this.show("outputs_hidden"));
    const body = el(
      "div",
      { class: "cell-body" },
      this.sourceStub.element,
      this.source,
      this.outputStub.element,
      this.outputs.element,
    );
    this.element.replaceChildren(this.margin.element, body, this.tools.element);
    this.element.addEventListener("focusin", (event) => this.focusCame(event));
    this.element.addEventListener("focusout", (event) => this.focusLeft(event));
    this.source.addEventListener("dblclick", () => this.isRendered && perform("edit"));
    this.text.element.addEventListener("mousedown", (event) => this.typeAt(event));
  }

  /** Follow the state. Cheap when nothing changed. */
  update(cell: Cell, info: CellInfo): void {
    if (cell === this.cell && this.info && sameInfo(info, this.info)) return;
    const typeChanged = cell.type !== this.cell.type || !this.info;
    this.cell = cell;
    this.info = info;
    const { number, chosen, among, writable } = info;
    const state = info.asked && cell.run?.state !== "running" ? "queued" : (cell.run?.state ?? "");
    const looks = [chosen && "chosen", among && "among"].filter(Boolean).join(" ");
    this.element.className = `cell ${cell.type} ${state} ${looks}`;
    this.element.tabIndex = chosen ? 0 : -1;
    const name = say(`cell_${cell.type}`, { n: number });
    this.element.setAttribute("aria-label", isStale(cell) ? `${name}, ${say("stale")}` : name);
    this.tools.update(cell.type, number, writable);
    if (typeChanged) this.retyped();
    this.editor?.setWritable(writable);
    this.margin.update(cell, info);
    this.outputs.update(cell.type === "code" ? cell.outputs : NOTHING, state === "running");
    this.markFailure();
    this.showSource();
    this.showHidden();
  }

  get isRendered(): boolean {
    return this.cell.type === "markdown" && !this.editing;
  }

  /** Show a text cell's rendered form, as running it does. */
  render(): void {
    this.editing = false;
    this.showSource();
  }

  /** The same, but a text with nothing in it stays open. */
  renderFilled(): void {
    if ((this.editor?.text ?? this.cell.source).trim()) this.render();
  }

  /** Take the focus to type. */
  edit(at: "start" | "end" | "kept" = "kept"): void {
    this.reveal();
    this.editor?.focus(at);
  }

  /** Show the source although nobody types in it; `conceal` ends that. */
  reveal(): void {
    this.editing = true;
    this.typesHere = true;
    this.ensureEditor();
    this.showSource();
    this.showHidden();
  }

  conceal(): void {
    if (this.editor?.view.hasFocus) return;
    this.typesHere = false;
    if (this.cell.type === "markdown") this.renderFilled();
    this.showHidden();
  }

  /** Take the focus without typing. */
  choose(): void {
    this.element.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest" });
  }

  toggleOutputs(): void {
    this.outputs.toggle();
  }

  destroy(): void {
    this.element.remove();
  }

  // A hidden source is shown while somebody types in it.
  private showHidden(): void {
    const { metadata, outputs, source } = this.cell;
    const noSource = isHidden(metadata, "source_hidden") && !this.typesHere;
    const noOutputs = isHidden(metadata, "outputs_hidden") && outputs.length > 0;
    this.source.hidden = noSource;
    this.sourceStub.update(noSource, source.split("\n", 1)[0]?.slice(0, HINT_LENGTH));
    this.outputs.element.classList.toggle("stowed", noOutputs);
    this.outputStub.update(noOutputs);
  }

  private show(what: "source_hidden" | "outputs_hidden"): void {
    if (this.info?.writable) this.host.perform(HIDES[what], this.cell.id);
    else if (what === "source_hidden") this.edit();
    else this.outputs.element.classList.remove("stowed");
  }

  // A picture of the cell's own, or one beside the notebook.
  private readonly locate: Locate = (address) =>
    attachedPicture(this.cell.attachments, address) ?? this.host.locate(address);

  private retyped(): void {
    if (this.cell.type !== "markdown") this.editing = false;
    else this.editing = this.editor?.view.hasFocus ?? false;
    this.shownText = null;
  }

  /** Whether it shows its source and has no editor yet. */
  get wantsEditor(): boolean {
    return !this.editor && !this.isRendered && !this.source.hidden;
  }

  get hasEditor(): boolean {
    return this.editor !== null;
  }

  /** Make the editor that stands where the source is read, unless a person has text chosen there. */
  giveEditor(): void {
    if (!this.text.isSelected) this.ensureEditor();
  }

  /** Show the source as text again where the editor holds nothing of anybody's. */
  takeEditor(): void {
    if (!this.editor || this.typesHere || !this.host.releaseEditor(this.cell.id)) return;
    this.editor = null;
    this.marked = null;
    this.showSource();
  }

  /** Line numbers came or went. */
  renumber(): void {
    if (!this.editor) this.showSource();
  }

  // A press on the text is one in the editor that takes its place.
  private typeAt(event: MouseEvent): void {
    if (event.button !== 0 || event.defaultPrevented) return;
    event.preventDefault();
    this.ensureEditor();
    const { view } = this.editor ?? {};
    const anchor = view?.posAtCoords({ x: event.clientX, y: event.clientY });
    if (typeof anchor === "number") view?.dispatch({ selection: { anchor } });
    view?.focus();
  }

  // An editor costs a few milliseconds, and more at each scrolling: text is enough to read.
  private ensureEditor(): void {
    if (this.editor || this.isRendered) return;
    this.editor = this.host.makeEditor(this.cell, {
      focused: () => this.host.focused(this.cell.id, true),
    });
    this.markFailure();
    this.showSource();
  }

  private showSource(): void {
    const { id } = this.cell;
    if (this.isRendered) {
      const text = this.editor?.text ?? this.cell.source;
      const { attachments } = this.cell;
      const isSame = text === this.shownText && attachments === this.shownPictures;
      if (isSame && this.source.firstChild) return;
      this.shownText = text;
      this.shownPictures = attachments;
      const box = renderMarkdown(text, this.locate);
      if (!text.trim()) box.append(el("p", { class: "quiet" }, say("empty_text")));
      this.source.replaceChildren(box);
      return;
    }
    this.shownText = null;
    if (this.editor) {
      if (this.source.firstChild !== this.editor.view.dom)
        this.source.replaceChildren(this.editor.view.dom);
      return;
    }
    const failing = this.failure && failingLine(this.failure.traceback ?? [], this.cell.source);
    const numbered = this.host.numbered(id);
    this.text.show(this.cell.source, { type: this.cell.type, numbered, failing: failing ?? null });
    if (this.source.firstChild !== this.text.element)
      this.source.replaceChildren(this.text.element);
  }

  private get failure(): Output | undefined {
    if (this.cell.run?.state !== "failed") return undefined;
    return this.cell.outputs.findLast((output) => output.output_type === "error");
  }

  private markFailure(): void {
    const failed = this.failure;
    if (!this.editor || this.marked === (failed ?? null)) return;
    this.marked = failed ?? null;
    this.editor.markFailing(failed ? failingLine(failed.traceback ?? [], this.editor.text) : null);
  }

  private focusCame(event: FocusEvent): void {
    if (event.target === this.element) this.host.focused(this.cell.id, false);
  }

  private focusLeft(event: FocusEvent): void {
    if (!this.typesHere || this.source.contains(event.relatedTarget as Node | null)) return;
    this.typesHere = false;
    this.showHidden();
  }
}

const NOTHING: Cell["outputs"] = [];
const HINT_LENGTH = 60;
const HIDES = { source_hidden: "hide_source", outputs_hidden: "hide_outputs" } as const;

function sameInfo(a: CellInfo, b: CellInfo): boolean {
  return (Object.keys(a) as (keyof CellInfo)[]).every((key) => a[key] === b[key]);
}
