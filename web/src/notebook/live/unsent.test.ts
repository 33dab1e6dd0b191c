// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { forgetOthers } from "../../lib/unsentkeys";
import type { Kept } from "./recall";
import { UnsentShelf } from "./unsent";

const kept = (client: string, text = "x"): Kept => ({
  client,
  epoch: "e",
  seq: 1,
  cells: [{ cell: "a", version: 0, base: "", changes: [[0, text]] }],
  operations: [],
});

function page(client: string, what: () => Kept | null = () => kept(client), person = "p") {
  const taken = vi.fn();
  const place = { person, notebook: "n", client };
  return { shelf: new UnsentShelf(localStorage, place, what, taken), taken };
}

beforeEach(() => localStorage.clear());

test("a page takes up what one that was left had not sent, and nobody does so again", () => {
  const first = page("1").shelf;
  first.write(true);
  first.end();
  const next = page("2").shelf;
  expect(next.takeLeft().map((one) => one.client)).toEqual(["1"]);
  expect(page("3").shelf.takeLeft()).toEqual([]);
  next.landed();
  expect(Object.keys(localStorage)).toEqual(["lookin.unsent.p.n.2"]);
});

test("a page that lives keeps its own; one that gave no sign for long does not", () => {
  page("1").shelf.write();
  const next = page("2").shelf;
  expect(next.takeLeft()).toEqual([]);
  expect(next.takeLeft(Date.now() + 200_000).length).toBe(1);
});

test("a page that wakes after another took its text up learns so, and writes nothing", () => {
  const { shelf, taken } = page("1");
  shelf.write(true);
  const next = page("2");
  next.shelf.takeLeft();
  next.shelf.landed();
  expect(shelf.isMine).toBe(false);
  shelf.write();
  expect(taken).toHaveBeenCalledOnce();
  expect(localStorage.getItem("lookin.unsent.p.n.1")).toBeNull();
});

test("what is sent is kept no longer", () => {
  let what: Kept | null = kept("1");
  const { shelf } = page("1", () => what);
  expect(shelf.write()).toBe(true);
  what = null;
  shelf.write();
  expect(localStorage.length).toBe(0);
});

test("what is too much for the browser is said to be not safe", () => {
  const { shelf } = page("1", () => kept("1", "x".repeat(1_100_000)));
  expect(shelf.write()).toBe(false);
  expect(localStorage.length).toBe(0);
});

test("nothing of one person is left for the next, and no page keeps another from writing", () => {
  page("1", undefined, "other").shelf.write(true);
  for (let i = 0; i < 25; i += 1) page(String(i)).shelf.write(true);
  forgetOthers(localStorage, "p");
  const keys = Object.keys(localStorage);
  expect(keys.length).toBe(20);
  expect(keys.every((key) => key.startsWith("lookin.unsent.p."))).toBe(true);
});

test("what somebody else put there is passed over", () => {
  localStorage.setItem("lookin.unsent.p.n.9", "{broken");
  localStorage.setItem("lookin.unsent.p.n.8", '"text"');
  expect(page("1").shelf.takeLeft()).toEqual([]);
});
