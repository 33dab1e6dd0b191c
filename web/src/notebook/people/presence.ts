// Where everybody is in this notebook: feeds the editors with other people's cursors and the cells
// with marks, and tells the others where one is oneself. Not for the top bar's faces (faces.ts).
import { el } from "../../lib/dom";
import type { CellEditor } from "../editor/editor";
import type { Here, Visit } from "../live/protocol";
import type { Position } from "../live/versions";
import { Colours, comingAndGoing, initials, othersInWords, type Person, peopleOf } from "./people";
import { say } from "./peoplewords";

export type PresenceHost = {
  /** The cell that is chosen here, and what is known of cells by id. */
  chosen(): string | null;
  numberOf(cell: string): number;
  editorOf(cell: string): CellEditor | undefined;
  /** Somebody's cursor is in a cell without an editor: `made` is called when it has one. */
  editorMissing(): void;
  elementOf(cell: string): HTMLElement | undefined;
  /** Tell the others; nothing happens while the line is away. */
  tell(cell: string | null, version: number, anchor: number | null, head: number | null): void;
  speak(text: string): void;
};

type Told = { cell: string | null; position: Position | null };

const TELL_MS = 60; // at most 16 a second
const SPEAK_MS = 3000; // who comes and goes in this time is said in one sentence

export class Presence {
  people: readonly Person[] = [];
  /** Set by who shows them (faces.ts). */
  peopleChanged: (people: readonly Person[]) => void = () => {};
  private readonly colours = new Colours();
  private readonly places = new Map<string, Here & { moves: number }>();
  private readonly marks = new Map<string, HTMLElement>();
  private readonly dirty = new Set<string>();
  private told: Told | null = null;
  private tellTimer = 0;
  private speakTimer = 0;
  private frame = 0;
  private spoken: readonly Person[] = [];
  private me = "";

