// @vitest-environment jsdom
import { describe, expect, test } from "vitest";
import { CellEditor } from "../editor/editor";
import { codeCell, FakeBroker } from "./fakebroker";
import type { Kept } from "./recall";
import { Session } from "./session";

// jsdom has no layout; CodeMirror asks for some.
Range.prototype.getClientRects = () => [] as unknown as DOMRectList;

class Page {
  readonly said: string[] = [];
  readonly orphans: string[] = [];
  readonly session: Session;

  constructor(broker: FakeBroker, left: readonly Kept[] = []) {
    const events = {
      changed: () => {},
      said: ({ message }: { message: string }) => this.said.push(message),
      orphaned: (text: string) => this.orphans.push(text),
    };
    this.session = new Session(broker.open, events, left);
  }

  edit(id: string): CellEditor {
    const cell = this.session.state.document.cells.get(id);
    if (!cell) throw new Error(id);
    const events = {
      typed: () => this.session.typed(id),
      focused: () => {},
      key: () => false,
      clashed: (text: string) => this.orphans.push(text),
    };
    const about = { label: "", hint: "", writable: true, client: this.session.client };
    const editor = new CellEditor({ cell, events, ...about });
    this.session.texts.attach(id, editor);
    return editor;
  }
}

const type = (editor: CellEditor, insert: string, from = editor.text.length) =>
  editor.view.dispatch({ changes: { from, insert } });

async function opened(broker: FakeBroker, left: readonly Kept[] = []): Promise<Page> {
  const page = new Page(broker, left);
  await Promise.resolve();
  return page;
}

/** What a page leaves when its tab is closed, as it comes out of the browser's storage. */
function closed(page: Page): Kept[] {
  const kept = page.session.kept();
  page.session.destroy();
  return kept ? [JSON.parse(JSON.stringify(kept))] : [];
}

describe("typing", () => {
  test("two people type in one cell and both see both", async () => {
    const broker = new FakeBroker([codeCell("a", "안녕")]);
    const one = (await opened(broker)).edit("a");
    const two = (await opened(broker)).edit("a");
    type(one, "😀", 0);
    type(two, "!");
    type(one, "x", 2);
    expect(broker.source("a")).toBe("😀x안녕!");
    expect([one.text, two.text]).toEqual(["😀x안녕!", "😀x안녕!"]);
  });

  test("one who is behind tries again with what came first", async () => {
    const broker = new FakeBroker([codeCell("a", "ab")]);
    const page = await opened(broker);
    const other = (await opened(broker)).edit("a");
    const editor = page.edit("a");
    broker.breakLine(0);
    type(editor, "<", 0);
    type(other, ">");
    broker.connect(0);
    expect(broker.source("a")).toBe("<ab>");
    expect(editor.text).toBe("<ab>");
    expect(page.said).toEqual([]);
  });

  test("what is typed while the line is away arrives when it is back", async () => {
    const broker = new FakeBroker([codeCell("a")]);
    const page = await opened(broker);
    const editor = page.edit("a");
    broker.breakLine(0);
    type(editor, "x = 1");
    expect(page.session.hasUnsent).toBe(true);
    broker.connect(0);
    expect(broker.source("a")).toBe("x = 1");
    expect(page.session.hasUnsent).toBe(false);
  });

  test("an edit whose answer was lost is not typed twice", async () => {
    const broker = new FakeBroker([codeCell("a")]);
    const page = await opened(broker);
    const editor = page.edit("a");
    broker.muffle(0);
    type(editor, "once");
    broker.breakLine(0);
    broker.connect(0);
    expect([broker.source("a"), editor.text]).toEqual(["once", "once"]);
  });

  test("what was typed survives a broker that started anew", async () => {
    const broker = new FakeBroker([codeCell("a", "one\ntwo")]);
    const page = await opened(broker);
    const editor = page.edit("a");
    type(editor, "!");
    broker.restart();
    type(editor, "?");
    broker.connect(0);
    expect([broker.source("a"), editor.text]).toEqual(["one\ntwo!?", "one\ntwo!?"]);
  });

  test("text that meets another text in the same place is offered, never dropped", async () => {
    const broker = new FakeBroker([codeCell("a", "x")]);
    const page = await opened(broker);
    const editor = page.edit("a");
    const other = (await opened(broker)).edit("a");
    broker.breakLine(0);
    type(editor, "mine");
    type(other, "theirs");
    broker.restart();
    broker.connect(0);
    expect(editor.text).toBe("xtheirs");
    expect(page.orphans).toEqual(["xmine"]);
  });

  test("text in a cell that somebody deleted is offered", async () => {
    const broker = new FakeBroker([codeCell("a", "x"), codeCell("b")]);
    const page = await opened(broker);
    const editor = page.edit("a");
    broker.breakLine(0);
    type(editor, "y");
    broker.record({ type: "cell_deleted", cell: "a" });
    broker.connect(0);
    expect(page.orphans).toEqual(["xy"]);
  });
});

