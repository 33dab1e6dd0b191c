import { expect, test } from "vitest";
import { pieces } from "./colours";

const CODE = `const form = document.querySelector("#a \\"b\\"");\nawait send(form, 12); // done\n`;

test("the pieces are the code again, letter by letter", () => {
  expect(
    pieces(CODE)
      .map((piece) => piece.text)
      .join(""),
  ).toBe(CODE);
});

test("words, strings, numbers, calls and comments are told apart", () => {
  const kinds = pieces(CODE).filter((piece) => piece.kind);
  expect(kinds.map(({ kind, text }) => `${kind}:${text}`)).toEqual([
    "keyword:const",
    "name:querySelector",
    'string:"#a \\"b\\""',
    "keyword:await",
    "name:send",
    "number:12",
    "comment:// done",
  ]);
});
