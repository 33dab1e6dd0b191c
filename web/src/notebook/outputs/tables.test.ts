// @vitest-environment jsdom
import { expect, test, vi } from "vitest";
import { enliven } from "./tables";

function table(rows: string[][], head = ["", "name", "value"]): HTMLElement {
  const box = document.createElement("div");
  const cells = (row: string[], tag: string) => row.map((c) => `<${tag}>${c}</${tag}>`).join("");
  const body = rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("");
  box.innerHTML = `<table><thead><tr>${cells(head, "th")}</tr></thead><tbody>${body}</tbody></table>`;
  document.body.append(box);
  enliven(box);
  return box;
}

const column = (box: HTMLElement, n: number) =>
  [...box.querySelectorAll("tbody tr")].map((row) => row.children[n]?.textContent);

test("sorts by a column: up, down, and as it came; what is missing stays last", () => {
  const box = table([
    ["0", "b", "10"],
    ["1", "a", "NaN"],
    ["2", "c", "9.5"],
  ]);
  const button = box.querySelectorAll<HTMLButtonElement>("th button")[2];
  button?.click();
  expect(column(box, 2)).toEqual(["9.5", "10", "NaN"]);
  expect(box.querySelectorAll("th")[2]?.getAttribute("aria-sort")).toBe("ascending");
  button?.click();
  expect(column(box, 2)).toEqual(["10", "9.5", "NaN"]);
  button?.click();
  expect(column(box, 0)).toEqual(["0", "1", "2"]);
});

test("long ones are shown page by page, and the head stays inside a region of its own", () => {
  const box = table(Array.from({ length: 250 }, (_, i) => [String(i), "x", String(i)]));
  expect(column(box, 0)).toHaveLength(100);
  box.querySelector<HTMLButtonElement>('.table-foot button[title="Next rows"]')?.click();
  expect(column(box, 0)[0]).toBe("100");
  expect(box.querySelector(".table-foot")?.textContent).toContain("Rows 101–200 of 250");
  expect(box.querySelector(".table-scroll")?.getAttribute("tabindex")).toBe("0");
});

test("a table whose cells span rows is never sorted apart", () => {
  const box = document.createElement("div");
  box.innerHTML = `<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>
    <tr><th rowspan="2">x</th><td>2</td></tr><tr><td>1</td></tr></tbody></table>`;
  enliven(box);
  expect(box.querySelector("th button")).toBeNull();
});

test("copies all rows as TSV, and nothing that a spreadsheet would run", async () => {
  const written = vi.fn(async (_: string) => {});
  vi.stubGlobal("navigator", { clipboard: { writeText: written } });
  const box = table([
    ["0", "=HYPERLINK(1)", "-5"],
    ["1", "a\tb", "x"],
  ]);
  [...box.querySelectorAll<HTMLButtonElement>(".table-foot button")].at(-1)?.click();
  await vi.waitFor(() => expect(written).toHaveBeenCalled());
  expect(written.mock.calls[0]?.[0]).toBe("\tname\tvalue\n0\t'=HYPERLINK(1)\t-5\n1\ta b\tx\n");
  vi.unstubAllGlobals();
});
