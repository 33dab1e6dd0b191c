import { describe, expect, test } from "vitest";
import { cpuOf, memoryOf, type Running, readNow, span, stateOf, subjectOf, titleOf } from "./state";

const kernel = (more: Partial<Running> = {}): Running => ({
  id: "k",
  kind: "notebook",
  title: "First",
  address: "/notebooks/1",
  person: null,
  state: "idle",
  place: 0,
  reason: null,
  memory: 212_000_000,
  limit: 1_000_000_000,
  cpu: 3.4,
  since: 0,
  active: 0,
  ...more,
});
const MINUTE = 60_000;

describe("a row says", () => {
  test("how long its kernel has done nothing", () => {
    expect(stateOf(kernel(), 12 * MINUTE)).toBe("Ready, idle for 12 min");
    expect(stateOf(kernel(), 3)).toBe("Ready, idle for a moment");
  });

  test("its place in the line, or whose turn it is to act", () => {
    const waits = kernel({ state: "waiting", place: 2, reason: "machine_full" });
    expect(stateOf(waits, 0)).toBe("2nd in line: the machine is full");
    expect(stateOf({ ...waits, place: 1 }, 0)).toContain("Next in line");
    const own = { ...waits, reason: "own_limit" };
    expect(stateOf(own, 0)).toContain("you stop one of yours");
    const person = { name: "Mina", initials: "M", own: false };
    expect(stateOf({ ...own, person }, 0)).toContain("they stop one of theirs");
  });

  test("no title of what its reader may not see", () => {
    expect(titleOf(kernel())).toBe("First");
    expect(titleOf(kernel({ kind: "hidden", title: null }))).toBe("A notebook of theirs");
    const theirs = { name: "Mina", initials: "M", own: false };
    expect(subjectOf(kernel({ kind: "hidden", title: null, person: theirs }))).toBe("Mina");
    expect(subjectOf(kernel({ person: theirs }))).toBe("Mina, First");
    expect(subjectOf(kernel({ person: { ...theirs, own: true } }))).toBe("First");
    expect(titleOf(kernel({ kind: "scratch", title: null }))).toBe("Code from the lessons page");
  });

  test("what it uses, with its unit, or nothing when nobody knows", () => {
    expect(memoryOf(212_000_000, 1_000_000_000)).toEqual({ text: "212 MB of 1 GB", part: 0.212 });
    expect(memoryOf(212_000_000, 0)).toEqual({ text: "212 MB", part: null });
    expect(memoryOf(3, 2).part).toBe(1);
    expect(memoryOf(null, 2)).toEqual({ text: "–", part: null });
    expect([cpuOf(3.4), cpuOf(198.7), cpuOf(null)]).toEqual(["3 %", "199 %", "–"]);
  });
});

test("times grow from minutes to days", () => {
  const said = [59, 60, 48 * 60 - 1, 48 * 60].map((minutes) => span(minutes * MINUTE));
  expect(said).toEqual(["59 min", "1 h", "47 h", "2 days"]);
});

test("the line stands below what runs, in its order", () => {
  const waits = (id: string, place: number) => kernel({ id, state: "waiting", place });
  const kernels = [
    waits("c", 2),
    kernel({ id: "b", since: 5 }),
    waits("d", 1),
    kernel({ id: "a" }),
  ];
  expect(readNow({ kernels }).kernels.map(({ id }) => id)).toEqual(["a", "b", "d", "c"]);
});

test("an answer that is no list of kernels is not shown", () => {
  expect(() => readNow({ error: -1 })).toThrow(TypeError);
  expect(readNow({ kernels: [] })).toEqual({ kernels: [], machine: null });
});
