import { afterEach, expect, it, vi } from "vitest";
import { ordered, shapeWords, type Variable } from "../panels/variablelist";
import { Questions } from "./questions";

afterEach(() => void vi.useRealTimers());

const sent = () => true;

it("a question ends with its own answer", async () => {
  const questions = new Questions();
  const first = questions.ask(1, { op: "variables" }, sent);
  const second = questions.ask(2, { op: "variables" }, sent);
  questions.answered({ t: "answer", ref: 2, variables: [] });
  await expect(second).resolves.toMatchObject({ ref: 2 });
  expect(
    questions.refused({ t: "refused", ref: 1, code: "no_kernel", message: "", hint: "" }),
  ).toBe(true);
  await expect(first).rejects.toMatchObject({ code: "no_kernel" });
  expect(questions.refused({ t: "refused", ref: 7, code: "behind", message: "", hint: "" })).toBe(
    false,
  );
});

it("a question ends when the line is away, breaks, or nobody answers", async () => {
  vi.useFakeTimers();
  const questions = new Questions();
  const away = questions.ask(1, { op: "variables" }, () => false);
  await expect(away).rejects.toMatchObject({ code: "offline" });
  const broken = questions.ask(2, { op: "variables" }, sent);
  questions.interrupted();
  await expect(broken).rejects.toMatchObject({ code: "offline" });
  const late = questions.ask(3, { op: "variables" }, sent);
  vi.advanceTimersByTime(10_000);
  await expect(late).rejects.toMatchObject({ code: "too_late" });
});

it("variables stand in the order that was asked for, modules last", () => {
  const one = (name: string, size_bytes?: number, module?: boolean): Variable => {
    const known = {
      ...(size_bytes === undefined ? {} : { size_bytes }),
      ...(module ? { module } : {}),
    };
    return { name, type: "int", preview: "", ...known };
  };
  const all = [one("x10", 3), one("np", undefined, true), one("x2", 9)];
  const names = (by: "name" | "size", down: boolean) => ordered(all, by, down).map((v) => v.name);
  expect(names("name", false)).toEqual(["x2", "x10", "np"]);
  expect(names("size", true)).toEqual(["x2", "x10", "np"]);
  expect(shapeWords([1200, 5])).toBe("1,200 × 5");
});
