import { describe, expect, it } from "vitest";
import { el } from "../lib/dom";
import { Voice } from "./voice";

describe("what a screen reader hears", () => {
  const begin = () => {
    const region = el("p");
    return { region, voice: new Voice(region) };
  };

  it("each new request at once", () => {
    const { region, voice } = begin();
    voice.guide("look", null, "Look.", 0);
    expect(region.textContent).toBe("Look.");
    voice.guide("left", null, "Left.", 10);
    expect(region.textContent).toBe("Left.");
  });

  it("a problem of the picture only when it stays, and not again within five seconds", () => {
    const { region, voice } = begin();
    voice.guide("look", null, "Look.", 0);
    voice.guide("look", "too_dark", "Light.", 100);
    voice.guide("look", "too_dark", "Light.", 900);
    expect(region.textContent).toBe("Look.");
    voice.guide("look", "too_dark", "Light.", 1400);
    expect(region.textContent).toBe("Light.");
    voice.tell("x");
    voice.guide("look", "too_dark", "Light.", 1500);
    voice.guide("look", "too_dark", "Light.", 4000);
    expect(region.textContent).toBe("x");
    voice.guide("look", "too_dark", "Light.", 7000);
    expect(region.textContent).toBe("Light.");
  });

  it("nothing of a problem that comes and goes", () => {
    const { region, voice } = begin();
    voice.guide("look", null, "Look.", 0);
    for (let at = 0; at < 5000; at += 200)
      voice.guide("look", at % 400 ? "blurred" : null, "Still.", at);
    expect(region.textContent).toBe("Look.");
  });
});
