import { beforeEach, describe, expect, it } from "vitest";
import { linesElement } from "./lines";
import {
  byDay,
  type CellRow,
  grouped,
  howMuch,
  marksOf,
  numberOf,
  type Version,
  whoOf,
} from "./state";

const NONE = { added: 0, removed: 0, edited: 0, ran: 0, moved: false };
const NOW = new Date(2026, 10, 22, 12).getTime();

function version(at: number, more: Partial<Version> = {}): Version {
  const plain = { id: String(at), at, by: [], reason: "busy", name: "", cells: 3 };
  return { ...plain, changes: NONE, first: false, ...more };
}

function row(more: Partial<CellRow>): CellRow {
  const side = { cell: "a", number: 1, type: "code", preview: "x", outputs: false };
  return {
    kind: "same",
    moved: false,
    outputs: false,
    noted: false,
    old: side,
    new: side,
    ...more,
  };
}

beforeEach(() => {
  document.documentElement.lang = "en";
});

describe("versions", () => {
  it("stand under the day they were made on", () => {
    const days = byDay([version(NOW), version(NOW - 3_600_000), version(NOW - 86_400_000)], NOW);
    expect(days.map(([day, group]) => [day, group.length])).toEqual([
      ["Today", 2],
      ["Yesterday", 1],
    ]);
  });

  it("say how much changed, and nothing twice", () => {
    expect(howMuch(version(1, { changes: { ...NONE, edited: 2, added: 1, moved: true } }))).toBe(
      "1 new, 2 edited, moved",
    );
    expect(howMuch(version(1))).toBe("nothing changed");
    expect(howMuch(version(1, { first: true, cells: 1 }))).toBe("1 cell");
  });

  it("name at most two people, and who left as somebody", () => {
    const people = { a: { name: "Mina", initials: "M" } };
    expect(whoOf(version(1, { by: ["a", "b", "c"] }), people)).toBe(
      "Mina, Somebody who left and 1 more",
    );
    expect(whoOf(version(1), people)).toBe("");
  });
});

describe("rows", () => {
  it("that are the same stand together", () => {
    const groups = grouped([row({}), row({}), row({ kind: "changed" }), row({})]);
    expect(groups.map((g) => (Array.isArray(g) ? g.length : g.kind))).toEqual([2, "changed", 1]);
  });

  it("say what happened to the cell", () => {
    expect(marksOf(row({ kind: "added", outputs: true }))).toEqual(["New"]);
    expect(marksOf(row({ moved: true, outputs: true }))).toEqual(["Moved", "Other output"]);
    const old = { cell: "a", number: 5, type: "code", preview: "", outputs: false };
    expect(numberOf(row({ moved: true, old }))).toBe("Cell 5 → 1");
  });
});

describe("lines", () => {
  it("show markup as text, and say in words what went and what came", () => {
    const evil = "<img src=x onerror=alert(1)>";
    const shown = linesElement(
      row({
        kind: "changed",
        lines: [4, [[[evil, true]], [["b", false]]], [null, [["c", false]]]],
      }),
      "label",
    );
    expect(shown.querySelector("img")).toBeNull();
    expect(shown.querySelector("del")?.textContent).toBe(`Removed: ${evil}`);
    expect([...shown.querySelectorAll("ins")].map((ins) => ins.textContent)).toEqual([
      "New: b",
      "New: c",
    ]);
  });
});
