import { expect, test } from "vitest";
import { cut, match } from "./match";

const RUN_ALL = ["모두 실행", "Run all", "Ctrl+Shift+Enter"];

test("words in any order, initials, half a syllable, the other keyboard, spaces left out", () => {
  for (const wanted of ["", "run", "ALL run", "실행", "ㅁㄷ", "ㅅㅎ", "shift+enter", "모두실행"])
    expect(match(wanted, RUN_ALL), wanted).not.toBeNull();
  for (const wanted of ["ahen", "tlfgod", "ㄱ", "싫", "실해", "rkqt"])
    expect(match(wanted, ["모두 실행", "값 고르기"]), wanted).not.toBeNull();
  for (const wanted of ["walk", "run xyz", "ㅎㅅ", "행실", "z".repeat(10_000)])
    expect(match(wanted, RUN_ALL), wanted).toBeNull();
});

test("a typo is forgiven from four keys on, two from eight, never in the first letter", () => {
  expect(match("resatrt", ["Restart Python"])).not.toBeNull();
  expect(match("rextarx py", ["Restart Python"])).toBeNull();
  expect(match("rux", ["Run all"])).toBeNull();
  expect(match("xestart", ["Restart Python"])).toBeNull();
});

test("what begins a word is better than what stands inside, and both than a typo", () => {
  const cost = (wanted: string) => match(wanted, ["Restart Python"])?.cost ?? Number.NaN;
  expect(cost("res")).toBe(0);
  expect(cost("python")).toBe(0);
  expect(cost("start")).toBeGreaterThan(cost("res"));
  expect(cost("retsart")).toBeGreaterThan(cost("start"));
});

test("the marked stretch is the letters that were meant", () => {
  const shown = (wanted: string, text: string) => cut(text, match(wanted, [text])?.marks ?? []);
  expect(shown("실행", "모두 실행")).toEqual([
    ["모두 ", false],
    ["실행", true],
  ]);
  expect(shown("ㅅㅎ", "모두 실행")).toEqual([
    ["모두 ", false],
    ["실행", true],
  ]);
  expect(shown("tlf", "모두 실행")).toEqual([
    ["모두 ", false],
    ["실", true],
    ["행", false],
  ]);
  expect(shown("모두실", "모두 실행")).toEqual([
    ["모두 실", true],
    ["행", false],
  ]);
  expect(shown("run", "😀 run")).toEqual([
    ["😀 ", false],
    ["run", true],
  ]);
});
