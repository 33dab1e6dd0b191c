// @vitest-environment jsdom
import { describe, expect, test, vi } from "vitest";
import { apply, documentOf, type NotebookDocument } from "../live/document";
import { codeCell } from "../live/fakebroker";
import type { Output } from "../live/protocol";
import { OutputList } from "./outputs";
import { failingLine, KEPT_LINES } from "./stream";

const context = {
  frame: "/frame/output",
  blobs: "/notebooks/n/blobs/",
  texts: "/notebooks/n/cells/",
  comms: null,
  text: null,
  title: () => "Output",
  locate: () => null,
};

function shown(...outputs: Output[]): HTMLElement {
  const list = new OutputList(context);
  list.update(outputs);
  return list.element;
}

const rich = (data: Record<string, unknown>): Output => ({
  output_type: "display_data",
  data,
  metadata: {},
});
/** The frame of an HTML output, once it is there. */
async function framed(html: string): Promise<HTMLIFrameElement> {
  const element = shown(rich({ "text/html": html }));
  document.body.append(element);
  return await vi.waitFor(() => {
    const frame = element.querySelector("iframe");
    if (!frame) throw new Error("no frame yet");
    return frame;
  });
}
const printed = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${from + i}\n`).join("");

/** Events of one cell as they stream in. */
class Streaming {
  readonly list = new OutputList(context);
  private document: NotebookDocument = documentOf([codeCell("a")]);
  private seq = 0;

  add(output: Output): void {
    this.step({ type: "output_added", cell: "a", output });
  }

  extend(text: string): void {
    this.step({ type: "stream_extended", cell: "a", text });
  }

  replace(output: Output): void {
    this.step({ type: "output_replaced", cell: "a", index: 0, output });
  }

  private step(body: object): void {
    this.seq += 1;
    this.document = apply(this.document, { seq: this.seq, ...body } as never);
    this.list.update(this.document.cells.get("a")?.outputs ?? []);
  }
}

describe("printed text", () => {
  test("is appended to the text that is there, in its colour", () => {
    const streaming = new Streaming();
    streaming.add(printed("a\x1b[31"));
    const chunk = streaming.list.element.querySelector(".chunk");
    streaming.extend("mred");
    streaming.extend(" more\x1b[0m\n");
    expect(streaming.list.element.querySelector(".chunk")).toBe(chunk);
    expect(chunk?.innerHTML).toContain('<span class="ansi-fg-1">red</span>');
    expect(chunk?.textContent).toBe("ared more\n");
  });

  test("is drawn anew when its earlier text changed, as a progress bar does", () => {
    const streaming = new Streaming();
    streaming.add(printed("10 %"));
    streaming.replace(printed("20 %"));
    expect(streaming.list.element.textContent).toBe("20 %");
  });

  test("of a hundred thousand lines keeps the last ones in the page, and all on demand", () => {
    const element = shown(printed(numbers(0, 100_000)));
    const text = () => element.querySelector("pre")?.textContent ?? "";
    expect(text().split("\n").length - 1).toBe(KEPT_LINES);
    expect(text().endsWith("99999\n")).toBe(true);
    const button = element.querySelector("button");
    expect(button?.textContent).toContain("98000");
    button?.click();
    expect(text()).toBe(numbers(0, 100_000));
  });

  test("stays bounded however it comes, and counts what it left out", () => {
    const streaming = new Streaming();
    streaming.add(printed(""));
    for (let from = 0; from < 9000; from += 90) streaming.extend(numbers(from, from + 90));
    const lines = streaming.list.element.querySelector("pre")?.textContent?.split("\n") ?? [];
    expect(lines.length).toBeLessThan(KEPT_LINES + 600);
    const first = Number(lines[0]);
    expect(streaming.list.element.querySelector("button")?.textContent).toContain(`${first} `);
  });
});

describe("rich output", () => {
  test("an SVG is only ever a picture", () => {
    const element = shown(rich({ "image/svg+xml": "<svg onload='alert(1)'>é</svg>" }));
    expect(element.querySelector("svg")).toBeNull();
    expect(element.querySelector("img")?.src).toMatch(/^data:image\/svg\+xml;base64,[\w+/=]+$/);
  });

  test("a picture whose bytes are no base64 gives way to the text", () => {
    const element = shown(rich({ "image/png": 'x" onerror="alert(1)', "text/plain": "<Figure>" }));
    expect(element.querySelector("img")).toBeNull();
    expect(element.textContent).toBe("<Figure>");
  });

  test("HTML with a script goes into the sandboxed frame, without scripts into the page", async () => {
    const frame = await framed("<script>1</script>");
    expect(frame?.getAttribute("sandbox")).toBe("allow-scripts");
    expect(frame?.getAttribute("src")).toBe("/frame/output");
    const table = shown(rich({ "text/html": "<table><tr><td>1</td></tr></table>" }));
    expect(table.querySelector("iframe")).toBeNull();
    expect(table.querySelector("td")?.textContent).toBe("1");
  });

  test("JSON is a tree that opens, and an unknown form falls back to its text", async () => {
    const element = shown(rich({ "application/json": { a: [1] } }));
    await vi.waitFor(() => expect(element.querySelector("details")).not.toBeNull());
    expect(element.querySelector(".json-branch")?.textContent).toContain("a: ");
    expect(shown(rich({ "x/y": "z", "text/plain": "plain" })).textContent).toBe("plain");
  });

  test("a traceback is text, whatever it says", () => {
    const error = { output_type: "error", ename: "E", evalue: "<b>", traceback: ["<img src=x>"] };
    expect(shown(error).querySelector("img, b")).toBeNull();
  });
});

describe("the sandboxed frame", () => {
  test("sets its own height within bounds, and nobody else's message does", async () => {
    const frame = await framed("<script>1</script>");
    frame.dispatchEvent(new Event("load"));
    const say = (source: Window | null, data: unknown) =>
      window.dispatchEvent(new MessageEvent("message", { source, data }));
    say(window, { height: 77 });
    expect(frame.style.height).toBe("");
    for (const nonsense of [null, "x", { height: "9" }, { height: Number.NaN }])
      say(frame.contentWindow, nonsense);
    expect(frame.style.height).toBe("");
    say(frame.contentWindow, { height: 300.2 });
    expect(frame.style.height).toBe("301px");
    say(frame.contentWindow, { height: 1e9 });
    expect(frame.style.height).toBe("4000px");
  });
});

test("the failing line is that of the cell's own code, not of a library it called", () => {
  const traceback = [
    "ZeroDivisionError  Traceback",
    "Cell In[3], line 4\n      2 x\n----> 4 f(1)",
    "File /lib/a.py:90, in f()\n---> 90 boom",
  ];
  expect(failingLine(traceback, "1\n2\n3\n4")).toBe(4);
  expect(failingLine(["File /lib/a.py:1\n----> 1 x"], "1")).toBeNull();
});

describe("content by address", () => {
  const blob = "ab".repeat(32);
  const address = (more: object) => ({ lookin: { blob, bytes: 9, form: "base64", ...more } });

  test("a picture comes from its address, and its place is kept before it comes", () => {
    const element = shown(rich({ "image/png": address({ width: 640, height: 480 }) }));
    const img = element.querySelector("img");
    expect(img?.getAttribute("src")).toBe(`/notebooks/n/blobs/${blob}?mime=image%2Fpng`);
    expect([img?.getAttribute("width"), img?.getAttribute("height")]).toEqual(["640", "480"]);
  });

  test("what the kernel says of a figure's size goes before the picture's own", () => {
    const output = rich({ "image/png": address({ width: 640, height: 480 }) });
    const element = shown({ ...output, metadata: { "image/png": { width: 320 } } });
    const img = element.querySelector("img");
    expect([img?.getAttribute("width"), img?.getAttribute("height")]).toEqual(["320", "240"]);
  });

  test.each([
    { blob: "../../etc/passwd" },
    { blob: `${"ab".repeat(31)}zz` },
    { form: "text" },
    { bytes: "9" },
  ])("a forged address leads nowhere: %o", (lie) => {
    const element = shown(rich({ "image/png": address(lie), "text/plain": "<Figure>" }));
    expect(element.querySelector("img")).toBeNull();
    expect(element.textContent).toBe("<Figure>");
  });

  test("a long text is fetched, and a text that is gone is told in a sentence", async () => {
    const fetched = vi.fn(async (url: string) =>
      url.includes("cd") ? new Response("", { status: 404 }) : new Response("<b>bold</b>"),
    );
    vi.stubGlobal("fetch", fetched);
    const there = shown(rich({ "text/html": address({ form: "text" }) }));
    await vi.waitFor(() => expect(there.querySelector("b")?.textContent).toBe("bold"));
    const gone = shown(rich({ "text/html": address({ blob: "cd".repeat(32), form: "text" }) }));
    await vi.waitFor(() => expect(gone.textContent).toContain("not here any more"));
    vi.unstubAllGlobals();
  });
});
