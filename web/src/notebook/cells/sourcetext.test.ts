import { describe, expect, test } from "vitest";
import { type SourceLook, SourceText } from "./sourcetext";

const CODE: SourceLook = { type: "code", numbered: false, failing: null };

function shown(source: string, look: Partial<SourceLook> = {}): SourceText {
  const text = new SourceText();
  text.show(source, { ...CODE, ...look });
  return text;
}

const lines = ({ element }: SourceText) => [...element.children].map((line) => line.textContent);

describe("a source as text", () => {
  test("has a line for each line, empty ones too", () => {
    expect(lines(shown("a = 1\n\nb = '한글'\n"))).toEqual(["a = 1", "", "b = '한글'", ""]);
    expect(shown("").element.querySelectorAll("br")).toHaveLength(1);
  });

  test("has the editor's inks in code, over several lines, and none in raw text", () => {
    const text = shown('def f():\n  """one\n  two"""');
    expect(text.element.querySelector(".ink-keyword")?.textContent).toBe("def");
    const strings = [...text.element.querySelectorAll(".ink-string")].map((s) => s.textContent);
    expect(strings).toEqual(['"""one', '  two"""']);
    expect(shown("def", { type: "raw" }).element.querySelector("span")).toBeNull();
  });

  test("is text, whatever it says", () => {
    const text = shown("x = '<img src=x onerror=alert(1)>'");
    expect(text.element.querySelector("img")).toBeNull();
  });

  test("marks the line that failed", () => {
    const text = shown("a\nb\nc", { failing: 2 });
    expect(text.element.querySelector(".cm-failing")?.textContent).toBe("b");
    expect(shown("a", { failing: 7 }).element.querySelector(".cm-failing")).toBeNull();
  });

  test("leaves its lines alone while nothing changes", () => {
    const text = shown("a");
    const [line] = text.element.children;
    text.show("a", { ...CODE });
    expect(text.element.children[0]).toBe(line);
    text.show("ab", { ...CODE });
    expect(text.element.children[0]).not.toBe(line);
  });
});
