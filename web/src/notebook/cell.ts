// One cell on the page: margin, source (editor, rendered text or plain), tools, outputs. Follows the
// state it is given; what a person does goes to its host (notebook.ts).

import { el } from "../lib/dom";
import { commandWords } from "./commandwords";
import type { CellEditor, EditorEvents } from "./editor";
import { type IconName, icon } from "./icons";
import type { CommandName } from "./keys";
import { Margin, type RunInfo } from "./margin";
import { renderMarkdown } from "./markdown";
import { OutputBox } from "./outputbox";
import type { Cell, CellType } from "./protocol";
import type { Locate } from "./sanitise";
import { failingLine } from "./stream";
import { say } from "./words";

export type CellHost = {
  readonly frame: string;
  readonly locate: Locate;
  perform(command: CommandName, cell: string): void;
  focused(cell: string, typing: boolean): void;
  makeEditor(cell: Cell, events: Pick<EditorEvents, "focused">): CellEditor;
  near(element: Element, show: () => void): void;
};

export type CellInfo = RunInfo & { chosen: boolean };

export class CellView {
  readonly element: HTMLElement;
  private readonly source = el("div", { class: "source" });
  private readonly tools = el("div", { class: "tools", role: "toolbar" });
  private readonly margin: Margin;
  private readonly outputs: OutputBox;
  private editor: CellEditor | null = null;
  private editing = false; // a text cell shows its source instead of the rendered text
  private shownText: string | null = null;
  private marked: unknown = null;
  private cell: Cell;
  private info: CellInfo | null = null;

  constructor(
    cell: Cell,
    private readonly host: CellHost,
  ) {
    this.cell = cell;
    const perform = (command: CommandName) => host.perform(command, this.cell.id);
    this.margin = new Margin({ run: () => perform("run"), stop: () => perform("interrupt") });
    this.outputs = new OutputBox({
      frame: host.frame,
      locate: host.locate,
      title: () => say("output_of", { n: this.info?.number ?? 0 }),
    });
    this.tools.append(
      ...TOOLS.map(([command, drawing]) => {
        const words = commandWords(command);
        const attributes = {
          type: "button",
          class: "plain tool",
          title: words,
          "aria-label": words,
        };
        const button = el("button", { ...attributes, onclick: () => perform(command) });
        button.dataset.command = command;
        button.append(icon(drawing));
        return button;
      }),
    );
    const body = el("div", { class: "cell-body" }, this.source, this.outputs.element);
    this.element = el(
      "section",
      { class: "cell", role: "group", "data-cell": cell.id, tabindex: -1 },
      this.margin.element,
      body,
      this.tools,
    );
    this.element.addEventListener("focusin", (event) => this.focusCame(event));
    this.source.addEventListener("dblclick", () => this.isRendered && perform("edit"));
    host.near(this.element, () => this.ensureEditor());
  }

  /** Follow the state. Cheap when nothing changed. */
  update(cell: Cell, info: CellInfo): void {
    if (cell === this.cell && this.info && sameInfo(info, this.info)) return;
    const typeChanged = cell.type !== this.cell.type || !this.info;
    this.cell = cell;
    this.info = info;
    const { number, chosen, writable } = info;
    const state = info.asked && cell.run?.state !== "running" ? "queued" : (cell.run?.state ?? "");
    this.element.className = `cell ${cell.type} ${state} ${chosen ? "chosen" : ""}`;
    this.element.tabIndex = chosen ? 0 : -1;
    this.element.setAttribute("aria-label", say(`cell_${cell.type}`, { n: number }));
    this.tools.setAttribute("aria-label", say("tools", { n: number }));
    this.tools.hidden = !writable;
    for (const tool of this.tools.children)
      (tool as HTMLElement).hidden = isOwnType((tool as HTMLElement).dataset.command, cell.type);
    if (typeChanged) this.retyped();
    this.editor?.setWritable(writable);
    this.margin.update(cell, info);
    this.outputs.update(cell.type === "code" ? cell.outputs : NOTHING, state === "running");
    this.markFailure();
    this.showSource();
  }

  get isRendered(): boolean {
    return this.cell.type === "markdown" && !this.editing;
  }

  /** Show a text cell's rendered form, as running it does. */
  render(): void {
    this.editing = false;
    this.showSource();
  }

  /** Take the focus to type. */
  edit(at: "start" | "end" | "kept" = "kept"): void {
    this.editing = true;
    this.ensureEditor();
    this.showSource();
    this.editor?.focus(at);
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

  private retyped(): void {
    if (this.cell.type !== "markdown") this.editing = false;
    else this.editing = this.editor?.view.hasFocus ?? false;
    this.shownText = null;
  }

  // An editor costs a few milliseconds, so a cell far off shows plain text until it comes near.
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
      if (text === this.shownText && this.source.firstChild) return;
      this.shownText = text;
      const box = renderMarkdown(text, this.host.locate);
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
    const plain = el("pre", {
      class: "source-plain",
      onclick: () => this.host.perform("edit", id),
    });
    plain.textContent = this.cell.source || "\n";
    this.source.replaceChildren(plain);
  }

  private markFailure(): void {
    const error = this.cell.outputs.findLast((output) => output.output_type === "error");
    const failed = this.cell.run?.state === "failed" ? error : undefined;
    if (!this.editor || this.marked === (failed ?? null)) return;
    this.marked = failed ?? null;
    this.editor.markFailing(failed ? failingLine(failed.traceback ?? [], this.editor.text) : null);
  }

  private focusCame(event: FocusEvent): void {
    if (event.target === this.element) this.host.focused(this.cell.id, false);
  }
}

const NOTHING: Cell["outputs"] = [];
const TOOLS: [CommandName, IconName][] = [
  ["to_markdown", "text"],
  ["to_code", "code"],
  ["move_up", "up"],
  ["move_down", "down"],
  ["delete", "remove"],
];

function isOwnType(command: string | undefined, type: CellType): boolean {
  return command === "to_code" ? type === "code" : command === "to_markdown" && type !== "code";
}

function sameInfo(a: CellInfo, b: CellInfo): boolean {
  return (Object.keys(a) as (keyof CellInfo)[]).every((key) => a[key] === b[key]);
}
