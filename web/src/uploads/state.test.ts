import { expect, test } from "vitest";
import { outcome } from "./sending";
import { add, advance, change, isBusy, next, remove, retry } from "./state";

const two = add(add([], 1, "a.csv", 1000), 2, "b.csv", 1000);

test("files travel one at a time, in order", () => {
  expect(next(two)?.id).toBe(1);
  const busy = change(two, 1, { step: "travelling" });
  expect(next(busy)).toBeNull();
  expect(next(change(busy, 1, { step: "failed" }))?.id).toBe(2);
});

test("progress counts the file's bytes, not the form's", () => {
  const half = advance(two, 1, 600, 1200, 1000);
  expect(half[0]).toMatchObject({ loaded: 500, step: "travelling" });
  const whole = advance(half, 1, 1200, 1200, 2000);
  expect(whole[0]).toMatchObject({ loaded: 1000, step: "storing", speed: 500 });
});

test("a late progress event does not reopen a finished file", () => {
  const done = change(two, 1, { step: "done" });
  expect(advance(done, 1, 10, 100, 5)).toBe(done);
});

test("an empty file has no share to divide by", () => {
  expect(advance(add([], 1, "empty", 0), 1, 0, 0, 1)[0]).toMatchObject({
    loaded: 0,
    step: "storing",
  });
});

test("a retry begins anew and a removed file is gone", () => {
  const failed = change(two, 1, { step: "failed", loaded: 400, note: "no" });
  expect(isBusy(change(failed, 2, { step: "done" }))).toBe(false);
  expect(next(retry(failed, 1))).toMatchObject({ id: 1, loaded: 0, note: "" });
  expect(remove(failed, 1).map((item) => item.id)).toEqual([2]);
});

test("an answer is read without trust", () => {
  expect(outcome(200, '{"error":0,"name":"a","size":3}')).toEqual({
    kind: "stored",
    name: "a",
    size: 3,
  });
  expect(outcome(413, '{"error":-1,"message":"Too large.","hint":"Split it."}')).toEqual({
    kind: "refused",
    status: 413,
    message: "Too large. Split it.",
  });
  expect(outcome(502, "<html>")).toEqual({ kind: "refused", status: 502, message: "" });
});
