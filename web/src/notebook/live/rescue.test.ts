import { ChangeSet, Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { difference, rescue } from "./rescue";

const text = (value: string) => Text.of(value.split("\n"));

/** Typing `pieces` one after the other at `at`. */
function typed(base: string, at: number, ...pieces: string[]): ChangeSet[] {
  let length = base.length;
  return pieces.map((insert, i) => {
    const from = at + pieces.slice(0, i).join("").length;
    const changes = ChangeSet.of({ from, insert }, length);
    length += insert.length;
    return changes;
  });
}

function result(base: string, unsent: ChangeSet[], current: string): string | { text: string } {
  const found = rescue(text(base), unsent, text(current));
  if (found.kind === "clash") return { text: found.text };
  return found.kind === "there" ? current : found.changes.apply(text(current)).toString();
}

test("text that never left is applied again", () => {
  expect(result("ab", typed("ab", 2, "c", "d"), "ab")).toBe("abcd");
});

test("text that arrived, its answer lost, is not typed twice", () => {
  expect(result("ab", typed("ab", 2, "c", "d"), "abcd")).toBe("abcd");
  expect(result("ab", typed("ab", 2, "c", "d"), "abc")).toBe("abcd");
});

test("an edit of somebody else, elsewhere, is kept beside it", () => {
  expect(result("one\ntwo", typed("one\ntwo", 7, "!"), "One\ntwo")).toBe("One\ntwo!");
});

test("edits of the same place are handed back as text", () => {
  expect(result("ab", typed("ab", 2, "c"), "abX")).toEqual({ text: "abc" });
});

test("a difference never cuts a character in halves", () => {
  const changes = difference(text("a😀b"), text("a😁b"));
  expect(JSON.stringify(changes.toJSON())).toBe(JSON.stringify([1, [2, "😁"], 1]));
});
