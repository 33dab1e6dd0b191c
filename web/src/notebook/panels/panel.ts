// The panel at the right edge: the outline or the variables, one at a time, closed by its button, its
// key or Escape, and remembered by this browser. Not for what a panel shows.
import { el } from "../../lib/dom";
import { type CommandName, shownKeys } from "../commands/keys";
import { icon } from "../icons";
import { say } from "../words";
import { remember, remembered } from "./remembering";

/** One thing the panel can show. `make` runs once, when it is first opened. */
export type PanelPart = {
  name: string;
  title: string;
  command: CommandName;
  make(): HTMLElement;
  shown?(): void;
  hidden?(): void;
};

const KEY = "lookin.panel";

export class Panels {
  readonly element: HTMLElement;
  private readonly title = el("h2", { class: "panel-title", tabindex: -1 });
  private readonly body = el("div", { class: "panel-body" });
  private readonly close = el(
    "button",
    { type: "button", class: "plain icon-button" },
    icon("close"),
  );
  private readonly parts = new Map<string, PanelPart>();
  private readonly made = new Map<string, HTMLElement>();
  private open: PanelPart | null = null;
  private before: Element | null = null; // where the focus was

  constructor(private readonly changed: (open: boolean) => void) {
    this.close.addEventListener("click", () => this.shut());
    const head = el("div", { class: "panel-head" }, this.title, this.close);
    this.element = el("aside", { class: "panel", hidden: true }, head, this.body);
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      this.shut();
    });
  }

  /** Name of the open part, or null. */
  get current(): string | null {
    return this.open?.name ?? null;
  }

  register(part: PanelPart): void {
    this.parts.set(part.name, part);
    if (remembered(KEY) === part.name && isWide()) this.show(part, false);
  }

  toggle(name: string): void {
    const part = this.parts.get(name);
    if (!part) return;
    if (this.open === part) this.shut();
    else this.show(part, true);
  }

  shut(): void {
    const { open } = this;
    if (!open) return;
    const hadFocus = this.element.contains(document.activeElement);
    this.open = null;
    this.element.hidden = true;
    remember(KEY, "");
    open.hidden?.();
    this.changed(false);
    if (hadFocus && this.before instanceof HTMLElement) this.before.focus();
  }

  private show(part: PanelPart, focus: boolean): void {
    this.open?.hidden?.();
    if (!this.open) this.before = document.activeElement;
    this.open = part;
    const keys = shownKeys(part.command);
    this.title.textContent = part.title;
    this.element.setAttribute("aria-label", part.title);
    this.close.setAttribute("aria-label", say("close"));
    this.close.title = `${say("close")} (${keys})`;
    const content = this.made.get(part.name) ?? part.make();
    this.made.set(part.name, content);
    this.body.replaceChildren(content);
    this.element.hidden = false;
    remember(KEY, part.name);
    this.changed(true);
    part.shown?.();
    if (focus) this.title.focus();
  }
}

// On a small screen the panel covers the cells: it opens only when asked.
function isWide(): boolean {
  return matchMedia("(min-width: 1100px)").matches;
}
