// The list of versions, newest first, by day: which one is chosen, and more of them on request.
// Not for what a version holds (comparison.ts).
import { el } from "../lib/dom";
import { ago } from "../lib/words";
import {
  byDay,
  clock,
  dayOf,
  exact,
  howMuch,
  type People,
  type Version,
  whoOf,
  whyOf,
} from "./state";
import { say } from "./words";

export class VersionList {
  readonly element = el("div", { class: "versions" });
  private buttons: HTMLButtonElement[] = [];

  constructor(private readonly chosen: (version: Version) => void) {
    this.element.addEventListener("keydown", (event) => this.pressed(event));
  }

  show(versions: readonly Version[], people: People, current: string | null): void {
    const held = this.element.contains(document.activeElement) ? current : null;
    this.buttons = [];
    const days = byDay(versions).map(([day, group]) =>
      el(
        "section",
        { "aria-label": day },
        el("h2", { class: "day" }, day),
        el("ol", {}, ...group.map((version) => el("li", {}, this.button(version, people)))),
      ),
    );
    this.element.replaceChildren(...days);
    this.mark(current);
    if (held) this.buttons.find((button) => button.dataset.version === held)?.focus();
  }

  /** The one whose content is shown. */
  mark(current: string | null): void {
    for (const button of this.buttons)
      if (button.dataset.version === current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
  }

  private button(version: Version, people: People): HTMLButtonElement {
    const time = el("time", { datetime: new Date(version.at).toISOString() }, timeOf(version.at));
    time.title = exact(version.at);
    const head = el("span", { class: "version-head" });
    if (version.name) head.append(el("strong", { class: "version-name" }, version.name), " ");
    head.append(time);
    const about = [whoOf(version, people), whyOf(version)].filter(Boolean).join(" · ");
    const button = el(
      "button",
      { type: "button", class: "plain version", onclick: () => this.chosen(version) },
      head,
      about && el("span", { class: "quiet small" }, about),
      el("span", { class: "quiet small" }, howMuch(version)),
    );
    button.dataset.version = version.id;
    this.buttons.push(button);
    return button;
  }

  // The arrows walk through the versions and choose as they go, as in any list.
  private pressed(event: KeyboardEvent): void {
    const at = this.buttons.indexOf(event.target as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    const next = this.buttons[at + step];
    next?.focus();
    next?.click();
  }
}

function timeOf(at: number): string {
  return dayOf(at) === say("today") ? ago(at) : clock(at);
}