describe("operations", () => {
  test("a cell runs with the text that was typed last, also when it was typed offline", async () => {
    const broker = new FakeBroker([codeCell("a")]);
    const page = await opened(broker);
    const editor = page.edit("a");
    broker.breakLine(0);
    type(editor, "print(1)");
    page.session.run("a");
    expect(page.session.isAsked("a")).toBe(true);
    broker.connect(0);
    const asked = broker.asked.map((frame) => frame.op);
    expect(asked.slice(asked.indexOf("edit"))).toEqual(["edit", "run"]);
  });

  test("a new cell can be typed in before the broker knows of it", async () => {
    const broker = new FakeBroker([codeCell("a")]);
    const page = await opened(broker);
    broker.breakLine(0);
    const id = page.session.insert("code", "a");
    type(page.edit(id), "early");
    broker.connect(0);
    expect(broker.source(id)).toBe("early");
  });

  test("a new cell runs with its text, however early it was asked to", async () => {
    const broker = new FakeBroker([codeCell("a")]);
    const page = await opened(broker);
    broker.slow = true;
    const id = page.session.insert("code", "a");
    type(page.edit(id), "1 / 0");
    page.session.run(id);
    while (broker.hear(0) || broker.answer(0));
    const asked = broker.asked.map((frame) => frame.op).filter((op) => op !== "here");
    expect(asked.slice(asked.indexOf("insert"))).toEqual(["insert", "edit", "run"]);
  });

  test("an insertion whose answer was lost is not made twice and troubles nobody", async () => {
    const broker = new FakeBroker([codeCell("a")]);
    const page = await opened(broker);
    broker.muffle(0);
    page.session.insert("code", "a");
    broker.breakLine(0);
    broker.connect(0);
    expect(broker.document.order.length).toBe(2);
    expect(page.said).toEqual([]);
    expect(page.session.hasUnsent).toBe(false);
  });

  test("a deleted cell comes back with the text that was typed last", async () => {
    const broker = new FakeBroker([codeCell("a"), codeCell("b", "x")]);
    const page = await opened(broker);
    type(page.edit("b"), "y");
    page.session.remove("b");
    expect(broker.document.order).toEqual(["a"]);
    expect(page.session.undo()).toBe("b");
    expect([broker.document.order, broker.source("b")]).toEqual([["a", "b"], "xy"]);
    page.session.redo();
    expect(broker.document.order).toEqual(["a"]);
    expect(page.orphans).toEqual([]);
  });

  test("what was deleted and brought back while the line is away shows so at once", async () => {
    const broker = new FakeBroker([codeCell("a"), codeCell("b", "x")]);
    const page = await opened(broker);
    broker.breakLine(0);
    page.session.remove("b");
    expect(page.session.state.document.order).toEqual(["a"]);
    page.session.undo();
    expect(page.session.state.document.order).toEqual(["a", "b"]);
    broker.connect(0);
    expect(broker.document.order).toEqual(["a", "b"]);
    expect(page.said).toEqual([]);
  });

  test("a cell is cut in two where the cursor is, and undo joins it again", async () => {
    const broker = new FakeBroker([codeCell("a", "one\ntwo😀")]);
    const page = await opened(broker);
    const editor = page.edit("a");
    type(editor, "\nthree");
    const made = page.session.split("a", 4) as string;
    expect([broker.source("a"), broker.source(made)]).toEqual(["one", "two😀\nthree"]);
    expect(editor.text).toBe("one");
    type(editor, "!");
    page.session.undo();
    expect([broker.document.order, broker.source("a")]).toEqual([["a"], "one!\ntwo😀\nthree"]);
    page.session.redo();
    expect([broker.source("a"), broker.source(made)]).toEqual(["one!", "two😀\nthree"]);
  });

  test("merged cells part again where they met, though somebody typed before that", async () => {
    const broker = new FakeBroker([codeCell("a", "one"), codeCell("b", "two"), codeCell("c", "3")]);
    const page = await opened(broker);
    const editor = page.edit("a");
    const other = (await opened(broker)).edit("a");
    page.session.together(() => {
      page.session.merge("a", "b");
      page.session.merge("a", "c");
    });
    expect([broker.document.order, broker.source("a")]).toEqual([["a"], "one\ntwo\n3"]);
    type(other, "zero\n", 0);
    page.session.undo();
    expect(broker.document.order).toEqual(["a", "b", "c"]);
    const sources = ["a", "b", "c"].map((cell) => broker.source(cell));
    expect([...sources, editor.text]).toEqual(["zero\none", "two", "3", "zero\none"]);
  });

  test("undo passes over what somebody else has changed since, and says so", async () => {
    const broker = new FakeBroker([codeCell("a"), codeCell("b"), codeCell("c")]);
    const page = await opened(broker);
    page.session.moveTo("a", "c");
    broker.record({ type: "cell_moved", cell: "a", after: "b" });
    expect(page.session.undo()).toBeNull();
    expect(broker.document.order).toEqual(["b", "a", "c"]);
    expect(page.said.length).toBe(1);
  });

  test("undoing an insertion leaves a cell in which somebody else has written", async () => {
    const broker = new FakeBroker([codeCell("a")]);
    const page = await opened(broker);
    const made = page.session.insert("code", "a");
    type((await opened(broker)).edit(made), "theirs");
    page.session.undo();
    expect(broker.source(made)).toBe("theirs");
  });

  test("several deletions are one step back, in their old places", async () => {
    const broker = new FakeBroker(["a", "b", "c", "d"].map((id) => codeCell(id)));
    const page = await opened(broker);
    page.session.together(() => {
      for (const cell of ["b", "c", "d"]) page.session.remove(cell);
    });
    page.session.undo();
    expect(broker.document.order).toEqual(["a", "b", "c", "d"]);
    page.session.redo();
    expect(broker.document.order).toEqual(["a"]);
  });

  test("a gap in the events is asked for once and filled", async () => {
    const broker = new FakeBroker([codeCell("a")]);
    const page = await opened(broker);
    broker.muffle(0);
    broker.record({ type: "run_queued", cell: "a", at: 1 });
    broker.breakLine(0);
    broker.connect(0);
    expect(page.session.state.document.cells.get("a")?.run?.state).toBe("queued");
  });
});

