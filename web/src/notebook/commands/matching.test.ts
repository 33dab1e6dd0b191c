import { expect, test } from "vitest";
import { matches } from "./matching";

test("words in any order, and the letters that a Korean word begins with", () => {
  const texts = ["모두 실행", "Run all", "Ctrl+Shift+Enter"];
  for (const wanted of ["", "run", "ALL run", "실행", "ㅁㄷ", "ㅅㅎ", "shift+enter"])
    expect(matches(wanted, texts), wanted).toBe(true);
  for (const wanted of ["walk", "run xyz", "ㅎㅅ", "행실"])
    expect(matches(wanted, texts), wanted).toBe(false);
});
