import { beforeEach, describe, expect, it, vi } from "vitest";
import { el } from "../lib/dom";
import { Eye } from "./eye";

function page(): HTMLElement {
  return el(
    "section",
    {},
    el("div", { class: "eye", "data-state": "closed" }, el("div", { class: "eye-view" })),
    el("p", { class: "eye-words" }),
  );
}

describe("the round window", () => {
  let root: HTMLElement;
  let eye: Eye;
  let clock = 1000;

  beforeEach(() => {
    document.documentElement.lang = "en";
    clock = 1000;
    vi.spyOn(performance, "now").mockImplementation(() => clock);
    root = page();
    eye = new Eye(root);
    eye.state = "open";
  });

  const words = () => root.querySelector(".eye-words")?.textContent;
  const ring = () => root.querySelector<HTMLElement>(".eye");

  it("fills and turns as the server asks", () => {
    eye.guide({ step: "left", progress: 0.5, word: null });
    expect(ring()?.style.getPropertyValue("--fill")).toBe("0.5");
    expect(ring()?.dataset.turn).toBe("left");
    expect(words()).toContain("left");
  });

  it("keeps a word long enough to be read, but a new step speaks at once", () => {
    eye.guide({ step: "look", progress: 0, word: "too_dark" });
    clock += 100;
    eye.guide({ step: "look", progress: 0, word: "blurred" });
    expect(words()).toBe("A little more light.");
    clock += 700;
    eye.guide({ step: "look", progress: 0, word: "blurred" });
    expect(words()).toBe("Hold still for a moment.");
    eye.guide({ step: "up", progress: 0.1, word: null });
    expect(words()).toContain("chin");
  });

  it("empties when it fails and is full when it is done", () => {
    eye.guide({ step: "look", progress: 0.7, word: null });
    eye.state = "failed";
    expect(ring()?.style.getPropertyValue("--fill")).toBe("0");
    expect(ring()?.dataset.turn).toBeUndefined();
    eye.state = "done";
    expect(ring()?.style.getPropertyValue("--fill")).toBe("1");
  });
});
