// The inks are readable on their papers, in both lights.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("styles/tokens.css", "utf8");

/** The colours of one light: 0 is light, 1 is dark. */
function inks(side: 0 | 1): Map<string, string> {
  const pairs = css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g);
  return new Map([...pairs].map((m) => [m[1] ?? "", m[2 + side] ?? ""]));
}

/** WCAG 2.2: relative luminance of an sRGB colour, 0…1. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const people = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `person-${n}`);

const texts = [
  "ink",
  "ink-soft",
  "ink-faint",
  "accent",
  "done",
  "wait",
  "fail",
  "code-keyword",
  "code-string",
  "code-number",
  "code-comment",
  "code-name",
  "code-error",
  ...people,
];

describe.each([
  ["light", inks(0)],
  ["dark", inks(1)],
])("%s", (_name, palette) => {
  const colour = (name: string) => palette.get(name) ?? "missing";

  it.each(texts.flatMap((t) => ["paper", "paper-raised", "paper-sunken"].map((p) => [t, p])))(
    "%s is readable on %s",
    (text, paper) => {
      expect(contrast(colour(text ?? ""), colour(paper ?? ""))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it("what is written on a primary button is readable", () => {
    expect(contrast(colour("accent-ink"), colour("accent"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour("accent-ink"), colour("accent-hover"))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(people)("initials on %s are readable", (person) => {
    expect(contrast(colour("accent-ink"), colour(person))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["accent", "done", "wait", "fail"])("ink on the soft %s of a notice is readable", (n) => {
    expect(contrast(colour("ink"), colour(`${n}-soft`))).toBeGreaterThanOrEqual(7);
    expect(contrast(colour(n), colour(`${n}-soft`))).toBeGreaterThanOrEqual(4.5);
  });

  it("the edge of a field can be seen", () => {
    expect(contrast(colour("line-strong"), colour("paper-raised"))).toBeGreaterThanOrEqual(3);
  });
});

it("every colour is said for both lights", () => {
  expect(inks(0).size).toBeGreaterThan(20);
  expect(css.match(/--[\w-]+: #/g)).toBeNull();
});
