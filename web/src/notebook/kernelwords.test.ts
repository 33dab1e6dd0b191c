import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { kernelState, kernelTrouble, usageWords } from "./kernelwords";
import type { Kernel } from "./live/protocol";
import { KOREAN, sentence } from "./serverwords";

const kernel = (more: Partial<Kernel>): Kernel => ({
  state: "dead",
  reason: null,
  message: null,
  ...more,
});
const speak = (language: string) => {
  document.documentElement.lang = language;
};
afterEach(() => speak("en"));

describe("a kernel that waits", () => {
  test("says its place", () => {
    const waits = kernel({ state: "waiting", reason: "machine_full", values: { place: 2 } });
    expect(kernelState(waits)).toBe("2nd in line");
    expect(kernelTrouble(waits)).toMatchObject({ kind: "waiting", act: null });
    expect(kernelState({ ...waits, values: { place: 1 } })).toBe("Next in line");
    speak("ko");
    expect(kernelState(waits)).toBe("2번째 차례");
  });

  test("for the person's own limit leads to the page where one is stopped", () => {
    const waits = kernel({ state: "waiting", reason: "own_limit", values: { place: 1 } });
    expect(kernelState(waits)).toBe("Waiting for a place");
    expect(kernelTrouble(waits)?.act).toBe("see_running");
  });
});

describe("a kernel that ended", () => {
  test("by the code's fault is red, put away is amber; both can start again", () => {
    const crashed = kernelTrouble(kernel({ reason: "crashed", message: "It crashed." }));
    expect(crashed).toEqual({ text: "It crashed.", kind: "failed", act: "start_again" });
    const culled = kernel({ reason: "culled", message: "Put away.", values: { minutes: 60 } });
    expect(kernelTrouble(culled)?.kind).toBe("waiting");
    speak("ko");
    expect(kernelTrouble(culled)?.text).toContain("60분 동안");
  });

  test("with a broker that died says so although there is no kernel", () => {
    const lost = kernel({ state: "none", reason: "broker_restarted", message: "Restarted." });
    expect(kernelTrouble(lost)?.act).toBe("start_again");
    expect(kernelTrouble(kernel({ state: "none" }))).toBeNull();
  });
});

test("what a kernel uses is read out in full, and near its limit it warns", () => {
  const used = usageWords({ memory: 212_000_000, cpu: 3.2, limit: 1_000_000_000 });
  expect(used.text).toBe("212 MB · 3 %");
  expect(used.label).toContain("212 MB · 3 %: what this notebook's Python uses of 1 GB");
  expect(used.nearly).toBe(false);
  expect(usageWords({ memory: 9, cpu: null, limit: 10 }).nearly).toBe(true);
  expect(usageWords({ memory: 9, cpu: null, limit: 0 }).nearly).toBe(false);
});

test("every end of a kernel has a Korean sentence with the same values", () => {
  const source = readFileSync("../lookin/core/kernels/exits.py", "utf8");
  const table = source.slice(source.indexOf("_SENTENCES"), source.indexOf("_SIGNALS"));
  const codes = [...table.matchAll(/^ {4}"(\w+)": ([\s\S]*?)(?=^ {4}["#]|^\})/gm)];
  expect(codes.length).toBeGreaterThan(15);
  for (const [, code = "", english = ""] of codes) {
    const places = (text: string) => [...text.matchAll(/\{([a-z]+)\}/g)].map(([, name]) => name);
    expect(KOREAN[code], code).toBeDefined();
    expect(new Set(places(KOREAN[code] ?? "")), code).toEqual(new Set(places(english)));
  }
});

test("a number fills its place in a Korean sentence", () => {
  speak("ko");
  const values = { used: "1200", limit: 1024 };
  expect(sentence({ code: "memory_limit", message: "x", values })).toContain("1024 MB");
});
