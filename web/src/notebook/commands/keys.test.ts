import { describe, expect, test } from "vitest";
import { KEYS, KeyReader, type Press, shownKeys } from "./keys";

const press = (key: string, more: Partial<Press> = {}): Press => ({ key, code: "", ...more });

describe("keys", () => {
  test("one key, one command", () => {
    const reader = new KeyReader();
    expect(reader.read(press("a", { code: "KeyA" }), 0)).toBe("insert_above");
    expect(reader.read(press("ArrowDown"), 1)).toBe("next");
    expect(reader.read(press("Enter", { shiftKey: true }), 2)).toBe("run_and_next");
    expect(reader.read(press("Enter", { metaKey: true }), 3)).toBe("run");
    expect(reader.read(press("Enter", { ctrlKey: true, shiftKey: true }), 3)).toBe("run_all");
    expect(reader.read(press("J", { code: "KeyJ", shiftKey: true }), 4)).toBe("select_next");
    expect(reader.read(press(" ", { code: "Space", shiftKey: true }), 5)).toBe("scroll_up");
  });

  test("no two commands share a key", () => {
    const all = Object.values(KEYS).flat() as string[];
    expect(new Set(all).size).toBe(all.length);
  });

  test("D deletes only when it is pressed twice in a row and soon", () => {
    const reader = new KeyReader();
    const at = (key: string, now: number) => reader.read(press(key), now);
    expect([at("d", 0), at("d", 100)]).toEqual([null, "delete"]);
    expect(at("d", 200)).toBeNull();
    expect([at("j", 300), at("d", 400), at("d", 5000)]).toEqual(["next", null, null]);
  });

  test("a Korean layout works without switching it", () => {
    const reader = new KeyReader();
    expect(reader.read(press("ㅠ", { code: "KeyB" }), 0)).toBe("insert_below");
    expect(reader.read(press("ㅇ", { code: "KeyD" }), 1)).toBeNull();
    expect(reader.read(press("ㅇ", { code: "KeyD" }), 2)).toBe("delete");
    expect(reader.read(press("ㅋ", { code: "KeyZ", shiftKey: true }), 3)).toBe("redo_cells");
    expect(reader.read(press("ㅊ", { code: "KeyC", ctrlKey: true, shiftKey: true }), 4)).toBe(
      "palette",
    );
  });

  test("keys with Alt, and the hyphen with Shift, count by their place", () => {
    const reader = new KeyReader();
    const held = { altKey: true, shiftKey: true };
    expect(reader.read(press("Ï", { code: "KeyF", ...held }), 0)).toBe("format");
    const split = press("_", { code: "Minus", ctrlKey: true, shiftKey: true });
    expect(reader.read(split, 1, true)).toBe("split");
  });

  test("a letter is a letter while somebody types", () => {
    const reader = new KeyReader();
    for (const key of ["a", "f", "p", "s", "d", "d", "1"])
      expect(reader.read(press(key, { code: "" }), 0, true)).toBeNull();
    expect(reader.read(press("z", { ctrlKey: true }), 1, true)).toBeNull();
    expect(reader.read(press("f", { ctrlKey: true }), 2, true)).toBe("find");
    expect(reader.read(press("Escape"), 3, true)).toBe("leave");
  });

  test("a key with another modifier is no command", () => {
    const reader = new KeyReader();
    expect(reader.read(press("b", { ctrlKey: true }), 0)).toBeNull();
    expect(reader.read(press("t"), 1)).toBeNull();
  });

  test("keys are written as the machine writes them", () => {
    expect(shownKeys("run", false)).toBe("Ctrl+Enter");
    expect(shownKeys("run", true)).toBe("⌘↩");
  });
});
