// The sheet that takes a notebook along: in other forms, or as a copy. Fetched when it is asked for.
import "../../../styles/taking.css";
import { openDialog } from "../../lib/dialog";
import { el } from "../../lib/dom";
import { postForm, Refusal } from "../../lib/http";
import { problem, say } from "./filewords";

export type Taken = {
  /** /notebooks/<id> */
  own: string;
  /** A copy beside it is only for who may change its folder. */
  writable: boolean;
  /** Resolves when what was typed last is with the broker. */
  ready(): Promise<unknown>;
  tell(text: string, action?: { label: string; run(): void }): void;
};

const FORMS = ["ipynb", "html", "pdf", "py", "md"] as const;
type Form = (typeof FORMS)[number];

export function openExport(notebook: Taken): void {
  const news = el("p", { class: "small", role: "status" });
  const rows = FORMS.map((form, at) =>
    el(
      "li",
      {},
      el(
        "button",
        {
          type: "button",
          class: "plain take-form",
          autofocus: at === 0,
          onclick: () => take(form),
        },
        el("span", {}, say(form)),
        el("span", { class: "quiet small" }, say(`${form}_hint`)),
      ),
    ),
  );
  const copies = [...(notebook.writable ? [copyButton("duplicate")] : []), copyButton("copy")];
  const dialog = el(
    "dialog",
    { class: "sheet take-sheet", "aria-label": say("take") },
    el(
      "form",
      { method: "dialog", class: "stack" },
      el("h2", {}, say("take")),
      el("p", { class: "quiet small" }, say("take_hint")),
      el("ul", { class: "take-forms" }, ...rows),
      el("div", { class: "row" }, ...copies),
      news,
      el("div", { class: "row sheet-buttons" }, el("button", {}, say("close"))),
    ),
  );
  openDialog(dialog);

  async function take(form: Form): Promise<void> {
    news.textContent = form === "pdf" ? say("making") : "";
    try {
      await notebook.ready();
      await download(`${notebook.own}/export/${form}`);
      dialog.close();
    } catch (error) {
      news.textContent = problem(error);
    }
  }

  function copyButton(kind: "duplicate" | "copy"): HTMLElement {
    const copy = async () => {
      try {
        await notebook.ready();
        const made = (await postForm(`/ajax${notebook.own}/${kind}`, {})) as {
          id: string;
          title: string;
        };
        dialog.close();
        const run = () => location.assign(`/notebooks/${made.id}`);
        notebook.tell(say("copied", { name: made.title }), { label: say("open"), run });
      } catch (error) {
        news.textContent = problem(error);
      }
    };
    return el("button", { type: "button", onclick: () => void copy() }, say(kind));
  }
}

// Fetched first, so that a refusal is a sentence in the sheet and not another page.
async function download(address: string): Promise<void> {
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => {
    throw new Refusal(0, "offline", "");
  });
  if (!answer.ok) {
    const { code = "", message = "", hint = "" } = await answer.json().catch(() => ({}));
    throw new Refusal(answer.status, code, message, hint);
  }
  const link = el("a", { href: URL.createObjectURL(await answer.blob()) });
  link.download = nameIn(answer.headers.get("Content-Disposition") ?? "");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** The file's name in a Content-Disposition header (RFC 6266). */
export function nameIn(header: string): string {
  const encoded = /filename\*=utf-8''([^;]+)/i.exec(header)?.[1];
  if (encoded) return decodeURIComponent(encoded);
  return /filename="((?:[^"\\]|\\.)*)"/.exec(header)?.[1]?.replace(/\\(.)/g, "$1") ?? "notebook";
}
