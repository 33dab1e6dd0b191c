// The thin tray at the bottom: what travels, how far, how fast, and what to do when it did not.
import { el, svg } from "../lib/dom";
import { size } from "../lib/words";
import { type Outcome, type Sending, send } from "./sending";
import * as state from "./state";
import { say } from "./words";

const LEAVES_AFTER_MS = 4000;

export class UploadTray {
  private tray: state.Tray = [];
  private readonly files = new Map<number, File>();
  private readonly rows = new Map<number, HTMLElement>();
  private readonly list = el("ul", { class: "tray" });
  private readonly region = el(
    "section",
    { "aria-label": say("uploads"), hidden: true },
    this.list,
  );
  private readonly news = el("p", { class: "visually-hidden", role: "status" });
  private sending: { id: number; line: Sending } | null = null;
  private count = 0;

  constructor(
    dock: HTMLElement,
    private readonly address: string,
    private readonly limit: number,
    private readonly stored: (name: string) => void,
  ) {
    dock.append(this.region, this.news);
    window.addEventListener("beforeunload", (event) => {
      if (state.isBusy(this.tray)) event.preventDefault();
    });
  }

  add(files: Iterable<File>): void {
    for (const file of files) {
      this.count += 1;
      this.files.set(this.count, file);
      this.tray = state.add(this.tray, this.count, file.name.normalize("NFC"), file.size);
      if (file.size > this.limit)
        this.fail(this.count, "refused", say("tooLarge", { limit: size(this.limit) }));
    }
    this.go();
  }

  private go(): void {
    const item = state.next(this.tray);
    const file = item && this.files.get(item.id);
    if (item && file) {
      this.tray = state.change(this.tray, item.id, { step: "travelling", at: performance.now() });
      const line = send(file, this.address, (loaded, total) => {
        this.tray = state.advance(this.tray, item.id, loaded, total, performance.now());
        this.draw();
      });
      this.sending = { id: item.id, line };
      void line.done.then((outcome) => this.settle(item, outcome));
    }
    this.draw();
  }

  private settle(item: state.Item, outcome: Outcome): void {
    this.sending = null;
    if (outcome.kind === "stored") {
      const note = outcome.name === item.name ? say("done") : say("doneAs", { name: outcome.name });
      this.tray = state.change(this.tray, item.id, { step: "done", loaded: item.size, note });
      this.news.textContent = `${item.name}: ${note}`;
      window.setTimeout(() => this.drop(item.id), LEAVES_AFTER_MS);
      this.stored(outcome.name);
    } else if (outcome.kind === "cancelled") {
      this.drop(item.id);
      this.news.textContent = `${item.name}: ${say("cancelled")}`;
    } else {
      const words = outcome.kind === "offline" ? say("offline") : outcome.message;
      this.fail(item.id, "failed", words || say("failed"));
    }
    this.go();
  }

  private fail(id: number, step: "failed" | "refused", note: string): void {
    this.tray = state.change(this.tray, id, { step, note });
    this.news.textContent = note;
  }

  private drop(id: number): void {
    this.tray = state.remove(this.tray, id);
    this.files.delete(id);
    this.draw();
  }

  private cancel(id: number): void {
    if (this.sending?.id === id) this.sending.line.cancel();
    else this.drop(id);
  }

  private draw(): void {
    this.region.hidden = this.tray.length === 0;
    for (const [id, row] of this.rows) {
      if (!this.tray.some((item) => item.id === id)) {
        row.remove();
        this.rows.delete(id);
      }
    }
    for (const item of this.tray) {
      const row = this.rows.get(item.id) ?? this.row(item);
      fill(row, item);
    }
  }

  private row(item: state.Item): HTMLElement {
    const bar = el("progress", { max: 1, value: 0, "aria-label": item.name });
    const retry = el(
      "button",
      { type: "button", class: "plain", "data-part": "retry" },
      say("retry"),
    );
    retry.addEventListener("click", () => {
      this.tray = state.retry(this.tray, item.id);
      this.go();
    });
    const label = say("cancel", { name: item.name });
    const close = el(
      "button",
      { type: "button", class: "plain", "aria-label": label, "data-part": "close" },
      svg(
        "svg",
        { viewBox: "0 0 24 24", "aria-hidden": "true" },
        svg("path", { d: "M6 6l12 12M18 6L6 18" }),
      ),
    );
    close.addEventListener("click", () => this.cancel(item.id));
    const name = el("span", { class: "tray-name", title: item.name }, item.name);
    const row = el("li", {}, name, bar, el("span", { class: "tray-note" }), retry, close);
    this.rows.set(item.id, row);
    this.list.append(row);
    return row;
  }
}

function fill(row: HTMLElement, item: state.Item): void {
  row.dataset.step = item.step;
  const bar = row.querySelector("progress");
  if (bar) bar.value = item.size > 0 ? item.loaded / item.size : item.step === "done" ? 1 : 0;
  const note = row.querySelector(".tray-note");
  if (note) note.textContent = sentence(item);
  const retry = row.querySelector<HTMLElement>("[data-part=retry]");
  if (retry) retry.hidden = item.step !== "failed";
  const over = ["failed", "refused", "done"].includes(item.step);
  const close = row.querySelector("[data-part=close]");
  close?.setAttribute("aria-label", say(over ? "dismiss" : "cancel", { name: item.name }));
}

function sentence(item: state.Item): string {
  if (item.note) return item.note;
  if (item.step === "waiting") return say("waiting");
  if (item.step === "storing") return say("storing");
  const total = size(item.size);
  if (item.speed === 0) return say("starting", { total });
  return say("travelling", { loaded: size(item.loaded), total, speed: size(item.speed) });
}
