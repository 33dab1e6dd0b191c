// The page of a notebook's history, on <div data-module="history" data-address data-notebook
// data-blobs data-frame data-role>: versions at one side, what changed at the other.
import "../../styles/outputs.css";
import "../../styles/sheets.css";
import "../../styles/history.css";
import { confirmed } from "../lib/dialog";
import { el } from "../lib/dom";
import { prop } from "../lib/props";
import { Messages } from "../notebook/toast";
import { Asking, wordsOf } from "./asking";
import { askKeepName, askName } from "./naming";
import { showRuns } from "./runs";
import { Shown } from "./shown";
import type { People, Version } from "./state";
import { VersionList } from "./versionlist";
import { say } from "./words";

export async function mount(element: HTMLElement): Promise<void> {
  const page = new HistoryPage(element);
  element.append(...page.parts);
  await page.load();
}

class HistoryPage {
  readonly parts: HTMLElement[];
  private readonly asking: Asking;
  private readonly messages = new Messages();
  private readonly list = new VersionList((version) => this.open(version.id));
  private readonly shown: Shown;
  private readonly earlier = button(say("earlier"), () => void this.loadEarlier());
  private readonly empty = el(
    "div",
    { class: "empty", hidden: true },
    el("p", {}, say("none")),
    el("p", { class: "quiet" }, say("none_hint")),
  );
  private readonly delete = button(say("forget"), () => void this.forget(), "plain forget");
  private versions: Version[] = [];
  private people: People = {};

  constructor(element: HTMLElement) {
    const role = prop(element, "role");
    const writes = role !== "viewer";
    this.asking = new Asking(prop(element, "address"));
    const places = { frame: prop(element, "frame"), blobs: prop(element, "blobs") };
    this.shown = new Shown(this.asking, places, this.messages, {
      writes,
      changed: () => void this.load(),
      rename: (version) => void this.rename(version),
    });
    const tools = el("div", { class: "row history-tools" });
    if (writes) tools.append(button(say("keep"), () => void this.keep()));
    tools.append(
      button(say("runs"), () => void showRuns(this.asking, "", say("runs_all")), "plain"),
    );
    const side = el("section", { class: "history-side", "aria-label": say("versions") });
    side.append(tools, this.empty, this.list.element, this.earlier);
    if (role === "owner") side.append(this.delete);
    const { element: toasts, spoken } = this.messages;
    this.parts = [el("div", { class: "history" }, side, this.shown.element), toasts, spoken];
  }

  /** The newest versions anew; the chosen one stays chosen. */
  async load(): Promise<void> {
    await this.tried(async () => {
      const { versions, people, more } = await this.asking.versions();
      this.versions = versions;
      this.people = people;
      this.earlier.hidden = !more;
      this.draw();
      const current = this.shown.version?.id;
      const there = versions.find((version) => version.id === current) ?? versions[0];
      if (there) this.choose(there.id);
      else this.shown.clear();
    });
  }

  private async loadEarlier(): Promise<void> {
    await this.tried(async () => {
      const { versions, people, more } = await this.asking.versions(this.versions.at(-1)?.id);
      const first = versions[0]?.id;
      this.versions = [...this.versions, ...versions];
      this.people = { ...this.people, ...people };
      this.earlier.hidden = !more;
      this.draw();
      if (first) this.list.element.querySelector<HTMLElement>(`[data-version="${first}"]`)?.focus();
    });
  }

  private draw(): void {
    this.empty.hidden = this.versions.length > 0;
    this.delete.hidden = this.versions.length === 0;
    this.list.show(this.versions, this.people, this.shown.version?.id ?? null);
  }

  // What is there already stays as it is: somebody may have opened its outputs.
  private open(id: string): void {
    if (id !== this.shown.version?.id || this.shown.failed) this.choose(id);
  }

  private choose(id: string): void {
    const at = this.versions.findIndex((version) => version.id === id);
    const version = this.versions[at];
    if (!version) return;
    this.list.mark(id);
    this.shown.show(version, this.versions[at + 1] ?? null, this.people);
  }

  private async keep(): Promise<void> {
    const name = await askKeepName();
    if (!name) return;
    await this.tried(async () => {
      await this.asking.keep(name);
      this.messages.show(say("kept", { name }));
      await this.load();
    });
  }

  private async rename(version: Version): Promise<void> {
    const words = { title: say("name_title"), text: say("name_text"), yes: say("name_yes") };
    const name = await askName({ ...words, name: version.name, required: false });
    if (name === null || name === version.name) return;
    await this.tried(async () => {
      await this.asking.rename(version.id, name);
      await this.load();
    });
  }

  private async forget(): Promise<void> {
    if (!(await confirmed(say("forget_title"), say("forget_text"), say("forget_yes")))) return;
    await this.tried(async () => {
      await this.asking.forget();
      this.messages.show(say("forgotten"));
      await this.load();
      document.querySelector<HTMLElement>("main")?.focus();
    });
  }

  private async tried(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.messages.show(wordsOf(error), undefined, "failed");
    }
  }
}

function button(words: string, run: () => void, kind = ""): HTMLButtonElement {
  return el("button", { type: "button", class: kind, onclick: run }, words);
}
