import { redo, undo } from "@codemirror/commands";
import { ChangeSet, Text } from "@codemirror/state";
import { afterEach, describe, expect, it, vi } from "vitest";
import { codeCell } from "../live/fakebroker";
import type { TextUpdate } from "../live/protocol";
import { cursorField } from "../people/cursors";
import { CellEditor } from "./editor";

const made: CellEditor[] = [];
afterEach(() => {
  for (const editor of made.splice(0)) editor.destroy();
});

function editorOf(source: string, version = 0): CellEditor {
  const cell = { ...codeCell("c", source), version };
  const events = { typed() {}, focused() {}, key: () => false, clashed: vi.fn(), moved() {} };
  const words = { label: "Cell", hint: "", writable: true };
  const editor = new CellEditor({ cell, client: "me", ...words, events });
  made.push(editor);
  return editor;
}

function change(length: number, from: number, to: number, insert: string, by = "you"): TextUpdate {
  const changes = ChangeSet.of({ from, to, insert }, length, "\n");
  return { client: by, changes: changes.toJSON() };
}

const type = (editor: CellEditor, at: number, text: string) =>
  editor.view.dispatch({ changes: { from: at, insert: text }, userEvent: "input.type" });
const cursorsOf = (editor: CellEditor) => editor.view.state.field(cursorField, false) ?? [];
const mina = { visit: "v", name: "Mina", colour: 1, moves: 1 };

describe("undo", () => {
  it("takes back one's own typing only", () => {
    const editor = editorOf("ab");
    type(editor, 2, "MINE");
    editor.receive([change(2, 0, 0, "😀theirs ")]);
    expect(editor.text).toBe("😀theirs abMINE");
    undo(editor.view);
    expect(editor.text).toBe("😀theirs ab");
    redo(editor.view);
    expect(editor.text).toBe("😀theirs abMINE");
  });

  it("still works when the notebook came anew as a whole", () => {
    const editor = editorOf("one\ntwo");
    type(editor, 3, " MINE");
    editor.receive([change(7, 3, 3, " MINE", "me")]);
    editor.restart({ ...codeCell("c", "zero\none MINE\ntwo"), version: 40 });
    expect(editor.text).toBe("zero\none MINE\ntwo");
    expect(editor.hasUnsent).toBe(false);
    undo(editor.view);
    expect(editor.text).toBe("zero\none\ntwo");
    expect(editor.unsent()).toMatchObject({ version: 40 });
  });

  it("still works for what was not yet sent then", () => {
    const editor = editorOf("one");
    type(editor, 3, " MINE");
    editor.restart({ ...codeCell("c", "first\none"), version: 7 });
    expect(editor.text).toBe("first\none MINE");
    const unsent = editor.unsent();
    expect(unsent?.version).toBe(7);
    const sent = ChangeSet.fromJSON(unsent?.updates[0]?.changes);
    expect(sent.apply(Text.of(["first", "one"])).toString()).toBe("first\none MINE");
    undo(editor.view);
    expect(editor.text).toBe("first\none");
  });
});

describe("somebody else's cursor", () => {
  it("stands where its person put it, behind an emoji", () => {
    const editor = editorOf("😀 안녕");
    editor.show([{ ...mina, version: 0, anchor: 3, head: 5 }]);
    expect(cursorsOf(editor)).toMatchObject([{ anchor: 3, head: 5 }]);
  });

  it("is carried over what was recorded since, and over what is typed here", () => {
    const editor = editorOf("abc", 3);
    type(editor, 0, "mine ");
    editor.receive([change(3, 1, 1, "XX")]);
    editor.show([{ ...mina, version: 3, anchor: 3, head: 3 }]);
    expect(editor.text).toBe("mine aXXbc");
    expect(cursorsOf(editor)).toMatchObject([{ head: 10 }]);
    type(editor, 0, "!");
    expect(cursorsOf(editor)).toMatchObject([{ head: 11 }]);
  });

  it("goes along with what its person types, and not with what is typed here at its place", () => {
    const editor = editorOf("ab");
    editor.show([{ ...mina, version: 0, anchor: 1, head: 1 }]);
    type(editor, 1, "here");
    expect(cursorsOf(editor)).toMatchObject([{ head: 1 }]);
    editor.receive([change(2, 1, 1, "there")]);
    expect(editor.text.slice(0, cursorsOf(editor)[0]?.head)).toContain("there");
  });

  it("waits until the text that it stands in has come", () => {
    const editor = editorOf("ab");
    editor.show([{ ...mina, version: 1, anchor: 6, head: 6 }]);
    expect(cursorsOf(editor)).toEqual([]);
    editor.receive([change(2, 2, 2, "cdef")]);
    expect(cursorsOf(editor)).toMatchObject([{ head: 6 }]);
  });

  it("goes when its person does", () => {
    const editor = editorOf("ab");
    editor.show([{ ...mina, version: 0, anchor: 1, head: 1 }]);
    editor.show([]);
    expect(cursorsOf(editor)).toEqual([]);
  });
});

describe("one's own position", () => {
  it("is told for the text that the broker has", () => {
    const editor = editorOf("abcd", 9);
    editor.view.dispatch({ selection: { anchor: 1, head: 3 } });
    expect(editor.position()).toEqual({ version: 9, anchor: 1, head: 3 });
    type(editor, 0, "새 ");
    expect(editor.position()).toEqual({ version: 9, anchor: 1, head: 3 });
    editor.receive([change(4, 0, 0, "새 ", "me")]);
    expect(editor.position()).toEqual({ version: 10, anchor: 3, head: 5 });
  });

  it("need not be told again when others can tell by themselves", () => {
    const editor = editorOf("ab", 0);
    editor.view.dispatch({ selection: { anchor: 2 } });
    const told = editor.position();
    editor.view.dispatch({ changes: { from: 2, insert: "c" }, selection: { anchor: 3 } });
    editor.receive([change(2, 2, 2, "c", "me")]);
    expect(editor.expected(told)).toEqual(editor.position());
  });
});
