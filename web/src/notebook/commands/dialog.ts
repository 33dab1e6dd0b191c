// The sheet of keys, with a field that narrows it down. Fetched when it is first asked for.
import { openDialog } from "../../lib/dialog";
import { el } from "../../lib/dom";
import { match } from "../../search/match";
import { say } from "../words";
import { GROUPS } from "./commandgroups";
import { commandWords } from "./commandwords";
import { type CommandName, KEYS, shownKeys } from "./keys";

/** All keys, in groups. */
export function showShortcuts(): void {
  const groups = GROUPS.map(([title, names]) => new Group(say(title), names));
  const none = el("p", { class: "quiet", hidden: true }, say("nothing_found"));
  const field = el("input", {
    type: "search",
    autofocus: true,
    placeholder: say("find_key"),
    "aria-label": say("find_key"),
    onkeydown: (event) => {
      if ((event as KeyboardEvent).key === "Enter") event.preventDefault(); // closes nothing
    },
    oninput: () => {
      const found = groups.map((group) => group.narrow(field.value));
      none.hidden = found.some(Boolean);
    },
  });
  const title = commandWords("shortcuts");
  const dialog = el(
    "dialog",
    { class: "sheet shortcuts", "aria-label": title },
    el(
      "form",
      { method: "dialog" },
      el("h2", {}, title),
      el("p", { class: "quiet small" }, say("keys_hint")),
      field,
      el("div", { class: "shortcut-groups" }, ...groups.map((group) => group.element)),
      none,
      el("button", { class: "primary" }, say("close")),
    ),
  );
  openDialog(dialog);
}

class Group {
  readonly element = el("section", {});
  private readonly lines: { texts: string[]; parts: HTMLElement[] }[];

  constructor(title: string, names: readonly CommandName[]) {
    this.lines = names.map((name) => {
      const words = commandWords(name);
      const keys = KEYS[name].map((one) => shownKeys(name, undefined, one));
      const shown = keys.map((key) => el("kbd", {}, key));
      return {
        texts: [words, title, ...keys],
        parts: [el("dt", {}, words), el("dd", {}, ...shown)],
      };
    });
    const list = el("dl", {}, ...this.lines.flatMap((line) => line.parts));
    this.element.append(el("h3", {}, title), list);
  }

  /** Hide what `wanted` does not name; answers whether something is left. */
  narrow(wanted: string): boolean {
    let left = false;
    for (const { texts, parts } of this.lines) {
      const isFound = match(wanted, texts) !== null;
      for (const part of parts) part.hidden = !isFound;
      left ||= isFound;
    }
    this.element.hidden = !left;
    return left;
  }
}
