// The bar above the notebook: its title (a click renames it), its state in words, the menu; and below
// it, only when something is wrong, one sentence with the one thing to do.
import { el, need } from "../lib/dom";
import { postForm, Refusal } from "../lib/http";
import { hasEndedQuietly, kernelState, kernelTrouble, usageWords } from "./kernelwords";
import type { Session } from "./live/session";
import { queueOf } from "./live/state";
import { sentence } from "./serverwords";
import type { Messages } from "./toast";
import { say } from "./words";

type Problem = {
  text: string;
  action?: { label: string; run(): void };
  kind: "failed" | "waiting";
};
type Renamed = { title: string; path: string };
export type TopbarEvents = {
  restart(): void;
  showCell(id: string): void;
  renamed(path: string): void;
};

export class Topbar {
  private readonly state = el("button", { type: "button", class: "plain state", disabled: true });
  private readonly usage = el("a", { class: "usage quiet small", href: "/running/", hidden: true });
  private readonly saving = el("span", { class: "saving quiet small" });
  private readonly problem = el("div", { class: "problem", role: "alert" });
  private readonly title: HTMLElement;
  private shownProblem = "";
  private offlineSince = 0;
  private titleSeen = "";

  constructor(
    bar: HTMLElement,
    private readonly session: Session,
    private readonly messages: Messages,
    private readonly events: TopbarEvents,
    private readonly renameAt: string,
  ) {
    need(bar, ".notebook-state").append(this.state, this.usage, this.saving);
    bar.after(this.problem);
    this.title = need(bar, ".notebook-title");
    this.title.addEventListener("click", () => this.rename());
    this.state.addEventListener("click", () => {
      const running = queueOf(session.state.document).running;
      if (running) events.showCell(running.id);
    });
  }

  update(): void {
    const { state } = this.session;
    const { running } = queueOf(state.document);
    const words = stateWords(this.session);
    if (this.state.textContent !== words.text) {
      this.state.textContent = words.text;
      if (words.kind) this.messages.speak(words.text); // the end of a run is said with its time
    }
    this.state.dataset.kind = words.kind;
    this.state.disabled = !running;
    this.showUsage();
    this.saving.textContent = savingWords(this.session);
    const time = state.savedAt ? new Date(state.savedAt).toLocaleTimeString() : null;
    this.saving.title = time ? say("saved_at", { time }) : "";
    if (state.title && state.title !== this.titleSeen) this.showTitle(state.title);
    this.setWritable(state.writable);
    this.showProblem(this.findProblem());
  }

  private showUsage(): void {
    const { link, state } = this.session;
    const usage = link.state === "live" ? state.usage : null; // else it says what was
    this.usage.hidden = !usage;
    if (!usage) return;
    const { text, label, nearly } = usageWords(usage);
    if (this.usage.textContent === text) return;
    this.usage.textContent = text;
    this.usage.title = label;
    this.usage.setAttribute("aria-label", label);
    this.usage.classList.toggle("nearly", nearly);
  }

  private setWritable(writable: boolean): void {
    this.title.toggleAttribute("disabled", !writable);
    this.title.title = writable ? say("rename") : "";
  }

  private showTitle(title: string): void {
    this.titleSeen = title;
    this.title.textContent = title;
    const [, place] = document.title.split(" · ");
    document.title = place ? `${title} · ${place}` : title;
  }

  private showProblem(problem: Problem | null): void {
    const text = problem?.text ?? "";
    if (text === this.shownProblem) return;
    this.shownProblem = text;
    this.problem.replaceChildren();
    if (!problem) return;
    const notice = el("p", { class: `notice ${problem.kind}` }, el("span", {}, text));
    const { action } = problem;
    if (action)
      notice.append(el("button", { type: "button", onclick: () => action.run() }, action.label));
    this.problem.append(notice);
  }

