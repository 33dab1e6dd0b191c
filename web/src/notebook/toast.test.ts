import { afterEach, expect, test, vi } from "vitest";
import { Messages } from "./toast";

afterEach(() => vi.useRealTimers());

test("what happened by itself stays until somebody has been there to read it", () => {
  vi.useFakeTimers();
  const messages = new Messages();
  messages.tell("A cell was interrupted.");
  vi.advanceTimersByTime(600_000);
  expect(messages.element.textContent).toBe("A cell was interrupted.");
  dispatchEvent(new Event("pointermove"));
  vi.advanceTimersByTime(20_000);
  expect(messages.element.textContent).toBe("");
});

test("what follows from an act goes by itself", () => {
  vi.useFakeTimers();
  const messages = new Messages();
  messages.show("Cell deleted.");
  vi.advanceTimersByTime(20_000);
  expect(messages.element.textContent).toBe("");
});
