import { expect, test } from "vitest";
import { addressOf, readListing, stemLength } from "./listing";

test("a name with every awkward character leads to its own file", () => {
  expect(addressOf("w", { kind: "file", path: "데이터/a b#?%.csv" })).toBe(
    "/files/w/%EB%8D%B0%EC%9D%B4%ED%84%B0/a%20b%23%3F%25.csv",
  );
  expect(addressOf("w", { kind: "notebook", path: "a&b/c.ipynb" })).toBe(
    "/notebooks/open?workspace=w&path=a%26b%2Fc.ipynb",
  );
  expect(addressOf("w", { kind: "folder", path: "a/b" })).toBe("/service?workspace=w&folder=a%2Fb");
});

test("a rename selects the name without its ending", () => {
  expect(stemLength("data.tar.gz")).toBe(8);
  expect(stemLength("README")).toBe(6);
  expect(stemLength(".env")).toBe(4);
});

test("an answer that is no listing is not taken for an empty one", () => {
  expect(() => readListing({})).toThrow(TypeError);
  expect(readListing({ entries: [], more: 0 }).entries).toEqual([]);
});
