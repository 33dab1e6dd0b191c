import { expect, test } from "vitest";
import { documentOf } from "../live/document";
import { codeCell } from "../live/fakebroker";
import type { Cell, Run } from "../live/protocol";
import { headingsIn, headingsOf } from "./headings";

const text = (id: string, source: string): Cell => ({ ...codeCell(id, source), type: "markdown" });
const ran = (id: string, state: Run["state"]): Cell => ({
  ...codeCell(id, "1"),
  run: { state, queued_at: 1, started_at: 1, ended_at: 1 },
});

test("headings as they read, and no comment of a fenced piece of code", () => {
  const source =
    "# One *two* ##\n```python\n# no\n```\n## `three` [four](/x)\n#none\n### \n~~~\n# no";
  expect(headingsIn(source)).toEqual([
    { level: 1, text: "One two" },
    { level: 2, text: "three four" },
  ]);
});

test("a heading says what happens in the code below it", () => {
  const cells = [
    ran("a", "failed"),
    text("b", "# B\n## C"),
    ran("c", "failed"),
    ran("d", "running"),
    text("e", "# E"),
    ran("f", "failed"),
    ran("g", "done"),
  ];
  const document = documentOf(cells);
  const found = headingsOf(document, (id) => document.cells.get(id)?.source ?? "");
  expect(found.map(({ text, state, at }) => [text, state, at])).toEqual([
    ["B", "", 0],
    ["C", "running", 1],
    ["E", "failed", 0],
  ]);
});
