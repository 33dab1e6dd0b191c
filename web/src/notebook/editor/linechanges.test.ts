import { ChangeSet, Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { linesChanged } from "./linechanges";

function made(before: string, after: string): string {
  const doc = Text.of(before.split("\n"));
  return ChangeSet.of(linesChanged(before, after), doc.length, "\n").apply(doc).toString();
}

test.each([
  ["x = {  'a':1 }", 'x = {"a": 1}'],
  ["a=1\nkeep\nb=2", "a = 1\nkeep\nb = 2"],
  ["a\n\n\n\n\nb\n", "a\n\n\nb"],
  ["", "a"],
  ["a", ""],
  ["a\nb\nc", "c"],
  ["c", "a\nb\nc"],
  ["a\nb", "a\nb\n\nc\nd"],
  ["a\nx\ny\nb", "a\nb"],
  ["f(1,😀)\n한글='ㄱ'", 'f(1, 😀)\n한글 = "ㄱ"'],
  ["x😀", "x😁"],
])("%j becomes %j", (before, after) => {
  expect(made(before, after)).toBe(after);
});

test("any text becomes any other", () => {
  let seed = 7;
  const random = (n: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return (seed >> 12) % n;
  };
  const text = () => Array.from({ length: random(12) }, () => "ab\n\n😀"[random(4)]).join("");
  for (let round = 0; round < 500; round += 1) {
    const [before, after] = [text(), text()];
    expect(made(before, after)).toBe(after);
  }
});

test("a line that is tidy already is not touched", () => {
  const changes = linesChanged("a=1\nkeep = 1\nb=2", "a = 1\nkeep = 1\nb = 2");
  expect(changes.every(({ from, to }) => to <= 3 || from >= 13)).toBe(true);
  expect(changes).toHaveLength(2);
});
