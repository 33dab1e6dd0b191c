// The elements of the box's list, chips and notes. All text from the server becomes text nodes.
import { el, svg } from "../lib/dom";
import { ago } from "../lib/words";
import type { Filter, Segments } from "./answers";
import type { Act, Line, Section, SectionKind } from "./lines";
import { say } from "./words";

export type LineEvents = {
  take(line: Line, act: Act, event: MouseEvent): void;
  forget(text: string): void;
};

const DRAWINGS: Record<SectionKind, string> = {
  notebooks: "M6 3h11a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H6zM9.5 3v18",
  cells: "M4 5h16v14H4zM8 10l3 2-3 2M13 14h3",
  files: "M7 3h7l5 5v13H7zM14 3v5h5",
  people: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c1-4 4-5 7-5s6 1 7 5",
  workspaces: "M4 6h6l2 2h8v11H4z",
  python: "M9 8l-5 4 5 4M15 8l5 4-5 4",
  sum: "M5 9h14M5 15h14",
  commands:
    "M8 8h8v8H8zM8 8H6a2 2 0 1 1 2-2zM16 8V6a2 2 0 1 1 2 2zM16 16h2a2 2 0 1 1-2 2zM8 16v2a2 2 0 1 1-2-2z",
  recent: "M12 7v5l3 2M12 21a9 9 0 1 0-9-9M3 7v5h5",
  words: "M11 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM16 16l4 4",
};
const LONG_SUM = 26; // characters: a longer answer is written smaller
const SHOWN_AT_ONCE = 300; // characters of one title; the line cuts it anyway

/** The address of the line with this place in the list, for aria-activedescendant. */
export function optionId(at: number): string {
  return `box-line-${at}`;
}

/** `defaultKey`: the line that Enter takes while none is marked. */
export function drawSections(
  sections: readonly Section[],
  defaultKey: string | null,
  isEmpty: boolean,
  events: LineEvents,
): HTMLElement[] {
  let at = 0;
  return sections.map((section) => {
    const title = section.kind === "notebooks" && isEmpty ? "last_notebooks" : section.kind;
    const id = `box-section-${section.kind}`;
    const heading = el("div", { class: "box-heading", id }, say(title));
    if (section.more) heading.append(el("span", {}, say("and_more")));
    const lines = section.lines.map((line) => {
      const element = drawLine(line, optionId(at), events);
      element.classList.toggle("default", line.key === defaultKey);
      at += 1;
      return element;
    });
    const attributes = {
      role: "group",
      "aria-labelledby": id,
      class: "box-section",
      "data-kind": section.kind,
    };
    return el("div", attributes, heading, ...lines);
  });
}

function drawLine(line: Line, id: string, events: LineEvents): HTMLElement {
  const [first] = line.acts;
  const onclick = (event: Event) => first && events.take(line, first, event as MouseEvent);
  const element = el(
    "div",
    {
      role: "option",
      id,
      class: "box-option",
      "data-key": line.key,
      "aria-selected": "false",
      onclick,
    },
    drawing(line.kind),
    el(
      "div",
      { class: "box-words" },
      el("div", { class: isLong(line) ? "box-title long" : "box-title" }, ...marked(line.title)),
      line.passage && el("div", { class: "box-passage" }, ...marked(line.passage)),
    ),
    about(line),
    el("div", { class: "box-acts" }, ...line.acts.map((act, at) => drawAct(line, act, at, events))),
  );
  const { forgets } = line;
  if (forgets !== null) element.append(forgetter(forgets, events));
  return element;
}

function isLong({ title }: Line): boolean {
  return title.reduce((length, [text]) => length + text.length, 0) > LONG_SUM;
}

function about({ where, changed, keys }: Line): HTMLElement | null {
  if (!where && changed === null && !keys) return null;
  const time =
    changed !== null && el("time", { title: new Date(changed).toLocaleString() }, ago(changed));
  return el(
    "div",
    { class: "box-about" },
    where && el("span", {}, where),
    time,
    keys && el("kbd", {}, keys),
  );
}

// What the keys do here, said at the line's right end; a press on it does that.
function drawAct(line: Line, act: Act, at: number, events: LineEvents): HTMLElement {
  const onclick = (event: Event) => {
    event.stopPropagation();
    events.take(line, act, event as MouseEvent);
  };
  const keys = at === 0 ? "↵" : "⇧↵";
  const attributes = { class: "box-act", "data-act": act.label, onclick };
  return el("span", attributes, say(act.label), el("kbd", { "aria-hidden": "true" }, keys));
}

// For pointers only: a key does it too (Shift+Delete), and an option holds no buttons.
function forgetter(text: string, events: LineEvents): HTMLElement {
  const onclick = (event: Event) => {
    event.stopPropagation();
    events.forget(text);
  };
  const attributes = { class: "box-forget", "aria-hidden": "true", title: say("forget"), onclick };
  return el("span", attributes, cross());
}

/** Text with what was found in it marked. */
export function marked(segments: Segments): (Node | string)[] {
  let left = SHOWN_AT_ONCE;
  return segments.flatMap(([text, isMarked]) => {
    const shown = text.slice(0, left);
    left -= shown.length;
    if (!shown) return [];
    return [isMarked ? el("mark", {}, shown) : shown];
  });
}

/** `isAlone`: there is room to say what kind of filter it is; screen readers are always told. */
export function drawChip(filter: Filter, isAlone: boolean, remove: () => void): HTMLElement {
  const { key, label, known } = filter;
  const chip = removable(label, remove, say(`filter_${key}`));
  if (!isAlone) chip.querySelector(".quiet")?.classList.add("visually-hidden");
  chip.classList.toggle("unknown", !known);
  return chip;
}

/** A word in the field's line that a press takes away; `about` says quietly what kind it is. */
export function removable(label: string, remove: () => void, about = ""): HTMLElement {
  return el(
    "button",
    { type: "button", class: "box-chip", onclick: remove },
    el("span", { class: "visually-hidden" }, `${say("unfilter")} `),
    about && el("span", { class: "quiet" }, `${about} `),
    el("span", { class: "box-chip-label" }, label),
    cross(),
  );
}

function drawing(kind: SectionKind): SVGElement {
  return svg(
    "svg",
    { class: "box-icon", viewBox: "0 0 24 24", "aria-hidden": "true" },
    svg("path", { d: DRAWINGS[kind] }),
  );
}

function cross(): SVGElement {
  return svg(
    "svg",
    { class: "box-cross", viewBox: "0 0 16 16", "aria-hidden": "true" },
    svg("path", { d: "M4 4l8 8M12 4l-8 8" }),
  );
}
