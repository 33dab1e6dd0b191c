// One variable in a sheet of its own: a table page by page, or its longer text. Only what is on the
// page is fetched. Not for the list of variables (variables.ts).
import { openDialog } from "../../lib/dialog";
import { el } from "../../lib/dom";
import { shapeWords, type Variable } from "./variablelist";
import type { VariablesHost } from "./variables";
import { say } from "./variablewords";

export type VariablePage =
  | {
      kind: "table";
      columns: readonly { name: string; type: string }[];
      index: readonly string[];
      rows: readonly (readonly string[])[];
      start: number;
      total: number;
      more_columns?: number;
    }
  | { kind: "text"; text: string; cut?: boolean };

const PAGE = 50;

/** Open the sheet for `variable`; answers when its first page is there. */
export async function openVariable(
  host: Pick<VariablesHost, "ask">,
  variable: Variable,
): Promise<void> {
  const { name, type } = variable;
  const body = el("div", { class: "variable-body", tabindex: 0, role: "region" });
  body.setAttribute("aria-label", name);
  const note = el("p", { class: "quiet small variable-note", role: "status" }, say("looking"));
  const pages = el("div", { class: "variable-pages" });
  const about = [type, shapeWords(variable.shape)].filter(Boolean).join(" · ");
  const dialog = el(
    "dialog",
    { class: "sheet variable-sheet", "aria-label": name },
    el(
      "form",
      { method: "dialog" },
      el("h2", { tabindex: -1, autofocus: true }, name),
      el("p", { class: "quiet small" }, about),
      note,
      body,
      el("div", { class: "row" }, pages, el("button", { class: "primary" }, say("close"))),
    ),
  );
  openDialog(dialog);
  const show = async (start: number): Promise<void> => {
    try {
      const page = await host.ask<VariablePage>({ op: "variable", name, start, count: PAGE });
      body.replaceChildren(page.kind === "table" ? tableOf(page) : textOf(page));
      body.scrollTop = 0;
      note.textContent = page.kind === "table" ? rangeWords(page) : page.cut ? say("cut") : "";
      note.hidden = !note.textContent;
      if (page.kind === "table") turning(pages, page, (to) => void show(to));
    } catch {
      note.hidden = false;
      note.textContent = say("no_answer");
    }
  };
  await show(0);
}

type TablePage = Extract<VariablePage, { kind: "table" }>;

function rangeWords({ start, rows, total, more_columns }: TablePage): string {
  const words = say("rows", {
    from: (rows.length ? start + 1 : 0).toLocaleString(),
    to: (start + rows.length).toLocaleString(),
    total: total.toLocaleString(),
  });
  return more_columns ? `${words} ${say("more_columns", { n: more_columns })}` : words;
}

function turning(pages: HTMLElement, page: TablePage, go: (start: number) => void): void {
  if (page.total <= PAGE) {
    pages.replaceChildren();
    return;
  }
  const { start, total } = page;
  const last = Math.floor((total - 1) / PAGE) * PAGE;
  const button = (words: string, to: number, isOff: boolean) => {
    const made = el("button", { type: "button", class: "plain", disabled: isOff }, words);
    made.addEventListener("click", () => go(to));
    return made;
  };
  const focused = [...pages.children].indexOf(document.activeElement as Element);
  pages.replaceChildren(
    button(say("first"), 0, start === 0),
    button(say("back"), Math.max(0, start - PAGE), start === 0),
    button(say("on"), Math.min(last, start + PAGE), start >= last),
    button(say("last"), last, start >= last),
  );
  if (focused < 0) return;
  const at = pages.children[focused] as HTMLButtonElement;
  (at.disabled ? (pages.querySelector<HTMLButtonElement>("button:enabled") ?? at) : at).focus();
}

function tableOf({ columns, index, rows }: TablePage): HTMLElement {
  const head = columns.map(({ name, type }) => el("th", { scope: "col", title: type }, name));
  const corner = el("td", {});
  const lines = rows.map((row, i) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, index[i] ?? ""),
      ...row.map((text) => el("td", {}, text)),
    ),
  );
  return el(
    "table",
    { class: "variable-grid" },
    el("thead", {}, el("tr", {}, corner, ...head)),
    el("tbody", {}, ...lines),
  );
}

function textOf({ text }: { text: string }): HTMLElement {
  return el("pre", { class: "variable-text" }, text);
}
