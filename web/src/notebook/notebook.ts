// The notebook on the page: its cells in order, which one is chosen, and one drawing per frame of the
// screen however many events came. Not for what commands do (commands.ts).
import { el } from "../lib/dom";
import { adder, foot } from "./cells/adder";
import { type CellHost, CellView } from "./cells/cell";
import { CellList } from "./cells/celllist";
import { Dragging } from "./cells/dragging";
import { LineNumbers } from "./cells/linenumbers";
import { RunReport } from "./cells/runreport";
import { extended, only, type Selection, selectedIn, whole } from "./cells/selection";
import { moveBehind, targets } from "./commands/cellcommands";
import { perform } from "./commands/commands";
import { type CommandName, KeyReader } from "./commands/keys";
import { CellEditor } from "./editor/editor";
import type { Cell, CellType } from "./live/protocol";
import type { Session } from "./live/session";
import { queueOf } from "./live/state";
import { OutputBox } from "./outputs/outputbox";
import type { OutputPlaces } from "./outputs/outputs";
import type { Panels } from "./panels/panel";
import { assistanceOf, companyOf } from "./people/company";
import type { Presence } from "./people/presence";
import type { Locate } from "./text/sanitise";
import type { Messages } from "./toast";
import { say } from "./words";

const FRAME_MS = 1000 / 60;
// What has keys of its own; and the keys that the browser turns into events of its own.
const OWN_KEYS = "dialog, input, textarea, select, [contenteditable], [role=menu], .cm-editor";
const NATIVE = new Set<CommandName>(["cut", "copy", "paste_below"]);

export type NotebookAddresses = {
  places: OutputPlaces;
  download: string;
  locate: Locate;
  /** What the page asks the server about this notebook stands behind this. */
  ajax: string;
  /** Where a file beside the notebook goes, or null. */
  upload: string | null;
};