describe("a page that was closed with something unsent", () => {
  test("gives it to the next, cells and text, once", async () => {
    const broker = new FakeBroker([codeCell("a", "x"), codeCell("b")]);
    const page = await opened(broker);
    broker.breakLine(0);
    type(page.edit("a"), "😀");
    const made = page.session.insert("code", "a");
    type(page.edit(made), "new");
    page.session.remove("b");
    const next = await opened(broker, closed(page));
    expect(broker.document.order).toEqual(["a", made]);
    expect([broker.source("a"), broker.source(made)]).toEqual(["x😀", "new"]);
    expect([next.edit("a").text, next.edit(made).text]).toEqual(["x😀", "new"]);
    expect(next.session.hasUnsent).toBe(false);
    expect(next.said).toEqual([]);
  });

  test("does not type again what had arrived, whatever others typed there since", async () => {
    const broker = new FakeBroker([codeCell("a", "x")]);
    const page = await opened(broker);
    const other = (await opened(broker)).edit("a");
    const editor = page.edit("a");
    broker.muffle(0);
    type(editor, "once");
    type(editor, "more");
    const left = closed(page);
    type(other, "!");
    other.view.dispatch({ changes: { from: 1, to: 3 } });
    const next = await opened(broker, left);
    expect(broker.source("a")).toBe("xce!more");
    expect(next.edit("a").text).toBe("xce!more");
    expect(next.orphans).toEqual([]);
  });

  test("offers what it cannot place, after a broker that began anew", async () => {
    const broker = new FakeBroker([codeCell("a", "x"), codeCell("b", "y")]);
    const page = await opened(broker);
    broker.breakLine(0);
    type(page.edit("a"), "mine");
    type(page.edit("b"), "gone");
    const left = closed(page);
    type((await opened(broker)).edit("a"), "theirs");
    broker.record({ type: "cell_deleted", cell: "b" });
    broker.restart();
    const next = await opened(broker, left);
    expect(broker.source("a")).toBe("xtheirs");
    expect(next.orphans.toSorted()).toEqual(["xmine", "ygone"]);
  });

  test("has its text sent also when nobody opens an editor for it", async () => {
    const broker = new FakeBroker([codeCell("a", "x")]);
    const page = await opened(broker);
    broker.breakLine(0);
    type(page.edit("a"), "y");
    const next = await opened(broker, closed(page));
    expect(broker.source("a")).toBe("xy");
    expect(next.session.texts.all.size).toBe(0);
  });
});
