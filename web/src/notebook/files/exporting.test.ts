import { expect, test } from "vitest";
import { nameIn } from "./exporting";

test("a file keeps its name, in whatever letters", () => {
  expect(nameIn("attachment; filename*=utf-8''%ED%95%9C%20%F0%9F%98%80.html")).toBe("한 😀.html");
  expect(nameIn('attachment; filename="a \\"b\\".py"')).toBe('a "b".py');
  expect(nameIn("attachment")).toBe("notebook");
});
