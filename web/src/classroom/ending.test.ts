import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LEAVING } from "../lib/leaving";
import { allSent } from "./ending";
import { clearTraces } from "./traces";

describe("what the last person left", () => {
  it("is gone from every store of this browser", async () => {
    localStorage.setItem("lookin.unsent.mina./notebooks/1.a", "draft");
    localStorage.setItem("lookin.calm", "yes");
    sessionStorage.setItem("lookin.copied", "cells");
    await clearTraces();
    expect(localStorage.length).toBe(0);
    expect(sessionStorage.length).toBe(0);
  });
});

describe("leaving", () => {
  let unsent = 0;
  const hold = (event: Event) => unsent-- > 0 && event.preventDefault();

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
    window.addEventListener(LEAVING, hold);
  });

  afterEach(() => {
    window.removeEventListener(LEAVING, hold);
    vi.useRealTimers();
  });

  it("goes at once when nothing is unsent", async () => {
    unsent = 0;
    await expect(allSent()).resolves.toBe(true);
  });

  it("waits until what was typed is sent", async () => {
    unsent = 3;
    const sent = allSent();
    await vi.advanceTimersByTimeAsync(400);
    await expect(sent).resolves.toBe(true);
  });

  it("says so when the line is broken", async () => {
    unsent = Number.POSITIVE_INFINITY;
    const sent = allSent();
    await vi.advanceTimersByTimeAsync(3000);
    await expect(sent).resolves.toBe(false);
  });
});
