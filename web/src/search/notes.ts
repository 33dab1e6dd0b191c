// What the box says beside its lines: what went wrong, what else was read, that nothing was found, and
// where a sum is wrong. Not for the lines (drawing.ts).
import { el } from "../lib/dom";
import type { Segments, WrongSum } from "./answers";
import { marked } from "./drawing";
import type { Section } from "./lines";
import { isCurrent, queryOf, type State, type Trouble } from "./state";
import { say } from "./words";

export type NoteEvents = { again(): void; everywhere(): void };

export function drawNotes(
  state: State,
  sections: readonly Section[],
  events: NoteEvents,
): HTMLElement[] {
  const { trouble, onlyCommands } = state;
  if (onlyCommands) return sections.length ? [] : [nothing("none_commands", state)];
  const notes = trouble ? [troubled(trouble, events)] : [];
  const wrong = wrongSum(state);
  if (wrong && !trouble) notes.push(drawWrong(wrong, queryOf(state)));
  if (state.answer && isCurrent(state) && !trouble) notes.push(...others(state));
  if (sections.length || trouble || wrong) return notes;
  return [...notes, ...withoutLines(state, events)];
}

function withoutLines(state: State, events: NoteEvents): HTMLElement[] {
  if (!isCurrent(state))
    return state.isSlow ? [el("p", { class: "box-note quiet" }, say("loading"))] : [];
  if (!queryOf(state)) return [el("p", { class: "box-note quiet" }, say("empty"))];
  const note = nothing(state.filters.length ? "none_filtered" : "none", state);
  if (state.filters.length) note.append(button(say("without_filters"), events.everywhere));
  return [note];
}

function nothing(word: "none" | "none_filtered" | "none_commands", state: State): HTMLElement {
  const text = short(state.text.trim() || queryOf(state));
  const hint = word === "none_commands" ? "none_commands_hint" : "none_hint";
  return el(
    "div",
    { class: "box-note none" },
    el("p", {}, say(word, { text })),
    el("p", { class: "quiet small" }, say(hint)),
  );
}

function troubled({ kind, message, hint }: Trouble, events: NoteEvents): HTMLElement {
  const text = kind === "offline" || kind === "signed_out" ? say(kind) : message || say(kind);
  const note = el(
    "div",
    { class: `notice box-trouble ${kind === "failed" ? "failed" : "waiting"}` },
    el("p", {}, `${text} ${hint}`.trim()),
  );
  if (kind === "signed_out") {
    const next = encodeURIComponent(location.pathname + location.search);
    note.append(el("a", { class: "button", href: `/login?next=${next}` }, say("sign_in")));
  } else if (kind !== "slow_down") note.append(button(say("again"), events.again));
  return note;
}

function others({ answer, filters }: State): HTMLElement[] {
  const notes = filters
    .filter(({ known }) => !known)
    .map(({ label }) => el("p", { class: "box-note small" }, say("unknown_filter", { label })));
  const reading = answer?.reading?.text;
  if (reading)
    notes.push(
      el("p", { class: "box-note quiet small" }, say("reading", { text: short(reading) })),
    );
  return notes;
}

/** The sum that is shown to be wrong, if one is. */
export function wrongSum({ answer, trouble }: State): WrongSum["error"] | null {
  const said = trouble ? null : answer?.answer;
  return said && "error" in said ? said.error : null;
}

// The typed sum with the place that is wrong underlined; `at` counts code points.
function drawWrong({ message, hint, at }: WrongSum["error"], query: string): HTMLElement {
  const note = el("div", { class: "box-wrong" });
  if (at !== null && query.length < 200) note.append(el("code", {}, ...marked(pointed(query, at))));
  note.append(el("p", {}, message));
  if (hint) note.append(el("p", { class: "quiet small" }, hint));
  return note;
}

function pointed(query: string, at: number): Segments {
  const letters = [...query];
  const here = Math.min(Math.max(at, 0), letters.length);
  return [
    [letters.slice(0, here).join(""), false],
    [letters[here] ?? " ", true],
    [letters.slice(here + 1).join(""), false],
  ];
}

function button(label: string, onclick: () => void): HTMLElement {
  return el("button", { type: "button", onclick }, label);
}

function short(text: string): string {
  const letters = [...text];
  return letters.length > 60 ? `${letters.slice(0, 60).join("")}…` : text;
}
