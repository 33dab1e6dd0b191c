// The runs of a cell, or of the whole notebook, in a dialog: when, who, how it ended, what ran.
import { openDialog } from "../lib/dialog";
import { el } from "../lib/dom";
import { duration } from "../notebook/words";
import { type Asking, type Run, wordsOf } from "./asking";
import { clock, dayOf, exact, type People } from "./state";
import { say } from "./words";

/** Shows the runs of `cell` ("" for all) under `title`. */
export async function showRuns(asking: Asking, cell: string, title: string): Promise<void> {
  const list = el("ol", { class: "runs", tabindex: 0, "aria-label": title });
  const dialog = el(
    "dialog",
    { class: "sheet runs-sheet", "aria-label": title },
    el(
      "form",
      { method: "dialog", class: "stack" },
      el("h2", { tabindex: -1, autofocus: true }, title),
      list,
      el("div", { class: "row sheet-buttons" }, el("button", { class: "primary" }, say("close"))),
    ),
  );
  openDialog(dialog);
  try {
    const { runs, people } = await asking.runs(cell);
    list.append(...runs.map((run) => runElement(asking, run, people)));
    if (!runs.length) list.replaceWith(el("p", { class: "quiet" }, say("runs_none")));
  } catch (error) {
    list.replaceWith(el("p", { class: "notice failed", role: "alert" }, wordsOf(error)));
  }
}

function runElement(asking: Asking, run: Run, people: People): HTMLElement {
  const at = run.started_at ?? run.queued_at;
  const time = el("time", { title: exact(at) }, `${dayOf(at)} ${clock(at)}`);
  const who = run.by ? (people[run.by]?.name ?? say("somebody")) : "";
  const took = run.started_at === null ? "" : duration(run.ended_at - run.started_at);
  const about = [run.error, took, who].filter(Boolean).join(" · ");
  const count = run.count === null ? "" : `[${run.count}]`;
  const state = el(
    "span",
    { class: "run-state", "data-state": run.state },
    say(`run_${run.state}`),
  );
  const text = el("pre", { class: "run-text" });
  const details = el("details", {}, el("summary", {}, say("run_text")), text);
  details.addEventListener("toggle", () => void fill(asking, run.source, text), { once: true });
  const head = el("span", { class: "run-head" }, time, " ", state, count && ` ${count}`);
  return el("li", {}, head, about && el("span", { class: "quiet small" }, about), details);
}

async function fill(asking: Asking, digest: string, text: HTMLElement): Promise<void> {
  try {
    text.textContent = await asking.source(digest);
  } catch (error) {
    text.textContent = wordsOf(error);
  }
}
