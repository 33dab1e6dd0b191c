import { expect, test } from "vitest";
import { type Answer, type Item, readAnswer } from "./answers";
import { completed, completionOf, type Section, type Surroundings, sectionsOf } from "./lines";
import { initialState, type State } from "./state";

const empty: Answer = { answer: null, reading: null, words: [], chips: [], groups: [], recent: [] };
const item: Item = {
  id: "1",
  title: [["점수", true]],
  passage: null,
  where: "3반",
  href: "/notebooks/1",
  copy: null,
  changed: 0,
  cell: null,
};
const around: Surroundings = {
  commands: [
    { name: "run_all", title: "Run all", texts: ["모두 실행"], keys: "Ctrl+Shift+Enter" },
    { name: "save", title: "Save", texts: [] },
  ],
  takesText: true,
};
const state = (text: string, answer: Partial<Answer>, more: Partial<State> = {}): State => ({
  ...initialState,
  isOpen: true,
  text,
  answer: { ...empty, ...answer },
  answeredQuery: text,
  ...more,
});
const kinds = (sections: readonly Section[]) => sections.map(({ kind }) => kind);

test("the answer to a sum stands first, to be copied or put into a cell", () => {
  const answer = { text: "50 MB", plain: "50 MB", python: "50e6", exact: true, note: "" };
  const [sum] = sectionsOf(state("1.5GB/30", { answer }), around);
  expect(sum?.lines[0]?.title).toEqual([["= 50 MB", false]]);
  expect(sum?.lines[0]?.acts.map(({ label }) => label)).toEqual(["copy", "insert"]);
  const elsewhere = sectionsOf(state("1.5GB/30", { answer }), { ...around, takesText: false });
  expect(elsewhere[0]?.lines[0]?.acts.map(({ label }) => label)).toEqual(["copy"]);
});

test("a command that one began to type comes first, another one after what was found", () => {
  const groups = [{ kind: "notebooks" as const, more: false, items: [item] }];
  expect(kinds(sectionsOf(state("run", { groups }), around))).toEqual(["commands", "notebooks"]);
  expect(kinds(sectionsOf(state("두", { groups }), around))).toEqual(["notebooks", "commands"]);
  expect(kinds(sectionsOf(state("", { groups }), around))).toEqual(["notebooks"]);
  const only = sectionsOf(state("", { groups }, { onlyCommands: true }), around);
  expect(only.map(({ kind, lines }) => [kind, lines.length])).toEqual([["commands", 2]]);
});

test("recent searches stand in an empty field, and those that fit what is typed below", () => {
  const recent = ["데이터 분석", "chart"];
  expect(sectionsOf(state("", { recent }), around)[0]?.lines).toHaveLength(2);
  const [fitting] = sectionsOf(state("데이", { recent }), around);
  expect(fitting?.lines.map(({ forgets }) => forgets)).toEqual(["데이터 분석"]);
});

test("whom or where one finds can become a filter; a cell is gone to", () => {
  const groups = [
    { kind: "people" as const, more: false, items: [{ ...item, href: null }] },
    { kind: "workspaces" as const, more: false, items: [item] },
    { kind: "cells" as const, more: false, items: [{ ...item, cell: "c" }] },
  ];
  const labels = sectionsOf(state("점", { groups }), around).map(({ lines }) =>
    lines[0]?.acts.map(({ label }) => label),
  );
  expect(labels).toEqual([["narrow"], ["open", "narrow"], ["go"]]);
});

test("lines for other words fall away when the server does not answer; commands stay", () => {
  const trouble = { kind: "offline", message: "", hint: "" } as const;
  const groups = [{ kind: "notebooks" as const, more: false, items: [item] }];
  const stale = state("save", { groups }, { trouble, answeredQuery: "sav" });
  expect(kinds(sectionsOf(stale, around))).toEqual(["commands"]);
});

test("Tab completes the last word, with the typed ones before it", () => {
  const typed = state("첫 데이", { words: ["분석", "데이터프레임"] });
  expect(completionOf(typed)).toBe("데이터프레임");
  expect(completed(typed.text, "데이터프레임")).toBe("첫 데이터프레임");
  expect(completionOf(state("데이터", { words: ["데이터"] }))).toBeNull();
  expect(completionOf(state("", { words: ["데이터"] }))).toBeNull();
});

test("an answer of another shape is a bug, and a group that is not known falls away", () => {
  expect(() => readAnswer({ error: 0 })).toThrow(TypeError);
  expect(readAnswer({ groups: [{ kind: "moons", more: false, items: [] }] }).groups).toEqual([]);
});
