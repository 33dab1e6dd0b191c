// A JSON value as a tree that opens branch by branch: keyboard and screen reader come with <details>.
// A branch is drawn when it is first opened, a hundred entries at a time.
import { el } from "../../lib/dom";
import { say } from "./outputwords";

const AT_ONCE = 100;
const OPEN_ENTRIES = 20; // a small value stands open from the start
const LONGEST_TEXT = 300;

/** The tree of a parsed JSON value. */
export function jsonTree(value: unknown): HTMLElement {
  const box = el("div", { class: "json-tree", role: "group", "aria-label": say("tree_name") });
  box.append(node(null, value, entriesOf(value).length <= OPEN_ENTRIES));
  return box;
}

type Entry = [string, unknown];

function entriesOf(value: unknown): Entry[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value);
}

function node(key: string | null, value: unknown, open: boolean): HTMLElement {
  const name = key === null ? null : el("span", { class: "json-key" }, `${key}: `);
  if (typeof value !== "object" || value === null)
    return el("div", { class: "json-leaf" }, name, leaf(value));
  const entries = entriesOf(value);
  if (entries.length === 0)
    return el("div", { class: "json-leaf" }, name, Array.isArray(value) ? "[]" : "{}");
  const details = el("details", { open });
  const count = el("span", { class: "quiet" }, say("tree_items", { n: entries.length }));
  const kind = Array.isArray(value) ? "[…] " : "{…} ";
  details.append(el("summary", {}, name, el("span", { class: "json-kind" }, kind), count));
  const branch = el("div", { class: "json-branch" });
  details.append(branch);
  const draw = () => {
    if (!branch.firstChild) drawMore(branch, entries, 0);
  };
  details.addEventListener("toggle", () => details.open && draw());
  if (open) draw();
  return details;
}

function drawMore(branch: HTMLElement, entries: Entry[], from: number): void {
  const next = entries.slice(from, from + AT_ONCE);
  branch.append(...next.map(([key, value]) => node(key, value, false)));
  const rest = entries.length - from - next.length;
  if (rest <= 0) return;
  const more = el(
    "button",
    { type: "button", class: "plain small" },
    say("tree_more", { n: rest }),
  );
  more.addEventListener("click", () => {
    more.remove();
    const place = branch.childElementCount;
    drawMore(branch, entries, from + AT_ONCE);
    branch.children[place]?.querySelector<HTMLElement>("summary, button")?.focus();
  });
  branch.append(more);
}

function leaf(value: unknown): HTMLElement {
  const text = JSON.stringify(value) ?? "null";
  const kind = value === null ? "null" : typeof value;
  const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  const span = el("span", { class: `json-${kind}` }, short);
  if (short !== text) {
    const all = el("button", { type: "button", class: "plain small" }, "…");
    all.setAttribute("aria-label", say("tree_more", { n: text.length - LONGEST_TEXT }));
    all.addEventListener("click", () => {
      span.textContent = text;
      all.remove();
    });
    return el("span", {}, span, all);
  }
  return span;
}
