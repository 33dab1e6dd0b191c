import { describe, expect, test } from "vitest";
import { extended, movesTo, neighbour, only, selectedIn, whole } from "./selection";

const ORDER = ["a", "b", "c", "d", "e"];

function moved(ids: string[], after: string | null): string[] {
  let order = [...ORDER];
  for (const move of movesTo(ORDER, ids, after)) {
    order = order.filter((id) => id !== move.cell);
    order.splice(move.after === null ? 0 : order.indexOf(move.after) + 1, 0, move.cell);
  }
  return order;
}

describe("a selection of cells", () => {
  test("grows from its anchor and shrinks back through it", () => {
    let selection = extended(ORDER, only("c"), 1);
    expect(selectedIn(ORDER, selection)).toEqual(["c", "d"]);
    selection = extended(ORDER, extended(ORDER, selection, -1), -1);
    expect(selectedIn(ORDER, selection)).toEqual(["b", "c"]);
  });

  test("stays inside the notebook", () => {
    const selection = extended(ORDER, extended(ORDER, only("d"), 1), 1);
    expect(selectedIn(ORDER, selection)).toEqual(["d", "e"]);
  });

  test("survives that its anchor is deleted by somebody else", () => {
    expect(selectedIn(["a", "c"], { anchor: "b", head: "c" })).toEqual(["c"]);
    expect(selectedIn(["a"], { anchor: "b", head: "c" })).toEqual([]);
  });

  test("the whole notebook, or nothing of an empty one", () => {
    expect(selectedIn(ORDER, whole(ORDER) ?? only("x"))).toEqual(ORDER);
    expect(whole([])).toBeNull();
  });

  test("what is chosen after deleting is the next below, else above", () => {
    expect(neighbour(ORDER, ["b", "c"])).toBe("d");
    expect(neighbour(ORDER, ["d", "e"])).toBe("c");
    expect(neighbour(ORDER, ORDER)).toBeNull();
  });

  test("moves keep the cells' order, wherever they go", () => {
    expect(moved(["b", "c"], "d")).toEqual(["a", "d", "b", "c", "e"]);
    expect(moved(["d", "e"], null)).toEqual(["d", "e", "a", "b", "c"]);
    expect(moved(["b", "d"], "d")).toEqual(["a", "c", "b", "d", "e"]);
    expect(moved(["a", "c"], "e")).toEqual(["b", "d", "e", "a", "c"]);
  });

  test("no move for what is there already", () => {
    expect(movesTo(ORDER, ["b", "c"], "a")).toEqual([]);
    expect(movesTo(ORDER, ["b", "c"], "b")).toEqual([]);
  });
});