  private findProblem(): Problem | null {
    const { link, state } = this.session;
    if (state.failure) {
      const action = { label: say("to_workspace"), run: () => location.assign("/service") };
      return { text: sentence(state.failure), kind: "failed", action };
    }
    if (link.state === "ended") return this.ended(link.code);
    if (link.state === "offline") {
      this.offlineSince ||= Date.now();
      const action = { label: say("try_now"), run: () => this.session.retry() };
      // A blink of the line is not worth a sentence.
      if (Date.now() - this.offlineSince < 1500) return null;
      return { text: say("offline_kept"), kind: "waiting", action };
    }
    this.offlineSince = 0;
    if (state.saveProblem) {
      return { text: sentence(state.saveProblem), kind: "failed" };
    }
    return this.kernelProblem();
  }

  private kernelProblem(): Problem | null {
    const { kernel, writable } = this.session.state;
    const trouble = kernelTrouble(kernel);
    if (!trouble) return null;
    const { text, kind, act } = trouble;
    if (!act || (act === "start_again" && !writable)) return { text, kind };
    const run = { start_again: () => this.events.restart(), see_running: toRunning }[act];
    return { text, kind, action: { label: say(act), run } };
  }

  private ended(code: number): Problem {
    const go = (to: string) => () => location.assign(to);
    if (code === 4001) {
      const login = `/login?next=${encodeURIComponent(location.pathname)}`;
      // At a classroom's device the door is the way (classroom/ending.ts), whatever is unsent.
      const isClassroom = document.querySelector("[data-module=classroom]") !== null;
      if (!this.session.hasUnsent && !isClassroom) location.assign(login);
      return {
        text: say("signed_out"),
        kind: "waiting",
        action: { label: say("sign_in"), run: go(login) },
      };
    }
    const action = { label: say("to_workspace"), run: go("/service") };
    return { text: say("gone"), kind: "failed", action };
  }

  // The title becomes a field; Enter or leaving it renames, Escape does not.
  private rename(): void {
    if (!this.session.state.writable) return;
    const before = this.title.textContent ?? "";
    const field = el("input", { class: "title-field", "aria-label": say("title"), maxlength: 200 });
    field.value = before;
    let ended = false;
    const end = (keep: boolean) => {
      if (ended) return;
      ended = true;
      field.replaceWith(this.title);
      const title = field.value.trim();
      if (keep && title && title !== before) void this.send(title, before);
    };
    field.addEventListener("blur", () => end(true));
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" || event.key === "Escape") {
        event.preventDefault(); // else the Enter would press the title, which gets the focus now
        end(event.key === "Enter");
        this.title.focus();
      }
    });
    this.title.replaceWith(field);
    field.select();
  }

  private async send(title: string, before: string): Promise<void> {
    this.showTitle(title);
    try {
      const answer = (await postForm(this.renameAt, { title })) as Renamed;
      this.showTitle(answer.title);
      this.events.renamed(answer.path);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.showTitle(before);
      const text = `${error.message || say("offline_action")} ${error.hint}`.trim();
      this.messages.show(text, undefined, "failed");
    }
  }
}

function toRunning(): void {
  location.assign("/running/");
}

/** What the notebook is doing, in words. */
export function stateWords(session: Session): { text: string; kind: string } {
  const { link, state } = session;
  if (link.state === "connecting") return { text: say("opening"), kind: "wait" };
  if (link.state !== "live") return { text: say("offline"), kind: "wait" };
  if (!state.writable) return { text: say("read_only"), kind: "" };
  if (state.kernel.state === "dead") {
    return { text: say("python_ended"), kind: hasEndedQuietly(state.kernel) ? "wait" : "fail" };
  }
  const { running, queued } = queueOf(state.document);
  if (running) {
    const n = state.document.order.indexOf(running.id) + 1;
    if (running.run?.asks) return { text: say("asks", { n }), kind: "wait" };
    const more = queued.length;
    return { text: say(more ? "running_more" : "running", { n, more }), kind: "busy" };
  }
  const kernel = kernelState(state.kernel);
  if (kernel) return { text: kernel, kind: "wait" };
  if (queued.length) return { text: say("waiting"), kind: "wait" };
  return { text: say("ready"), kind: "" };
}

function savingWords(session: Session): string {
  const { state } = session;
  if (!session.isLive || !state.writable) return "";
  if (state.saveProblem) return say("not_saved");
  return say(session.isSaved ? "saved" : "saving");
}
