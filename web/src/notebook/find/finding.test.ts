import { describe, expect, test } from "vitest";
import { findAll, MOST_MATCHES, patternOf, type Query, startAt } from "./finding";

const query = (text: string, more: Partial<Query> = {}): Query => ({
  text,
  matchCase: false,
  wholeWord: false,
  regexp: false,
  ...more,
});
const inText = (text: string, wanted: Query, replacement = "") =>
  findAll([{ id: "a", text }], wanted, replacement).flatMap(({ matches }) => matches);
const replaced = (text: string, wanted: Query, replacement: string) => {
  let result = text;
  for (const { from, to, insert } of inText(text, wanted, replacement).reverse())
    result = result.slice(0, from) + insert + result.slice(to);
  return result;
};

describe("finding", () => {
  test("plain text means itself, in any case unless asked", () => {
    expect(replaced("a.b A.B axb", query("a.b"), "!")).toBe("! ! axb");
    expect(replaced("a.b A.B", query("a.b", { matchCase: true }), "!")).toBe("! A.B");
    expect(replaced("f(x) [1] {2} a|b ^$", query("[1] {2} a|b ^$"), "")).toBe("f(x) ");
  });

  test("whole words in every script", () => {
    const whole = { wholeWord: true };
    expect(replaced("점수 점수표 총점수 점수", query("점수", whole), "x")).toBe(
      "x 점수표 총점수 x",
    );
    expect(replaced("i in iter i_2 i", query("i", whole), "j")).toBe("j in iter i_2 j");
  });

  test("a regular expression with groups; a dollar in plain text is a dollar", () => {
    const regexp = { regexp: true };
    expect(replaced("x=1, yy=2", query("(\\w+)=(\\d)", regexp), "$2=$1$$$&")).toBe(
      "1=x$x=1, 2=yy$yy=2",
    );
    expect(replaced("ab", query("(?<first>a)", regexp), "$<first>\\n")).toBe("a\nb");
    expect(replaced("ab", query("a"), "$&$1")).toBe("$&$1b");
    expect(replaced("a\nb", query("^b$", regexp), "c")).toBe("a\nc");
    expect(replaced("a-b", query("a\\-b", regexp), "c")).toBe("c");
  });

  test("emoji are not cut, empty matches are left out, and what is no pattern throws", () => {
    expect(inText("😀a😀", query("a"))).toEqual([{ from: 2, to: 3, insert: "" }]);
    expect(replaced("😀", query(".", { regexp: true }), "x")).toBe("x");
    expect(inText("abc", query("x*", { regexp: true }))).toEqual([]);
    expect(inText("abc", query(""))).toEqual([]);
    expect(() => patternOf(query("(", { regexp: true }))).toThrow(SyntaxError);
  });

  test("stops at a bound", () => {
    const text = "a".repeat(MOST_MATCHES + 5);
    expect(inText(text, query("a"))).toHaveLength(MOST_MATCHES);
  });

  test("begins where the person is, and at the top after the last", () => {
    const places = [
      { id: "a", from: 0 },
      { id: "b", from: 5 },
      { id: "b", from: 9 },
    ];
    const order = ["a", "b", "c"];
    expect(startAt(places, order, "b", 6)).toBe(2);
    expect(startAt(places, order, "a", 1)).toBe(1);
    expect(startAt(places, order, "c", 0)).toBe(0);
    expect(startAt(places, order, null, 0)).toBe(0);
  });
});
