import { describe, expect, test } from "vitest";
import type { Cell, Output } from "../live/protocol";
import { CellSketch, heightOf } from "./cellsketch";

function cell(source: string, outputs: Output[] = [], type: Cell["type"] = "code"): Cell {
  const rest = { version: 0, execution_count: null, metadata: {}, run: null };
  return { id: "c", type, source, outputs, ...rest };
}

const INFO = {
  number: 3,
  asked: false,
  held: false,
  place: 0,
  writable: true,
  chosen: false,
  among: false,
  runner: "",
};

describe("the sketch of a cell", () => {
  test("has the source as text, so that the browser finds it", () => {
    const sketch = new CellSketch(cell("import numpy\nnumpy.pi"));
    expect(sketch.element.textContent).toBe("import numpy\nnumpy.pi");
    expect(sketch.element.dataset.cell).toBe("c");
  });

  test("has its name for a screen reader, and follows what others type", () => {
    const sketch = new CellSketch(cell("a"));
    sketch.update(cell("ab"), INFO as Parameters<CellSketch["update"]>[1]);
    expect(sketch.element.getAttribute("aria-label")).toContain("3");
    expect(sketch.element.textContent).toBe("ab");
  });
});

describe("the height that a cell is given before it is seen", () => {
  test("grows with its lines, and with printed ones up to where they fold", () => {
    const printed = (lines: number) =>
      heightOf(cell("x", [{ output_type: "stream", text: "a\n".repeat(lines) }]));
    expect(heightOf(cell("a\nb"))).toBeGreaterThan(heightOf(cell("a")));
    expect(printed(10)).toBeGreaterThan(printed(5));
    expect(printed(5000)).toBe(printed(500));
  });

  test("knows pictures and tables", () => {
    const shown = (data: Record<string, unknown>) =>
      heightOf(cell("x", [{ output_type: "display_data", data }]));
    expect(shown({ "image/png": { lookin: {} } })).toBeGreaterThan(300);
    expect(shown({ "text/html": "<tr>".repeat(10) })).toBeGreaterThan(
      shown({ "text/html": "<b>" }),
    );
  });
});
