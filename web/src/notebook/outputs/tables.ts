// Tables of pandas and others, after the sanitiser: a head that stays, sorting, pages, copying as
// TSV. Works on the rows that are there. Not for what may be in a table (sanitise.ts).
import { el } from "../../lib/dom";
import { say } from "./outputwords";

const PAGE_ROWS = 100;
const LEAST_ROWS = 2; // of a table that can be sorted
const numbers = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Give every table in `box` that has a head and rows what a person expects of one. */
export function enliven(box: HTMLElement): void {
  for (const table of box.querySelectorAll("table")) {
    if (table.parentElement?.closest("table")) continue; // one inside another stays as it is
    new LiveTable(table);
  }
  box.dispatchEvent(new Event("load")); // so that whoever watches heights looks again
}

class LiveTable {
  private readonly rows: readonly HTMLTableRowElement[]; // as they came
  private order: readonly HTMLTableRowElement[];
  private readonly foot = el("div", { class: "table-foot" });
  private readonly place = el("span", { class: "quiet", "aria-live": "polite" });
  private readonly back = pageButton("table_previous", "‹", () => this.go(-1));
  private readonly on = pageButton("table_next", "›", () => this.go(1));
  private page = 0;
  private sorted: { column: number; down: boolean } | null = null;

  constructor(private readonly table: HTMLTableElement) {
    const body = table.tBodies[0];
    this.rows = [...(body?.rows ?? [])];
    this.order = this.rows;
    const scroll = el("div", { class: "table-scroll", role: "group", tabindex: 0 });
    scroll.setAttribute("aria-label", table.caption?.textContent?.trim() || say("table_name"));
    table.replaceWith(scroll);
    scroll.append(table);
    table.classList.add("live-table");
    scroll.after(this.foot);
    if (this.canSort()) this.makeHeads();
    const copy = el("button", { type: "button", class: "plain small" }, say("table_copy"));
    copy.addEventListener("click", () => void this.copy(copy));
    if (this.rows.length > PAGE_ROWS) this.foot.append(this.back, this.place, this.on);
    this.foot.append(copy);
    this.draw();
  }

  // Only where every row has the same cells: a sorted row must not lose a name that spans several.
  private canSort(): boolean {
    if (this.rows.length < LEAST_ROWS || this.table.tBodies.length !== 1) return false;
    return this.rows.every((row) => [...row.cells].every((c) => c.rowSpan < 2 && c.colSpan < 2));
  }

  private makeHeads(): void {
    const head = this.table.tHead?.rows;
    const last = head?.[head.length - 1];
    const width = this.rows[0]?.cells.length ?? 0;
    const usable = [...(head ?? [])].find((row) => row.cells.length === width) ?? last;
    if (!usable || usable.cells.length !== width) return;
    [...usable.cells].forEach((cell, column) => {
      const name = cell.textContent?.trim() ?? "";
      const button = el("button", { type: "button", class: "plain table-sort" });
      button.append(...cell.childNodes);
      if (!name) button.setAttribute("aria-label", say("table_sort", { name: "#" }));
      button.addEventListener("click", () => this.sort(column, usable));
      cell.append(button);
    });
  }

  // Up, down, as it came.
  private sort(column: number, heads: HTMLTableRowElement): void {
    const now = this.sorted;
    const same = now?.column === column;
    this.sorted = same && now.down ? null : { column, down: same };
    const order = [...this.rows];
    if (this.sorted) {
      const key = new Map(order.map((row) => [row, keyOf(row.cells[column])]));
      const turn = this.sorted.down ? -1 : 1;
      order.sort((a, b) => compare(key.get(a) ?? "", key.get(b) ?? "", turn));
    }
    this.order = order;
    [...heads.cells].forEach((cell, index) => {
      const chosen = this.sorted?.column === index ? this.sorted : null;
      if (chosen) cell.setAttribute("aria-sort", chosen.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
    this.page = 0;
    this.draw();
  }

  private go(step: number): void {
    this.page += step;
    this.draw();
  }

  private draw(): void {
    const from = this.page * PAGE_ROWS;
    const shown = this.order.slice(from, from + PAGE_ROWS);
    this.table.tBodies[0]?.replaceChildren(...shown);
    const all = this.order.length;
    this.back.disabled = this.page === 0;
    this.on.disabled = from + PAGE_ROWS >= all;
    this.place.textContent = say("table_rows", { from: from + 1, to: from + shown.length, all });
  }

  private async copy(button: HTMLButtonElement): Promise<void> {
    const rows = [...(this.table.tHead?.rows ?? []), ...this.order];
    const text = rows.map((row) => [...row.cells].flatMap(tsvCells).join("\t")).join("\n");
    try {
      await navigator.clipboard.writeText(`${text}\n`);
      button.textContent = say("copied");
    } catch {
      button.textContent = say("not_copied");
    }
    setTimeout(() => {
      button.textContent = say("table_copy");
    }, 2000);
  }
}

function pageButton(name: "table_previous" | "table_next", sign: string, act: () => void) {
  const words = say(name);
  const attributes = { type: "button", class: "plain small", title: words, "aria-label": words };
  return el("button", { ...attributes, onclick: act }, sign);
}

function tsvCells(cell: HTMLTableCellElement): string[] {
  const text = (cell.textContent ?? "").replace(/[\t\n\r]+/g, " ").trim();
  // What a spreadsheet would run as a formula stays text: a number may begin with a sign.
  const safe = /^[=+\-@]/.test(text) && !isNumber(text) ? `'${text}` : text;
  return [safe, ...Array<string>(cell.colSpan - 1).fill("")];
}

const EMPTY = new Set(["", "nan", "none", "null", "nat", "<na>"]);

function isNumber(text: string): boolean {
  return /^[+-]?(\d[\d,]*\.?\d*|\.\d+)(e[+-]?\d+)?%?$/i.test(text);
}

function keyOf(cell: HTMLTableCellElement | undefined): number | string {
  const text = cell?.textContent?.trim() ?? "";
  return isNumber(text) ? Number(text.replace(/[,%]/g, "")) : text;
}

// What is missing comes last both ways, numbers before words.
function compare(a: number | string, b: number | string, turn: number): number {
  const missing = (value: number | string) =>
    typeof value === "string" && EMPTY.has(value.toLowerCase());
  if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
  if (typeof a === "number" && typeof b === "number") return (a - b) * turn;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return numbers.compare(String(a), String(b)) * turn;
}
