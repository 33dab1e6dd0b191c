// Other people's cursors and selections in one editor: drawn in layers over and under the text, never
// in it, so that they disturb neither composing nor reading. Not for who these people are (people.ts).
import {
  type ChangeDesc,
  EditorSelection,
  type Extension,
  StateEffect,
  StateField,
  Transaction,
} from "@codemirror/state";
import {
  type EditorView,
  type LayerMarker,
  layer,
  RectangleMarker,
  type ViewUpdate,
} from "@codemirror/view";
import { el } from "../../lib/dom";

/** A cursor at positions of this editor's own text. `moves` counts up when its person moved it. */
export type RemoteCursor = {
  visit: string;
  name: string;
  colour: number; // 1…8, the design's --person-N
  anchor: number;
  head: number;
  moves: number;
};

/** Takes the place of all cursors that were known. */
export const setCursors = StateEffect.define<readonly RemoteCursor[]>();

/** The cursors, moved along with every change of the text. */
export const cursorField = StateField.define<readonly RemoteCursor[]>({
  create: () => [],
  update(cursors, transaction) {
    for (const effect of transaction.effects) if (effect.is(setCursors)) return effect.value;
    if (!transaction.docChanged || cursors.length === 0) return cursors;
    // What others typed at a cursor was most likely typed by its person; what is typed here was not.
    const side = transaction.annotation(Transaction.remote) ? 1 : -1;
    return cursors.map((cursor) => moved(cursor, transaction.changes, side));
  },
});

function moved(cursor: RemoteCursor, changes: ChangeDesc, side: 1 | -1): RemoteCursor {
  const anchor = changes.mapPos(cursor.anchor, side);
  const head = changes.mapPos(cursor.head, side);
  return anchor === cursor.anchor && head === cursor.head ? cursor : { ...cursor, anchor, head };
}

/** Whether nothing would be drawn differently. */
export function isSame(a: readonly RemoteCursor[], b: readonly RemoteCursor[]): boolean {
  const keys = ["visit", "name", "colour", "anchor", "head", "moves"] as const;
  return (
    a.length === b.length && a.every((one, i) => keys.every((key) => one[key] === b[i]?.[key]))
  );
}

/** What an editor needs to show other people; added when the first of them comes. */
export function remoteCursors(): Extension {
  return [
    cursorField,
    layer({
      above: false,
      class: "cm-people-selections",
      update: hasMoved,
      markers: (view) => view.state.field(cursorField).flatMap((c) => selectionOf(view, c)),
    }),
    layer({
      above: true,
      class: "cm-people",
      update: hasMoved,
      markers: (view) => view.state.field(cursorField).flatMap((c) => caretOf(view, c)),
    }),
  ];
}

function hasMoved(update: ViewUpdate): boolean {
  const before = update.startState.field(cursorField, false);
  return update.docChanged || update.geometryChanged || before !== update.state.field(cursorField);
}

function selectionOf(view: EditorView, cursor: RemoteCursor): readonly LayerMarker[] {
  const { length } = view.state.doc;
  const range = EditorSelection.range(
    Math.min(cursor.anchor, length),
    Math.min(cursor.head, length),
  );
  if (range.empty) return [];
  return RectangleMarker.forRange(view, `cm-person-selection person-${cursor.colour}`, range);
}

function caretOf(view: EditorView, cursor: RemoteCursor): readonly LayerMarker[] {
  const { doc } = view.state;
  const head = Math.min(cursor.head, doc.length);
  const [box] = RectangleMarker.forRange(view, "", EditorSelection.cursor(head));
  if (!box) return []; // outside what is drawn
  const line = doc.lineAt(head).number;
  // The editor cuts off what stands out of it: the name goes where there is a line.
  const room = line > 1 ? "above" : line < doc.lines ? "below" : "beside";
  const turned = box.left > view.scrollDOM.clientWidth / 2 ? "turned" : "";
  return [new Caret(box, cursor, `${room} ${turned}`)];
}

// One thin line with a dot on top; its name shows when it moves, and while the pointer is on the dot.
class Caret implements LayerMarker {
  constructor(
    private readonly box: RectangleMarker,
    private readonly cursor: RemoteCursor,
    private readonly room: string,
  ) {}

  eq(other: Caret): boolean {
    const { box, cursor, room } = this;
    return (
      other.room === room &&
      other.box.left === box.left &&
      other.box.top === box.top &&
      other.box.height === box.height &&
      other.cursor.visit === cursor.visit &&
      other.cursor.moves === cursor.moves &&
      other.cursor.name === cursor.name &&
      other.cursor.colour === cursor.colour
    );
  }

  draw(): HTMLElement {
    const dot = el("span", { class: "cm-person-dot" });
    const name = el("span", { class: "cm-person-name" }, this.cursor.name);
    const caret = el("div", {}, dot, name);
    this.place(caret);
    return caret;
  }

  update(dom: HTMLElement, old: Caret): boolean {
    const { visit, name, moves } = this.cursor;
    if (old.cursor.visit !== visit || old.cursor.name !== name) return false;
    this.place(dom);
    if (old.cursor.moves !== moves) showAgain(dom.lastElementChild);
    return true;
  }

  private place(dom: HTMLElement): void {
    dom.className = `cm-person person-${this.cursor.colour} ${this.room}`;
    dom.style.left = `${this.box.left}px`;
    dom.style.top = `${this.box.top}px`;
    dom.style.height = `${this.box.height}px`;
  }
}

function showAgain(name: Element | null | undefined): void {
  for (const animation of name?.getAnimations?.() ?? []) {
    animation.cancel();
    animation.play();
  }
}
