// Who is here, in the top bar: round initials, and behind them the list of people with what each may
// do; a press on one leads to their cell. Not shown while one is alone.
import { el } from "../../lib/dom";
import { othersInWords, type Person } from "./people";
import { say } from "./peoplewords";
import { face } from "./presence";

export type FacesHost = {
  cellOf(person: Person): string | null;
  numberOf(cell: string): number;
  goTo(cell: string): void;
};

const MOST = 3; // faces in the bar; the list has them all

export class Faces {
  readonly element = el("div", { class: "faces", hidden: true });
  private readonly button = el("button", {
    type: "button",
    class: "plain faces-button",
    "aria-expanded": "false",
  });
  private readonly list = el("div", { class: "menu-list faces-list", hidden: true });
  private people: readonly Person[] = [];

  constructor(private readonly host: FacesHost) {
    this.button.addEventListener("click", () => this.toggle());
    this.element.append(this.button, this.list);
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("focusout", (event) => {
      const to = event.relatedTarget as Node | null;
      if (to && !this.element.contains(to)) this.close(false);
    });
    document.addEventListener("pointerdown", (event) => {
      if (!this.element.contains(event.target as Node)) this.close(false);
    });
  }

  update(people: readonly Person[]): void {
    this.people = people;
    const others = people.filter((person) => !person.isMe);
    if (others.length === 0) this.close(this.element.contains(document.activeElement));
    this.element.hidden = others.length === 0;
    const shown = others.length > MOST ? others.slice(0, MOST - 1) : others;
    const more = others.length - shown.length;
    this.button.replaceChildren(...shown.map((person) => face(person)));
    if (more) {
      const rest = el("span", { class: "face more", "aria-hidden": "true" });
      rest.dataset.initials = `+${more}`;
      this.button.append(rest);
    }
    const words = say("here", { names: othersInWords(people) });
    this.button.setAttribute("aria-label", words);
    this.button.title = words;
    if (!this.list.hidden) this.fill();
  }

  private toggle(): void {
    if (!this.list.hidden) {
      this.close(true);
      return;
    }
    this.fill();
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.rows[0]?.focus();
  }

  private get rows(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("button:not(:disabled)")];
  }

  private close(back: boolean): void {
    if (this.list.hidden) return;
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (back) this.button.focus();
  }

  private key(event: KeyboardEvent): void {
    if (this.list.hidden) return;
    const { rows } = this;
    const at = rows.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape") this.close(true);
    else if (event.key === "ArrowDown") rows[(at + 1) % rows.length]?.focus();
    else if (event.key === "ArrowUp") rows.at(at - 1)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private fill(): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset.person;
    const heading = el("h2", { class: "faces-title" }, say("who_is_here"));
    const rows = this.people.map((person) => el("li", {}, this.row(person)));
    this.list.replaceChildren(heading, el("ul", {}, ...rows));
    if (focused) this.rows.find((row) => row.dataset.person === focused)?.focus();
  }

  private row(person: Person): HTMLElement {
    const { name, role, visits } = person;
    const cell = this.host.cellOf(person);
    const number = cell === null ? 0 : this.host.numberOf(cell);
    const about = [
      say(role),
      number ? say("in_cell", { n: number }) : "",
      visits.length > 1 ? say("pages", { n: visits.length }) : "",
    ];
    const go = () => {
      const to = this.host.cellOf(person); // where they are now
      this.close(false);
      if (to !== null) this.host.goTo(to);
    };
    const row = el(
      "button",
      { type: "button", class: "face-row", disabled: person.isMe || !number, onclick: go },
      face(person),
      el(
        "span",
        { class: "face-words" },
        el("span", { class: "face-name" }, person.isMe ? say("you", { name }) : name),
        el("span", { class: "quiet small" }, about.filter(Boolean).join(" · ")),
      ),
    );
    row.dataset.person = person.person;
    if (!row.disabled) row.title = say("go_to", { name, n: number });
    return row;
  }
}
