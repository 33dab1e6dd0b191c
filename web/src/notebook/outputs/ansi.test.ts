import { describe, expect, test } from "vitest";
import { AnsiReader, nodeOf, PLAIN, withoutAnsi } from "./ansi";

const read = (...parts: string[]) => {
  const reader = new AnsiReader();
  return parts.flatMap((part) => reader.read(part));
};
const style = (text: string) => read(text)[0]?.style;

describe("colours", () => {
  test("text without sequences is one plain piece", () => {
    expect(read("a\n\tb")).toEqual([{ text: "a\n\tb", style: PLAIN }]);
  });

  test("sixteen colours, bright ones and bold", () => {
    expect(style("\x1b[1;31mx")).toMatchObject({ fg: 1, bold: true });
    expect(style("\x1b[97;104mx")).toMatchObject({ fg: 15, bg: 12 });
  });

  test("the 256 colours: theme, cube and greys", () => {
    expect(style("\x1b[38;5;9mx")?.fg).toBe(9);
    expect(style("\x1b[38;5;196mx")?.fg).toBe("#ff0000");
    expect(style("\x1b[48;5;232mx")?.bg).toBe("#080808");
    expect(style("\x1b[38;5;999mx")?.fg).toBeNull();
  });

  test("true colour, and what follows it in one sequence", () => {
    expect(style("\x1b[38;2;1;300;3;4mx")).toMatchObject({ fg: "#01ff03", underline: true });
  });

  test("a reset, empty or zero, ends all", () => {
    expect(read("\x1b[31ma\x1b[mb").map((p) => p.style.fg)).toEqual([1, null]);
    expect(read("\x1b[1;31ma\x1b[22;39mb")[1]?.style).toBe(PLAIN);
  });
});

describe("streams", () => {
  test("a sequence cut anywhere reads as if it were whole", () => {
    const text = "a\x1b[1;38;5;196mred\x1b]8;;http://x\x07link\x1b[0mend";
    const whole = read(text);
    for (let cut = 1; cut < text.length; cut += 1) {
      const parts = read(text.slice(0, cut), text.slice(cut));
      expect(parts.map((p) => p.text).join("")).toBe("aredlinkend");
      expect(parts.at(-1)?.style).toBe(whole.at(-1)?.style);
    }
  });

  test("cursor movements, titles and bells leave no trace", () => {
    expect(withoutAnsi("\x1b[2K\x1b[1Aa\x07\x1b]0;title\x07b\x1b(Bc\x00")).toBe("abc");
  });

  test("an escape that never ends does not hold the text back for ever", () => {
    const reader = new AnsiReader();
    reader.read(`\x1b]${"x".repeat(5000)}`);
    expect(reader.read("y".repeat(5000)).length).toBeGreaterThan(0);
  });
});

test("text is never markup", () => {
  const node = nodeOf({ text: "<img src=x onerror=alert(1)>", style: { ...PLAIN, fg: 1 } });
  expect((node as HTMLElement).children.length).toBe(0);
  expect((node as HTMLElement).className).toBe("ansi-fg-1");
});
