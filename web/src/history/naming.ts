// A small dialog that asks for the name of a version.
import "../../styles/sheets.css";
import { openDialog } from "../lib/dialog";
import { el } from "../lib/dom";
import { say } from "./words";

const NAME_LENGTH = 120; // as the server's

type Naming = { title: string; text: string; yes: string; name?: string; required: boolean };

/** What the person typed, or null when they changed their mind. */
export function askName({ title, text, yes, name = "", required }: Naming): Promise<string | null> {
  return new Promise((resolve) => {
    const input = el("input", { name: "name", maxlength: NAME_LENGTH, autofocus: true, required });
    input.value = name;
    input.autocomplete = "off";
    const cancel = el("button", { type: "button", onclick: () => dialog.close("") }, say("cancel"));
    const dialog = el(
      "dialog",
      { class: "sheet", "aria-label": title },
      el(
        "form",
        { method: "dialog", class: "stack" },
        el("h2", {}, title),
        el("p", { class: "quiet" }, text),
        el("label", {}, say("name"), input),
        el(
          "div",
          { class: "row sheet-buttons" },
          el("button", { value: "yes", class: "primary" }, yes),
          cancel,
        ),
      ),
    );
    openDialog(dialog, () => resolve(dialog.returnValue === "yes" ? input.value.trim() : null));
  });
}

/** Asks for the name of a version of now. */
export function askKeepName(): Promise<string | null> {
  const words = { title: say("keep_title"), text: say("keep_text"), yes: say("keep_yes") };
  return askName({ ...words, required: true });
}