export class Notebook {
  readonly element = el("div", { class: "notebook" });
  readonly lines: LineNumbers;
  /** Called after each drawing. */
  readonly followers = new Set<() => void>();
  /** Called with the cell whose editor was made. */
  readonly editorMade = new Set<(id: string) => void>();
  /** People's names by their id, as far as this page has heard them. */
  readonly names = new Map<string, string>();
  /** Who is here and where. */
  readonly company: Presence;
  private awaited: { id: string; choose(): void } | null = null;
  private selection: Selection | null = null;
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
    readonly panels: Panels,
    private readonly drawn: () => void,
  ) {
    this.company = companyOf(this);
    this.list = new CellList({
      make: (cell, element) => this.make(cell, element),
      isVisited: (id) => this.company.isVisited(id),
      forgotten: (id, hadFocus) => this.forgotten(id, hadFocus),
    });
    new Dragging(
      this.list.element,
      {
        cells: () => [...this.list.element.querySelectorAll<HTMLElement>(":scope > .cell")],
        taken: (id) => targets(this, id),
        dropped: (ids, after) => moveBehind(this, ids, after),
      },
      () => this.session.state.writable,
    );
    this.report = new RunReport((text) => messages.speak(text));
    this.element.append(
      this.list.element,
      foot((type) => this.add(type, this.order.at(-1))),
    );
    this.lines = new LineNumbers(session.texts, () => {
      for (const view of this.list.built()) view.renumber();
    });
    this.list.element.addEventListener("mousedown", (event) => this.pointed(event), true);
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  /** The cell that keys act on first. */
  get chosen(): string | null {
    return this.selection?.head ?? null;
  }

  /** The chosen cells in order; more than one after Shift with an arrow or a click. */
  get selected(): string[] {
    return this.selection ? selectedIn(this.order, this.selection) : [];
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
    if (this.chosen === null && this.order[0]) this.selection = only(this.order[0]);
    const selected = new Set(this.selected);
    const places = new Map(queueOf(shown).queued.map((cell, i) => [cell.id, i + 1]));
    this.list.draw(shown, (cell, index) => {
      const asked = this.session.isAsked(cell.id);
      const place = places.get(cell.id) ?? 0;
      const chosen = cell.id === this.chosen;
      const among = selected.size > 1 && selected.has(cell.id);
      const runner = this.runnerOf(cell);
      return { number: index + 1, asked, held, place, writable, chosen, among, runner };
    });
    OutputBox.settle();
    this.element.classList.toggle("empty", this.order.length === 0);
    this.element.classList.toggle("writable", writable);
    this.report.update(shown);
    this.drawn();
    const { awaited } = this;
    if (awaited && shown.cells.has(awaited.id)) queueMicrotask(awaited.choose);
    for (const follow of this.followers) follow();
  }

  /** Choose a cell and give it the focus, to type in it or not. */
  choose(id: string, typing: boolean, at?: "start" | "end"): void {
    this.awaited = null;
    this.selection = only(id);
    this.draw();
    if (typing) this.view(id)?.edit(at ?? "kept");
    else this.view(id)?.choose();
  }

  /** The same for a cell that the broker is about to make, unless another is chosen meanwhile. */
  chooseSoon(id: string, typing: boolean, at?: "start" | "end"): void {
    if (this.cell(id)) this.choose(id, typing, at);
    else this.awaited = { id, choose: () => this.choose(id, typing, at) };
  }

  /** Choose cells that stand together, from the first to the last of `ids`. */
  chooseAll(ids: readonly string[]): void {
    const [anchor, head] = [ids[0], ids.at(-1)];
    if (anchor !== undefined && head !== undefined) this.select({ anchor, head });
  }

  /** Let the selection grow or shrink by a cell. */
  extend(by: -1 | 1): void {
    if (this.selection) this.select(extended(this.order, this.selection, by));
  }

  selectAll(): void {
    const all = whole(this.order);
    if (all) this.select(all, false);
  }

  focusChosen(): void {
    this.draw();
    this.view(this.chosen)?.choose();
  }

  private select(selection: Selection, follow = true): void {
    this.selection = selection;
    this.draw();
    if (follow) this.view(selection.head)?.choose();
    else this.view(selection.head)?.element.focus({ preventScroll: true });
    const n = this.selected.length;
    if (n > 1) this.messages.speak(say("selected", { n }));
  }

  /** Say that `count` cells are deleted, with the way back, until it is taken. */
  offerUndo(count: number, undo: (() => void) | null): void {
    this.closeUndo?.();
    const text = say(count > 1 ? "deleted_many" : "deleted", { n: count });
    this.closeUndo = undo && this.messages.show(text, { label: say("undo"), run: undo });
  }

  perform(command: CommandName, id: string | null = this.chosen): void {
    perform(this, command, id);
  }

  // A cell's own button chooses the cell first, unless it is among the chosen ones.
  private performAt(command: CommandName, id: string): void {
    if (!this.selected.includes(id)) this.selection = only(id);
    this.perform(command, id);
  }

  private make(cell: Cell, element: HTMLElement): CellView {
    const host: CellHost = {
      places: this.addresses.places,
      locate: this.addresses.locate,
      perform: (command, id) => this.performAt(command, id),
      focused: (id, typing) => this.focused(id, typing),
      makeEditor: (current, events) => this.makeEditor(current, events.focused),
      releaseEditor: (id) => this.session.texts.release(id),
      numbered: (id) => this.lines.shownIn(id),
    };
    const view = new CellView(cell, host, element);
    view.element.append(adder("between", (type) => this.add(type, cell.id)));
    return view;
  }

  /** The cell's editor, made when it has none yet: its text can be changed unseen. */
  editorOf(id: string): CellEditor {
    const cell = this.cell(id);
    if (!cell) throw new RangeError(id);
    return this.makeEditor(cell, () => this.focused(id, true));
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
      assistance: assistanceOf(this, id),
      events: {
        moved: () => this.company.look(),
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
    if (this.lines.shownIn(id)) editor.setLineNumbers(true);
    this.company.made(id);
    for (const made of this.editorMade) made(id);
    return editor;
  }

  /** Somebody is in cells that may have no editor yet. */
  lookForEditors(): void {
    this.list.look();
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
    const command = this.keys.read(event, event.timeStamp, true);
    if (!command) return false;
    event.preventDefault();
    event.stopPropagation();
    this.perform(command);
    return true;
  }

  // Letters are commands where nothing else wants them; keys with Ctrl or Alt also on a button.
  private pressed(event: KeyboardEvent): void {
    const target = event.target as Element;
    if (event.defaultPrevented || event.isComposing) return;
    const isFree = target === document.body || target.classList.contains("cell");
    if (!isFree && target.closest(OWN_KEYS)) return;
    const command = this.keys.read(event, event.timeStamp, !isFree);
    if (!command || (!isFree && command === "leave")) return;
    if (NATIVE.has(command) && (event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.perform(command);
  }

  // Shift and a click choose everything between; inside the cell that is typed in it selects text.
  private pointed(event: MouseEvent): void {
    const cell = (event.target as Element).closest<HTMLElement>(".cell");
    const id = cell?.dataset.cell;
    if (!event.shiftKey || event.button !== 0 || !id || !this.selection) return;
    if (id === this.chosen && this.selected.length < 2) return;
    event.preventDefault();
    event.stopPropagation();
    this.select({ anchor: this.selection.anchor, head: id }, false);
  }

  private focused(id: string, typing = false): void {
    if (this.chosen === id) {
      if (typing && this.selected.length > 1) this.selection = only(id);
      this.changed();
      return;
    }
    const before = this.view(this.chosen);
    const cell = this.cell(this.chosen);
    this.selection = only(id);
    // A text that was left is shown as it reads.
    if (cell?.type === "markdown" && this.session.texts.get(cell.id)?.text.trim()) before?.render();
    this.changed();
  }

  // Whoever ran it, by name, when that was not this person.
  private runnerOf({ run }: Cell): string {
    if (!run?.by || run.by === this.session.state.me?.person) return "";
    return this.names.get(run.by) ?? say("someone");
  }

  private forgotten(id: string, hadFocus: boolean): void {
    if (this.chosen === id) this.selection = null;
    if (hadFocus && this.chosen === null) document.body.focus();
  }

  private add(type: CellType, after: string | undefined): void {
    this.choose(this.session.insert(type, after ?? null), true);
  }
}
