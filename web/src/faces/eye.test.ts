import { beforeEach, describe, expect, it, vi } from "vitest";
import { el } from "../lib/dom";
import { Eye } from "./eye";
import { say, type Word } from "./words";

function page(): HTMLElement {
  return el(
    "section",
    {},
    el("div", { class: "eye", "data-state": "closed" }, el("div", { class: "eye-view" })),
    el("p", { class: "eye-words", role: "status", "aria-live": "polite" }),
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

  it("lights the page in the colour that is asked for, and takes any other text for none", () => {
    eye.guide({ step: "flash:#40E060", progress: 0.8, word: null });
    const light = root.querySelector<HTMLElement>(".eye-light");
    expect(light?.style.getPropertyValue("--light")).toBe("#40E060");
    expect(ring()?.dataset.turn).toBe("flash");
    expect(words()).toContain("Hold still");
    eye.guide({ step: "flash:red;background:url(x)", progress: 0.8, word: null });
    expect(root.querySelector(".eye-light")).toBeNull();
    eye.guide({ step: "flash:#40e060", progress: 0.8, word: null });
    eye.state = "failed";
    expect(root.querySelector(".eye-light")).toBeNull();
  });

  it("asks for a little more when a movement takes long", () => {
    eye.guide({ step: "left", progress: 0.3, word: null });
    clock += 1000;
    eye.guide({ step: "left", progress: 0.3, word: null });
    expect(words()).toContain("well to your left");
    clock += 700;
    eye.guide({ step: "left", progress: 0.35, word: null });
    expect(words()).toBe("A little further.");
    expect(root.querySelector(".eye-voice")?.textContent).toBe("A little further.");
    eye.guide({ step: "centre", progress: 0.4, word: null });
    expect(words()).toBe("Look straight ahead.");
  });

  it.each(["left", "right", "up", "nod", "closer", "tilt_left", "tilt_right"])(
    "says after the same time to go on with %s, whether or not it is full already",
    (step) => {
      const said = [0.3, 0.5].map((progress) => {
        eye.guide({ step: "centre", progress: 0.2, word: null });
        eye.guide({ step, progress, word: null });
        clock += 1700;
        eye.guide({ step, progress, word: null });
        return words();
      });
      expect(said[0]).not.toBe(say(step as Word));
      expect(said[0]).toBe(said[1]);
    },
  );

  it("has one voice for those who listen, and the words that change are no second one", () => {
    const status = root.querySelectorAll("[role=status], [aria-live]");
    expect(status).toHaveLength(1);
    eye.tell("The camera is closed.");
    expect(status[0]?.textContent).toBe("The camera is closed.");
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
