import { expect, test } from "vitest";
import { movesCursor, settled } from "./terminal";

test.each([
  ["10%\r20%\r30%\n", "30%\n"],
  ["abc\rX", "Xbc"],
  ["ab\bc", "ac"],
  ["a\r\nb", "a\nb"],
  ["long line\r\x1b[Kshort", "short"],
  ["\router 1\n\rinner 1\x1b[A\router 2\n\rinner 2\x1b[A", "outer 2\ninner 2"],
  ["\x1b[31m██\x1b[0mab\rXY", "XY\x1b[0mab"],
  ["plain\x1b[31mred\x1b[0m", "plain\x1b[31mred\x1b[0m"],
])("%j settles as a terminal shows it", (printed, shown) => {
  expect(settled(printed)).toBe(shown);
});

test("colours move no cursor", () => {
  expect(movesCursor("\x1b[31mred\x1b[0m\n")).toBe(false);
  expect(movesCursor("a\x1b[2K")).toBe(true);
});

test("a hundred thousand lines with carriage returns take no long", () => {
  const text = Array.from({ length: 100_000 }, (_, i) => `${i}\r${i}!\n`).join("");
  const began = performance.now();
  expect(settled(text).startsWith("0!\n1!\n")).toBe(true);
  expect(performance.now() - began).toBeLessThan(5000);
});
