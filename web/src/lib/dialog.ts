// A native <dialog>: it keeps the focus inside, closes on Escape and gives the focus back.
// Looks are styles/sheets.css, which a feature that asks imports.
import { el } from "./dom";
import { table } from "./words";

const say = table({ cancel: { en: "Cancel", ko: "취소" } });

/** Asks before something that cannot be taken back; answers whether the person said yes. */
export function confirmed(title: string, text: string, yes: string): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = el(
      "dialog",
      { class: "sheet", "aria-label": title },
      el(
        "form",
        { method: "dialog", class: "stack" },
        el("h2", {}, title),
        el("p", { class: "quiet" }, text),
        el(
          "div",
          { class: "row sheet-buttons" },
          el("button", { value: "yes", class: "primary", autofocus: true }, yes),
          el("button", { value: "no" }, say("cancel")),
        ),
      ),
    );
    openDialog(dialog, () => resolve(dialog.returnValue === "yes"));
  });
}

/** Shows `dialog` over the page until it is closed, and takes it away. */
export function openDialog(dialog: HTMLDialogElement, closed?: () => void): void {
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed?.();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close("no"); // the shade around the sheet
  });
  dialog.showModal();
}
