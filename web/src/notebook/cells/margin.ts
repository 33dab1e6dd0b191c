// A cell's left margin: the button that runs or stops it, its place in the line, the time it took, and
// whether its code is another now.
import { el } from "../../lib/dom";
import { language, ordinal } from "../../lib/words";
import { shownKeys } from "../commands/keys";
import { icon } from "../icons";
import type { Cell, Run } from "../live/protocol";
import { duration, say } from "../words";

// Made once: each one made anew costs more than all the rest of a margin.
const WHEN = new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" });

// `held`: the notebook's kernel waits for its place, so a cell's place among its own says little.
export type RunInfo = {
  number: number;
  asked: boolean;
  held: boolean;
  place: number;
  writable: boolean;
  /** Who ran it, when that was somebody else: a name, or "". */
  runner: string;
};
type MarginEvents = { run(): void; stop(): void };

export class Margin {
  readonly element = el("div", { class: "margin" });
  private readonly button = el("button", { type: "button", class: "plain run-button" });
  private readonly note = el("span", { class: "run-note" });
  private stops = false;
  private timer = 0;
  private seenAt = 0; // when this page saw the run begin: server and page may differ in time

  constructor(events: MarginEvents) {
    this.button.addEventListener("click", () => (this.stops ? events.stop() : events.run()));
    this.element.append(this.button, this.note);
  }

  update(cell: Cell, info: RunInfo): void {
    const state = info.asked && cell.run?.state !== "running" ? "queued" : (cell.run?.state ?? "");
    this.stops = state === "running" || state === "queued";
    this.button.hidden = cell.type !== "code" || !info.writable;
    const words = say(this.stops ? "stop_cell" : "run_cell", { n: info.number });
    this.button.setAttribute("aria-label", words);
    this.button.title = this.stops ? words : `${words} (${shownKeys("run")})`;
    this.button.replaceChildren(icon(this.stops ? "stop" : "run"));
    this.element.dataset.state = state;
    this.element.classList.toggle("stale", isStale(cell));
    this.tick(state === "running" ? cell.run : null);
    if (state !== "running") this.write(...noteOf(state, cell, info));
  }

  private tick(run: Run | null): void {
    if (!run) {
      clearInterval(this.timer);
      this.timer = 0;
      return;
    }
    if (this.timer) return;
    const late = Date.now() - (run.started_at ?? Date.now());
    this.seenAt = Date.now() - (late > 2000 ? late : 0);
    const show = () => {
      const passed = Date.now() - this.seenAt;
      this.write(passed < 1000 ? "" : duration(Math.floor(passed / 1000) * 1000).replace(".0", ""));
    };
    show();
    this.timer = window.setInterval(show, 1000);
  }

  private write(text: string, title = ""): void {
    this.note.textContent = text;
    this.note.title = title;
  }
}

/** Whether the code was changed after it ran, so that its output may be that of other code. */
export function isStale({ run, type, version }: Cell): boolean {
  if (type !== "code" || !run || run.state === "queued" || run.state === "running") return false;
  return run.version !== undefined && version > run.version;
}

function noteOf(state: string, cell: Cell, info: RunInfo): [string, string] {
  const { run } = cell;
  if (state === "queued") {
    if (!info.place) return ["…", say("asked")];
    const who = info.runner ? ` · ${info.runner}` : "";
    if (info.held) return ["…", say("waits_kernel") + who];
    return [ordinal(info.place), say("waits", { n: info.place }) + who];
  }
  if (!run) return ["", ""];
  const more = [info.runner && say("ran_by", { name: info.runner }), isStale(cell) && say("stale")];
  const facts = (...first: string[]) => [...first, ...more].filter(Boolean).join(" · ");
  if (state === "interrupted") return [say("stopped"), facts()];
  if (state === "lost") return [say("lost"), facts(say("cut"))];
  const time = duration((run.ended_at ?? 0) - (run.started_at ?? run.ended_at ?? 0));
  const when = run.ended_at ? WHEN.format(run.ended_at) : "";
  return [time, facts(say("took", { time }), when)];
}
