import { expect, test } from "vitest";
import { type Press, walked } from "./walking";

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  shiftKey: false,
  ...more,
});
const starts = [0, 2, 5]; // of six lines

test("arrows go round through the text, page keys from section to section", () => {
  const walk = (key: string) => [-1, 0, 3, 5].map((at) => walked(press(key), at, 6, starts));
  expect(walk("ArrowDown")).toEqual([0, 1, 4, null]);
  expect(walk("ArrowUp")).toEqual([5, null, 2, 4]);
  expect(walk("PageDown")).toEqual([0, 2, 5, 5]);
  expect(walk("PageUp")).toEqual([0, 0, 2, 2]);
});

test("Home and End are the text's until a line is marked; keys with others stay the field's", () => {
  expect([-1, 3].map((at) => walked(press("Home"), at, 6, starts))).toEqual([undefined, 0]);
  expect([-1, 3].map((at) => walked(press("End"), at, 6, starts))).toEqual([undefined, 5]);
  expect(walked(press("ArrowDown", { shiftKey: true }), 0, 6, starts)).toBeUndefined();
  expect(walked(press("ArrowDown"), -1, 0, [])).toBeUndefined();
  expect(walked(press("a"), 0, 6, starts)).toBeUndefined();
});
