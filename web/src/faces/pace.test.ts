import { describe, expect, it } from "vitest";
import { Pace } from "./pace";

describe("when the next frame goes", () => {
  it("over a short line one frame is on its way, and the next goes no sooner than 80 ms later", () => {
    const pace = new Pace();
    expect(pace.wait(0)).toBe(0);
    pace.sent(0);
    expect(pace.wait(10)).toBeNull();
    pace.heard(1, 25, 30);
    expect(pace.wait(30)).toBe(50);
    expect(pace.wait(200)).toBe(0);
  });

  it("over a long line the next frame does not wait for the answer, but a third does", () => {
    const pace = new Pace();
    pace.sent(0);
    pace.heard(1, 25, 175); // 150 ms of line
    pace.sent(175);
    expect(pace.wait(300)).toBe(0);
    pace.sent(300);
    expect(pace.wait(400)).toBeNull();
    pace.heard(2, 25, 410);
    expect(pace.wait(410)).toBe(0);
  });

  it("a server that is busy gets no second frame: its own time is not the line's", () => {
    const pace = new Pace();
    pace.sent(0);
    pace.heard(1, 480, 500);
    pace.sent(500);
    expect(pace.wait(900)).toBeNull();
    expect(pace.isThin).toBe(false);
  });

  it("a thin line asks for smaller pictures", () => {
    const pace = new Pace();
    pace.sent(0);
    pace.heard(1, 20, 420);
    expect(pace.isThin).toBe(true);
  });

  it("an answer to words and not to a frame changes nothing", () => {
    const pace = new Pace();
    pace.sent(0);
    pace.heard(0, 0, 40);
    expect(pace.wait(40)).toBeNull();
    expect(pace.overdue(1700)).toBe(1700);
    pace.heard(1, 20, 1800);
    expect(pace.overdue(1900)).toBe(0);
  });
});
