import { expect, test } from "vitest";
import { GROUPS } from "./commandgroups";
import { KEYS } from "./keys";

test("every command stands in one group, so that people can find it", () => {
  const listed = GROUPS.flatMap(([, names]) => names);
  expect([...listed].sort()).toEqual(Object.keys(KEYS).sort());
});
