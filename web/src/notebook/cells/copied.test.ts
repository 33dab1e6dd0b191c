import { describe, expect, test } from "vitest";
import { codeCell } from "../live/fakebroker";
import { type CopiedCell, copied, fromClip, toClip, toPlainText } from "./copied";

const cell: CopiedCell = { type: "code", source: "x = '한글 😀'", metadata: { tags: ["a"] } };
const picture: CopiedCell = {
  type: "markdown",
  source: "![](attachment:a.png)",
  metadata: {},
  attachments: { "a.png": { "image/png": "AAAA" } },
};

describe("cells through a clipboard", () => {
  test("come back as they were", () => {
    expect(fromClip(toClip([cell, picture]))).toEqual([cell, picture]);
  });

  test("leave their id and their outputs behind", () => {
    const there = { ...codeCell("a", "old"), outputs: [{ output_type: "stream", text: "x" }] };
    expect(copied(there, "new")).toEqual({ type: "code", source: "new", metadata: {} });
  });

  test("are plain text for other programs", () => {
    expect(toPlainText([cell, picture])).toBe(`${cell.source}\n\n${picture.source}`);
  });

  test.each([
    "",
    "null",
    "[]",
    '{"cells":[]}',
    '{"lookin":1,"cells":[]}',
    '{"lookin":1,"cells":[{"type":"video","source":"","metadata":{}}]}',
    '{"lookin":1,"cells":[{"type":"code","source":7,"metadata":{}}]}',
    '{"lookin":1,"cells":[{"type":"code","source":"","metadata":[]}]}',
    '{"lookin":1,"cells":[{"type":"raw","source":"","metadata":{},"attachments":{"a":{"b":1}}}]}',
  ])("what is not cells is refused: %s", (text) => {
    expect(fromClip(text)).toBeNull();
  });

  test("a stranger's extra fields are dropped", () => {
    const text = JSON.stringify({ lookin: 1, cells: [{ ...cell, id: "a", outputs: [1] }] });
    expect(fromClip(text)).toEqual([cell]);
  });
});
