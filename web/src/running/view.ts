// The page of kernels: what runs now, kept up to date while somebody looks, and a way to stop it.
import "../../styles/sheets.css";
import "../../styles/running.css";
import { confirmed } from "../lib/dialog";
import { el } from "../lib/dom";
import { getJson, postForm, Refusal } from "../lib/http";
import { prop } from "../lib/props";
import { MachineView } from "./machine";
import { put, Row } from "./rows";
import { type Now, type Running, readNow, subjectOf } from "./state";
import { say } from "./words";

const AGAIN_MS = 2500;

export function mount(element: HTMLElement): void {
  const page = new RunningPage(prop(element, "list"));
  element.append(...page.parts);
  const first = prop(element, "now");
  if (first) page.show(readNow(JSON.parse(first)));
  else page.complain(say("away"));
  page.watch();
}

class RunningPage {
  private readonly list = el("ul", {
    class: "kernels",
    "aria-label": say("kernels"),
    tabindex: -1,
  });
  private readonly empty = el(
    "div",
    { class: "empty", hidden: true },
    el("p", {}, say("none")),
    el("p", { class: "quiet" }, say("none_hint")),
  );
  private readonly notice = el("p", { class: "notice waiting", role: "alert", hidden: true });
  private readonly spoken = el("p", { class: "visually-hidden", role: "status" });
  private readonly machine = new MachineView();
  private readonly rows = new Map<string, Row>();
  private readonly stopping = new Set<string>();
  private timer = 0;
  private asked = 0;

  readonly parts = [this.notice, this.list, this.empty, this.spoken, this.machine.element];

  constructor(private readonly address: string) {}

  /** Ask again every few seconds, but not while nobody looks at the page. */
  watch(): void {
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.refresh();
      else clearTimeout(this.timer);
    });
    this.later();
  }

  show({ kernels, machine }: Now): void {
    this.notice.hidden = true;
    const now = Date.now();
    for (const [id, row] of this.rows)
      if (!kernels.some((kernel) => kernel.id === id)) this.forget(id, row);
    kernels.forEach((kernel, place) => {
      const row = this.rows.get(kernel.id) ?? this.row(kernel, machine !== null);
      row.show(kernel, now);
      if (this.list.children[place] !== row.element)
        this.list.insertBefore(row.element, this.list.children[place] ?? null);
    });
    this.list.hidden = kernels.length === 0;
    this.empty.hidden = kernels.length > 0;
    this.machine.show(machine);
  }

  complain(text: string): void {
    put(this.notice, text);
    this.notice.hidden = false;
  }

  private row(kernel: Running, named: boolean): Row {
    const row: Row = new Row(kernel, named, () => void this.stop(kernel, row));
    this.rows.set(kernel.id, row);
    return row;
  }

  private forget(id: string, row: Row): void {
    const hadFocus = row.element.contains(document.activeElement);
    const next = row.element.nextElementSibling ?? row.element.previousElementSibling;
    row.element.remove();
    this.rows.delete(id);
    this.stopping.delete(id);
    if (hadFocus) (next?.querySelector("button") ?? document.getElementById("main"))?.focus();
  }

  private async stop(kernel: Running, row: Row): Promise<void> {
    if (this.stopping.has(kernel.id)) return;
    const title = subjectOf(kernel);
    const kind = row.element.dataset.state === "waiting" ? "leave" : "stop";
    if (!(await confirmed(say(`${kind}_title`), say(`${kind}_text`, { title }), say("stop"))))
      return;
    this.stopping.add(kernel.id);
    put(row.stop, say("stopping"));
    try {
      await postForm(`${this.address}/${encodeURIComponent(kernel.id)}/end`, {});
      put(this.spoken, say("stopped", { title }));
    } catch (error) {
      this.refused(error);
    }
    this.stopping.delete(kernel.id);
    put(row.stop, say("stop"));
    await this.refresh();
  }

  private later(): void {
    clearTimeout(this.timer);
    if (document.visibilityState === "visible")
      this.timer = window.setTimeout(() => void this.refresh(), AGAIN_MS);
  }

  private async refresh(): Promise<void> {
    clearTimeout(this.timer);
    this.asked += 1;
    const mine = this.asked;
    try {
      const now = readNow(await getJson(this.address));
      if (mine === this.asked) this.show(now); // an older answer would put back what is gone
    } catch (error) {
      if (mine === this.asked) this.refused(error);
    }
    if (mine === this.asked) this.later();
  }

  private refused(error: unknown): void {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 401)
      location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
    else if (error.status === 0) this.complain(say("offline"));
    else if (error.code === "broker_away") this.complain(say("away"));
    else if (error.status !== 404)
      this.complain([error.message, error.hint].filter(Boolean).join(" ") || say("failed"));
  }
}
