import { describe, expect, it } from "vitest";
import { problemOf } from "./camera";
import { hear } from "./ceremony";
import { say, sayCode, type Word } from "./words";

describe("what the server says", () => {
  it("a guide carries the step, the progress and perhaps a word", () => {
    const heard = hear(
      '{"t":"guide","step":"left","progress":0.4,"word":"too_dark","n":3,"ms":21}',
    );
    expect(heard).toEqual({
      t: "guide",
      guide: { step: "left", progress: 0.4, word: "too_dark" },
      counted: { n: 3, ms: 21 },
    });
    expect(hear('{"t":"guide","step":"look","progress":0,"word":null}')).toEqual({
      t: "guide",
      guide: { step: "look", progress: 0, word: null },
      counted: { n: 0, ms: 0 },
    });
  });

  it("a match carries a name and a ticket, and nothing about how near it was", () => {
    const heard = hear('{"t":"matched","name":"민아","ticket":"abc","distance":0.3}');
    expect(heard).toEqual({ t: "matched", name: "민아", ticket: "abc" });
  });

  it("a refusal keeps the server's own sentence for codes that this page does not know", () => {
    const heard = hear('{"t":"refused","code":"new_one","message":"A.","hint":"B.","values":{}}');
    expect(heard).toEqual({ t: "refused", code: "new_one", text: "A. B.", values: {} });
    expect(sayCode("new_one", {}, "A. B.")).toBe("A. B.");
  });

  it.each(["{", "[]", '"x"', "7", '{"t":"?"}', "null"])("%s counts as a lost line", (data) => {
    expect(hear(data)).toEqual({ t: "lost" });
  });

  it("bytes count as a lost line", () => {
    expect(hear(new ArrayBuffer(4))).toEqual({ t: "lost" });
  });
});

describe("what people read", () => {
  it("a wait says its seconds, in the page's language", () => {
    document.documentElement.lang = "en";
    expect(sayCode("too_many_attempts", { seconds: 30 }, "")).toContain("30 seconds");
    document.documentElement.lang = "ko";
    expect(sayCode("too_many_attempts", { seconds: 30 }, "")).toContain("30초");
    document.documentElement.lang = "en";
  });
});

describe("what people read under the ring", () => {
  const under = [
    ...["no_camera", "refused", "busy", "gone", "slow", "broke", "lost", "faces_off"],
    ...["not_recognised", "not_recognised_moving", "face_near_tie", "too_many_attempts"],
    ...["attempts_used_up", "faces_busy", "face_timeout", "stopped", "wait", "flash"],
  ] as Word[];

  it.each([
    ["en", 86],
    ["ko", 52],
  ])("fits the two lines that are kept for it on a phone, in %s", (language, most) => {
    document.documentElement.lang = language;
    for (const word of under) expect(say(word, { seconds: 30 }).length, word).toBeLessThan(most);
    document.documentElement.lang = "en";
  });
});

describe("why there is no camera", () => {
  it.each([
    ["NotAllowedError", "refused"],
    ["NotFoundError", "no_camera"],
    ["OverconstrainedError", "no_camera"],
    ["NotReadableError", "busy"],
  ])("%s is %s", (name, code) => {
    expect(problemOf(new DOMException("", name))).toBe(code);
  });
});
