import { describe, expect, it } from "vitest";
import { Quiet } from "./quiet";

describe("how long somebody may be quiet", () => {
  function quiet(allowed = 600): Quiet {
    const counted = new Quiet(allowed);
    counted.heard(allowed, 0);
    return counted;
  }

  it("is calm until a minute before the end", () => {
    const counted = quiet();
    expect(counted.phase(0)).toBe("calm");
    expect(counted.phase(539)).toBe("calm");
  });

  it("asks once before it warns, since another tab may have been busy", () => {
    const counted = quiet();
    expect(counted.phase(541)).toBe("ask");
    counted.heard(590, 542);
    expect(counted.phase(543)).toBe("calm");
    expect(counted.phase(1071)).toBe("calm");
    expect(counted.phase(1073)).toBe("ask");
  });

  it("warns when the server says the same, or says nothing", () => {
    const counted = quiet();
    expect(counted.phase(541)).toBe("ask");
    expect(counted.phase(542)).toBe("calm");
    expect(counted.phase(544)).toBe("warn");
    expect(counted.left(544)).toBe(56);
    counted.heard(56, 544);
    expect(counted.phase(545)).toBe("warn");
  });

  it("is over at the end, although the line is broken", () => {
    const counted = quiet();
    counted.phase(541);
    expect(counted.phase(600)).toBe("over");
    expect(counted.left(700)).toBe(0);
  });

  it("asks first even when the computer slept past the end", () => {
    const counted = quiet();
    expect(counted.phase(5000)).toBe("ask");
    expect(counted.phase(5001)).toBe("over");
  });

  it("warns for a third of a short time", () => {
    const counted = quiet(60);
    expect(counted.phase(39)).toBe("calm");
    expect(counted.phase(41)).toBe("ask");
  });

  it("is calm again after somebody stayed, and warns anew", () => {
    const counted = quiet();
    counted.phase(541);
    expect(counted.phase(545)).toBe("warn");
    counted.heard(600, 546);
    expect(counted.phase(547)).toBe("calm");
    expect(counted.phase(1090)).toBe("ask");
  });
});