  constructor(private readonly host: PresenceHost) {
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** The list of who is here came; `me` is this page's own visit. */
  receivePeople(visits: readonly Visit[], me: string): void {
    this.me = me;
    const own = visits.find((one) => one.visit === me);
    this.people = peopleOf(visits, own?.person ?? "", this.colours);
    const here = new Set(visits.map((one) => one.visit));
    for (const [visit, place] of [...this.places]) {
      if (place.cell) this.dirty.add(place.cell); // a name or a colour may be another
      if (!here.has(visit)) this.places.delete(visit);
    }
    this.speakTimer ||= window.setTimeout(() => this.speak(), SPEAK_MS);
    this.redraw();
    this.peopleChanged(this.people);
  }

  /** Somebody's cursor is elsewhere. */
  receiveHere(here: Here): void {
    if (here.visit === this.me) return;
    const before = this.places.get(here.visit);
    const isSame = before?.cell === here.cell && before.head === here.head;
    const moves = (before?.moves ?? 0) + (isSame ? 0 : 1);
    this.places.set(here.visit, { ...here, moves });
    for (const cell of [before?.cell, here.cell]) if (cell) this.dirty.add(cell);
    this.redraw();
  }

  /** The line broke or came back: others say anew where they are, and so does one oneself. */
  lineChanged(isLive: boolean): void {
    this.told = null;
    this.look();
    if (isLive) return;
    for (const { cell } of this.places.values()) if (cell) this.dirty.add(cell);
    this.places.clear();
    this.redraw();
  }

  /** The cells were drawn: the chosen one may be another, and elements may be new. */
  drawn(): void {
    this.look();
    for (const { cell } of this.places.values()) {
      if (cell === null) continue;
      const element = this.host.elementOf(cell);
      if (!element || this.marks.get(cell)?.parentElement === element) continue;
      this.dirty.add(cell);
      this.redraw();
    }
  }

  /** A cell's editor or element was made: show who is in it. */
  made(cell: string): void {
    if ([...this.places.values()].every((place) => place.cell !== cell)) return;
    this.dirty.add(cell);
    this.redraw();
  }

  /** Whether somebody's cursor is in this cell. */
  isVisited(cell: string): boolean {
    return [...this.places.values()].some((place) => place.cell === cell && place.head !== null);
  }

  /** The cell in which `person` is, if any. */
  cellOf(person: Person): string | null {
    for (const visit of person.visits) {
      const cell = visit === this.me ? this.host.chosen() : this.places.get(visit)?.cell;
      if (cell) return cell;
    }
    return null;
  }

  /** One may have moved oneself: the others learn it in a moment. */
  look(): void {
    this.tellTimer ||= window.setTimeout(() => {
      this.tellTimer = 0;
      this.tell();
    }, TELL_MS);
  }

  private tell(): void {
    const cell = document.visibilityState === "visible" ? this.whereIAm() : null;
    const editor = cell === null ? undefined : this.host.editorOf(cell);
    const position = editor?.view.hasFocus ? editor.position() : null;
    if (this.told?.cell === cell && this.isExpected(this.told.position, position, editor)) return;
    this.told = { cell, position };
    const { anchor = null, head = null, version = 0 } = position ?? {};
    this.host.tell(cell, version, anchor, head);
  }

  // The chosen cell once the focus was in it; a menu or a panel is not another place.
  private whereIAm(): string | null {
    const chosen = this.host.chosen();
    if (chosen === null) return null;
    const isIn = this.host.elementOf(chosen)?.contains(document.activeElement);
    const before = this.told?.cell ?? null;
    return isIn ? chosen : before !== null && this.host.elementOf(before) ? before : null;
  }

  // Typing moves a cursor in the same way on every page: then there is nothing to tell.
  private isExpected(
    told: Position | null,
    now: Position | null,
    editor: CellEditor | undefined,
  ): boolean {
    if (!told || !now || !editor) return told === now;
    const there = editor.expected(told);
    return there !== null && there.anchor === now.anchor && there.head === now.head;
  }

  private redraw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      const cells = [...this.dirty];
      this.dirty.clear();
      for (const cell of cells) this.draw(cell);
    });
  }

  private draw(cell: string): void {
    const inside = [...this.places.values()].filter((place) => place.cell === cell);
    const visitors = inside.flatMap((place) => {
      const person = this.personOf(place.visit);
      const { visit, version, anchor, head, moves } = place;
      if (!person || anchor === null || head === null) return [];
      return [{ visit, version, anchor, head, moves, name: person.name, colour: person.colour }];
    });
    const editor = this.host.editorOf(cell);
    if (editor) editor.show(visitors);
    else if (visitors.length) this.host.editorMissing();
    const people = inside.flatMap((place) => this.personOf(place.visit) ?? []);
    this.mark(cell, [...new Set(people)]);
  }

  private mark(cell: string, people: readonly Person[]): void {
    const element = this.host.elementOf(cell);
    const known = this.marks.get(cell);
    if (!people.length || !element) {
      known?.remove();
      this.marks.delete(cell);
      return;
    }
    const mark = known ?? el("div", { class: "here-marks", role: "img" });
    this.marks.set(cell, mark);
    const names = people.map((person) => person.name).join(", ");
    mark.setAttribute("aria-label", say("marks", { names }));
    mark.className = `here-marks person-${people[0]?.colour}`;
    mark.replaceChildren(...people.slice(0, 3).map((person) => face(person)));
    if (mark.parentElement !== element) element.append(mark);
  }

  private personOf(visit: string): Person | undefined {
    return this.people.find((person) => person.visits.includes(visit));
  }

  private speak(): void {
    this.speakTimer = 0;
    const isFirst = this.spoken.length === 0;
    const others = othersInWords(this.people);
    const text = isFirst ? others && say("here", { names: others }) : this.news();
    this.spoken = this.people;
    if (text) this.host.speak(text);
  }

  private news(): string {
    return comingAndGoing(this.spoken, this.people);
  }
}

/** Somebody's round mark. Those around it say the name. */
export function face(person: Person): HTMLElement {
  const attributes = { class: `face person-${person.colour}`, "aria-hidden": "true" };
  const mark = el("span", attributes);
  mark.dataset.initials = initials(person.name); // drawn by the style: no text to read twice
  return mark;
}
