import { describe, expect, test } from "vitest";
import { KeyReader, type Press, shownKeys } from "./keys";

const press = (key: string, more: Partial<Press> = {}): Press => ({ key, code: "", ...more });

describe("keys", () => {
  test("one key, one command", () => {
    const reader = new KeyReader();
    expect(reader.read(press("a", { code: "KeyA" }), 0)).toBe("insert_above");
    expect(reader.read(press("ArrowDown"), 1)).toBe("next");
    expect(reader.read(press("Enter", { shiftKey: true }), 2)).toBe("run_and_next");
    expect(reader.read(press("Enter", { metaKey: true }), 3)).toBe("run");
    expect(reader.read(press("Enter", { ctrlKey: true, shiftKey: true }), 3)).toBe("run_all");
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
  });

  test("a key with another modifier is no command", () => {
    const reader = new KeyReader();
    expect(reader.read(press("a", { ctrlKey: true }), 0)).toBeNull();
    expect(reader.read(press("D", { shiftKey: true }), 0)).toBeNull();
  });

  test("keys are written as the machine writes them", () => {
    expect(shownKeys("run", false)).toBe("Ctrl+Enter");
    expect(shownKeys("run", true)).toBe("⌘↩");
  });
});
