// The notebook on the page: its cells in order, which one is chosen, and one drawing per frame of the
// screen however many events came. Not for what commands do (commands.ts).
import { el } from "../lib/dom";
import { CellView } from "./cell";
import { perform } from "./commands";
import { CellEditor } from "./editor";
import { icon } from "./icons";
import { type CommandName, KeyReader, WHILE_TYPING } from "./keys";
import { OutputBox } from "./outputbox";
import type { Cell, CellType, Run } from "./protocol";
import type { Locate } from "./sanitise";
import type { Session } from "./session";
import { queueOf } from "./state";
import type { Messages } from "./toast";
import { duration, say } from "./words";

const FRAME_MS = 1000 / 60;

export type NotebookAddresses = { frame: string; download: string; locate: Locate };
export type Deleted = { id: string; type: CellType; source: string; after: string | null };

export class Notebook {
  readonly element = el("div", { class: "notebook" });
  readonly deleted: Deleted[] = []; // the last deleted cell is the last here
  chosen: string | null = null;
  private readonly list = el("div", { class: "cells" });
  private readonly views = new Map<string, CellView>();
  private readonly keys = new KeyReader();
  private readonly approaching = new Map<Element, () => void>();
  private readonly observer: IntersectionObserver;
  private runs = new Map<string, Run | null>();
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
    this.element.append(this.list, this.foot());
    this.observer = new IntersectionObserver((seen) => this.cameNear(seen), {
      rootMargin: "800px 0px",
    });
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  get order(): readonly string[] {
    return this.session.state.document.order;
  }

  cell(id: string | null): Cell | undefined {
    return id === null ? undefined : this.session.state.document.cells.get(id);
  }

  view(id: string | null): CellView | undefined {
    return id === null ? undefined : this.views.get(id);
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
    for (const id of this.views.keys()) if (!shown.cells.has(id)) this.forget(id);
    if (this.chosen === null) this.chosen = this.order[0] ?? null;
    const places = new Map(queueOf(shown).queued.map((cell, i) => [cell.id, i + 1]));
    this.order.forEach((id, index) => {
      const cell = shown.cells.get(id);
      if (!cell) return;
      const view = this.views.get(id) ?? this.make(cell);
      this.place(view.element, index);
      const asked = this.session.isAsked(id);
      const place = places.get(id) ?? 0;
      const info = { number: index + 1, asked, held, place, writable };
      view.update(cell, { ...info, chosen: id === this.chosen });
    });
    OutputBox.settle();
    this.element.classList.toggle("empty", this.order.length === 0);
    this.element.classList.toggle("writable", writable);
    this.speakOfRuns();
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

  private make(cell: Cell): CellView {
    const view = new CellView(cell, {
      frame: this.addresses.frame,
      locate: this.addresses.locate,
      perform: (command, id) => this.perform(command, id),
      focused: (id) => this.focused(id),
      makeEditor: (current, events) => this.makeEditor(current, events.focused),
      near: (element, show) => {
        this.approaching.set(element, show);
        this.observer.observe(element);
      },
    });
    view.element.append(this.between(cell.id));
    this.views.set(cell.id, view);
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

  private forget(id: string): void {
    const view = this.views.get(id);
    if (!view) return;
    const hadFocus = view.element.contains(document.activeElement);
    view.destroy();
    this.observer.unobserve(view.element);
    this.views.delete(id);
    if (this.chosen === id) this.chosen = null;
    if (hadFocus && this.chosen === null) document.body.focus();
  }

  private place(element: HTMLElement, index: number): void {
    const there = this.list.children[index];
    if (there === element) return;
    const focused = document.activeElement;
    const holdsFocus = element.contains(focused);
    this.list.insertBefore(element, there ?? null);
    if (holdsFocus) (focused as HTMLElement).focus({ preventScroll: true });
  }

  private cameNear(seen: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of seen)
      if (isIntersecting) this.approaching.get(target)?.();
  }

  private speakOfRuns(): void {
    const before = this.runs;
    this.runs = new Map();
    this.order.forEach((id, index) => {
      const cell = this.cell(id);
      if (!cell) return;
      this.runs.set(id, cell.run);
      const was = before.get(id)?.state;
      if (was !== "running" || cell.run?.state === "running") return;
      this.messages.speak(outcome(cell, index + 1));
    });
  }

  private between(after: string): HTMLElement {
    return this.adder("between", () => after);
  }

  private foot(): HTMLElement {
    const foot = el("div", { class: "cells-foot" }, el("p", { class: "quiet none" }, say("empty")));
    foot.append(this.adder("last", () => this.order.at(-1) ?? null));
    return foot;
  }

  private adder(kind: string, after: () => string | null): HTMLElement {
    const button = (type: CellType, words: string, hint: string) => {
      const add = () => this.choose(this.session.insert(type, after()), true);
      const made = el("button", {
        type: "button",
        class: "plain small",
        title: hint,
        onclick: add,
      });
      made.setAttribute("aria-label", hint);
      made.append(icon("add"), words);
      return made;
    };
    const code = button("code", say("add_code"), say("add_code_here"));
    const text = button("markdown", say("add_text"), say("add_text_here"));
    return el("div", { class: `adder ${kind}` }, code, text);
  }
}

function outcome(cell: Cell, n: number): string {
  const { run } = cell;
  const time = duration((run?.ended_at ?? 0) - (run?.started_at ?? run?.ended_at ?? 0));
  if (run?.state === "done") return say("said_done", { n, time });
  const error = cell.outputs.findLast((output) => output.output_type === "error");
  if (run?.state === "failed") return say("said_failed", { n, error: error?.ename ?? "" });
  return say("said_stopped", { n });
}
