// The notebook on the page: its cells in order, which one is chosen, and one drawing per frame of the
// screen however many events came. Not for what commands do (commands.ts).
import { el } from "../lib/dom";
import { adder, foot } from "./adder";
import { CellView } from "./cell";
import { CellList, type Near } from "./celllist";
import { perform } from "./commands";
import { CellEditor } from "./editor";
import { type CommandName, KeyReader, WHILE_TYPING } from "./keys";
import { OutputBox } from "./outputbox";
import type { Cell, CellType } from "./protocol";
import { RunReport } from "./runreport";
import type { Locate } from "./sanitise";
import type { Session } from "./session";
import { queueOf } from "./state";
import type { Messages } from "./toast";
import { say } from "./words";

const FRAME_MS = 1000 / 60;

export type NotebookAddresses = { frame: string; download: string; locate: Locate };
export type Deleted = { id: string; type: CellType; source: string; after: string | null };

export class Notebook {
  readonly element = el("div", { class: "notebook" });
  readonly deleted: Deleted[] = []; // the last deleted cell is the last here
  chosen: string | null = null;
  private readonly list: CellList;
  private readonly report: RunReport;
  private readonly keys = new KeyReader();
  private frame = 0;
  private soon = false;
  private drawnAt = Number.NEGATIVE_INFINITY;
  private closeUndo: (() => void) | null = null;

  constructor(
    readonly session: Session,
    readonly messages: Messages,
    readonly addresses: NotebookAddresses,
    private readonly drawn: () => void,
  ) {
    this.list = new CellList({
      make: (cell, near) => this.make(cell, near),
      forgotten: (id, hadFocus) => this.forgotten(id, hadFocus),
    });
    this.report = new RunReport((text) => messages.speak(text));
    this.element.append(
      this.list.element,
      foot((type) => this.add(type, this.order.at(-1))),
    );
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  get order(): readonly string[] {
    return this.session.state.document.order;
  }

  cell(id: string | null): Cell | undefined {
    return id === null ? undefined : this.session.state.document.cells.get(id);
  }

  view(id: string | null): CellView | undefined {
    return id === null ? undefined : this.list.view(id);
  }

  /** Draw in time for the next frame of the screen, and once for however many changes. */
  changed(): void {
    if (this.frame || this.soon) return;
    if (performance.now() - this.drawnAt < FRAME_MS) {
      this.frame = requestAnimationFrame(() => this.draw());
      return;
    }
    // Nothing was drawn for a while: drawing now reaches the screen a frame earlier.
    this.soon = true;
    queueMicrotask(() => this.soon && this.draw());
  }

  /** Draw now: what comes next needs the elements. */
  draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.soon = false;
    this.drawnAt = performance.now();
    const { document: shown, kernel, writable } = this.session.state;
    const held = kernel.state === "waiting";
    this.list.forgetGone(shown);
    if (this.chosen === null) this.chosen = this.order[0] ?? null;
    const places = new Map(queueOf(shown).queued.map((cell, i) => [cell.id, i + 1]));
    this.list.draw(shown, (cell, index) => {
      const asked = this.session.isAsked(cell.id);
      const place = places.get(cell.id) ?? 0;
      const chosen = cell.id === this.chosen;
      return { number: index + 1, asked, held, place, writable, chosen };
    });
    OutputBox.settle();
    this.element.classList.toggle("empty", this.order.length === 0);
    this.element.classList.toggle("writable", writable);
    this.report.update(shown);
    this.drawn();
  }

  /** Choose a cell and give it the focus, to type in it or not. */
  choose(id: string, typing: boolean, at?: "start" | "end"): void {
    this.chosen = id;
    this.draw();
    if (typing) this.view(id)?.edit(at ?? "kept");
    else this.view(id)?.choose();
  }

  /** Say that a cell is deleted, with the way back, until it is taken. */
  offerUndo(undo: (() => void) | null): void {
    this.closeUndo?.();
    this.closeUndo = undo && this.messages.show(say("deleted"), { label: say("undo"), run: undo });
  }

  perform(command: CommandName, id: string | null = this.chosen): void {
    perform(this, command, id);
  }

  private make(cell: Cell, near: Near): CellView {
    const view = new CellView(cell, {
      frame: this.addresses.frame,
      locate: this.addresses.locate,
      perform: (command, id) => this.perform(command, id),
      focused: (id) => this.focused(id),
      makeEditor: (current, events) => this.makeEditor(current, events.focused),
      near,
    });
    view.element.append(adder("between", (type) => this.add(type, cell.id)));
    return view;
  }

  private makeEditor(cell: Cell, focused: () => void): CellEditor {
    const { id, type } = cell;
    const there = this.session.texts.get(id); // the cell was deleted and came back
    if (there) return there;
    const number = this.order.indexOf(id) + 1;
    const editor = new CellEditor({
      cell: this.session.state.confirmed.cells.get(id) ?? cell,
      client: this.session.client,
      writable: this.session.state.writable,
      label: say("source_of", { n: number }),
      hint: say(`hint_${type}`),
      events: {
        typed: () => this.session.typed(id),
        focused,
        clashed: (text) => this.offer(text),
        key: (event, view) => {
          const { main } = view.state.selection;
          const line = view.state.doc.lineAt(main.head).number;
          if (!main.empty || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey)
            return this.typingKey(event);
          if (event.key === "ArrowUp" && line === 1) return this.leave(id, -1);
          if (event.key === "ArrowDown" && line === view.state.doc.lines) return this.leave(id, 1);
          return this.typingKey(event);
        },
      },
    });
    this.session.texts.attach(id, editor);
    return editor;
  }

  /** Text that lost its cell: offered until the person decides. */
  offer(text: string): void {
    this.messages.offer(text, (kept) => {
      const id = this.session.insert("code", this.chosen ?? this.order.at(-1) ?? null, kept);
      this.choose(id, true);
    });
  }

  // The arrows walk through the cells as through one text.
  private leave(id: string, by: -1 | 1): boolean {
    const next = this.order[this.order.indexOf(id) + by];
    const cell = this.cell(next ?? null);
    if (!cell) return false;
    this.choose(cell.id, cell.type !== "markdown", by < 0 ? "end" : "start");
    return true;
  }

  private typingKey(event: KeyboardEvent): boolean {
    if (event.isComposing) return false;
    const command = this.keys.read(event, event.timeStamp);
    if (!command || !(WHILE_TYPING.has(command) || command === "leave")) return false;
    event.preventDefault();
    event.stopPropagation();
    this.perform(command);
    return true;
  }

  private pressed(event: KeyboardEvent): void {
    const target = event.target as Element;
    const isFree = target === document.body || target.classList.contains("cell");
    if (event.defaultPrevented || event.isComposing || !isFree) return;
    const command = this.keys.read(event, event.timeStamp);
    if (!command) return;
    event.preventDefault();
    this.perform(command);
  }

  private focused(id: string): void {
    if (this.chosen === id) return;
    const before = this.view(this.chosen);
    const cell = this.cell(this.chosen);
    this.chosen = id;
    // A text that was left is shown as it reads.
    if (cell?.type === "markdown" && this.session.texts.get(cell.id)?.text.trim()) before?.render();
    this.changed();
  }

  private forgotten(id: string, hadFocus: boolean): void {
    if (this.chosen === id) this.chosen = null;
    if (hadFocus && this.chosen === null) document.body.focus();
  }

  private add(type: CellType, after: string | undefined): void {
    this.choose(this.session.insert(type, after ?? null), true);
  }
}
