// The list of files: filled from the server's rows, renamed in place, deleted with an undo.
import { el, need } from "../lib/dom";
import { getJson, postForm, Refusal } from "../lib/http";
import { ago, language, size } from "../lib/words";
import { addressOf, type Entry, readListing, stemLength } from "./listing";
import type { Notice } from "./notice";
import { say } from "./words";

export class FileList {
  private readonly list: HTMLElement;
  private readonly blank: HTMLTemplateElement;

  constructor(
    private readonly desk: HTMLElement,
    private readonly workspace: string,
    private readonly folder: string,
    private readonly notice: Notice,
  ) {
    this.list = need(desk, "[data-part=files]");
    this.blank = need(desk, "template[data-part=row]");
    this.list.addEventListener("click", (event) => this.pressed(event));
    for (const row of this.list.querySelectorAll<HTMLElement>("li")) tell(row);
  }

  /** Ask the server what is there now; rows that stay keep their place and focus. */
  async refresh(): Promise<void> {
    try {
      const query = new URLSearchParams({ folder: this.folder });
      const listing = readListing(await getJson(`/ajax/files/${this.workspace}?${query}`));
      this.fill(listing.entries, listing.more);
    } catch (error) {
      this.complain(error);
    }
  }

  private fill(entries: Entry[], more: number): void {
    const rows = new Map<string, HTMLElement>();
    for (const row of this.list.querySelectorAll<HTMLElement>("li"))
      rows.set(row.dataset.path ?? "", row);
    const wanted = entries.map((entry) => {
      const row = rows.get(entry.path) ?? this.row();
      this.show(row, entry);
      return row;
    });
    for (const row of rows.values()) if (!wanted.includes(row)) row.remove();
    wanted.forEach((row, place) => {
      const there = this.list.children[place];
      if (there !== row) this.list.insertBefore(row, there ?? null);
    });
    need<HTMLElement>(this.desk, "[data-part=empty]").hidden = entries.length > 0;
    const rest = need<HTMLElement>(this.desk, "[data-part=more]");
    rest.hidden = more === 0;
    rest.textContent = say("more", { count: more });
  }

  private row(): HTMLElement {
    const row = need<HTMLElement>(this.blank.content, "li").cloneNode(true) as HTMLElement;
    row.classList.add("fresh");
    return row;
  }

  private show(row: HTMLElement, entry: Entry): void {
    row.dataset.path = entry.path;
    row.dataset.kind = entry.kind;
    const name = need<HTMLAnchorElement>(row, "[data-slot=name]");
    name.textContent = entry.name;
    name.href = addressOf(this.workspace, entry);
    need<HTMLElement>(row, "[data-slot=size]").dataset.size = String(entry.size);
    need<HTMLElement>(row, "[data-slot=time]").dataset.ms = String(entry.modified_ms);
    for (const label of row.querySelectorAll("[data-slot=label]")) label.textContent = entry.name;
    tell(row);
  }

  private pressed(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-act]");
    const row = button?.closest<HTMLElement>("li");
    if (!button || !row) return;
    if (button.dataset.act === "rename") this.rename(row);
    else void this.delete(row);
  }

  private rename(row: HTMLElement): void {
    const link = need<HTMLAnchorElement>(row, "[data-slot=name]");
    const old = link.textContent ?? "";
    const field = el("input", {
      class: "rename",
      "aria-label": say("newName", { name: old }),
      maxlength: 255,
    });
    field.value = old;
    link.replaceWith(field);
    field.focus();
    field.setSelectionRange(0, row.dataset.kind === "folder" ? old.length : stemLength(old));
    let over = false;
    const end = (keep: boolean) => {
      if (over) return;
      over = true;
      field.replaceWith(link);
      if (keep && field.value.trim() && field.value !== old) void this.keepName(row, field.value);
      else link.focus();
    };
    field.addEventListener("blur", () => end(true));
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return; // Enter may finish a Korean syllable
      if (event.key === "Enter") end(true);
      if (event.key === "Escape") end(false);
    });
  }

  private async keepName(row: HTMLElement, name: string): Promise<void> {
    const path = row.dataset.path ?? "";
    try {
      const answer = await postForm(`/ajax/files/${this.workspace}/rename`, { path, name });
      const renamed = pathIn(answer);
      row.dataset.path = renamed; // the same row, so that it moves and keeps the focus
      await this.refresh();
      this.focusOn(renamed);
      this.notice.show(say("renamed", { name: renamed.split("/").at(-1) ?? name }));
    } catch (error) {
      this.complain(error);
      this.focusOn(path);
    }
  }

  private async delete(row: HTMLElement): Promise<void> {
    const path = row.dataset.path ?? "";
    const name = need(row, "[data-slot=name]").textContent ?? "";
    const after = row.nextElementSibling ?? row.previousElementSibling;
    try {
      const answer = await postForm(`/ajax/files/${this.workspace}/delete`, { path });
      const id = String((answer as { deleted: unknown }).deleted);
      await this.refresh();
      after?.querySelector<HTMLElement>("[data-slot=name]")?.focus();
      const act = () => void this.restore(id, name);
      this.notice.show(say("deleted", { name }), { action: say("undo"), act });
    } catch (error) {
      this.complain(error);
    }
  }

  private async restore(id: string, name: string): Promise<void> {
    try {
      const path = pathIn(await postForm(`/ajax/files/restore/${id}`, {}));
      await this.refresh();
      this.focusOn(path);
      this.notice.show(say("restored", { name }));
    } catch (error) {
      this.complain(error);
    }
  }

  private focusOn(path: string): void {
    const row = [...this.list.children].find((one) => (one as HTMLElement).dataset.path === path);
    row?.querySelector<HTMLElement>("[data-slot=name]")?.focus();
  }

  private complain(error: unknown): void {
    if (!(error instanceof Refusal)) throw error;
    const here = encodeURIComponent(location.pathname + location.search);
    if (error.status === 401) location.assign(`/login?next=${here}`);
    const words = [error.message, error.hint].filter(Boolean).join(" ");
    const text = error.status === 0 ? say("offline") : words || say("failed");
    this.notice.show(text, { failed: true });
  }
}

/** The path that the server gave a file. */
function pathIn(answer: unknown): string {
  return String((answer as { path: unknown }).path);
}

/** Size and time of a row in the reader's words; the exact time on hover. */
function tell(row: HTMLElement): void {
  const bytes = need<HTMLElement>(row, "[data-slot=size]");
  const count = Number(bytes.dataset.size);
  const things = count === 1 ? say("thing") : say("things", { count });
  bytes.textContent = row.dataset.kind === "folder" ? things : size(count);
  const time = need<HTMLTimeElement>(row, "[data-slot=time]");
  tellTime(time, Number(time.dataset.ms));
}

/** "3 min ago", with the exact time on hover. */
export function tellTime(time: HTMLTimeElement, milliseconds: number): void {
  const exact = new Intl.DateTimeFormat(language(), { dateStyle: "full", timeStyle: "short" });
  time.textContent = ago(milliseconds);
  time.title = exact.format(milliseconds);
  time.dateTime = new Date(milliseconds).toISOString();
}
