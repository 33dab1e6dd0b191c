import { expect, test } from "vitest";
import { type Answer, takeFilter, written } from "./answers";
import { type Happening, initialState, isCurrent, next, queryOf, type State } from "./state";

const empty: Answer = { answer: null, reading: null, words: [], chips: [], groups: [], recent: [] };
const opened = { type: "opened", onlyCommands: false } as const;
const typed = (text: string, isComposing = false): Happening => ({
  type: "typed",
  text,
  isComposing,
});
const after = (...happenings: Happening[]): State => happenings.reduce(next, initialState);

test("a stale answer is dropped, and the old one stays until the new one is here", () => {
  const first = { ...empty, recent: ["first"] };
  const asked: Happening[] = [opened, typed("a"), { type: "asked", number: 1 }];
  const shown = after(...asked, { type: "answered", number: 1, query: "a", answer: first });
  expect(isCurrent(shown)).toBe(true);
  const more = [typed("ab"), { type: "asked", number: 2 } as const].reduce<State>(next, shown);
  expect(more.answer).toBe(first);
  expect(isCurrent(more)).toBe(false);
  const stale = next(more, { type: "answered", number: 1, query: "a", answer: empty });
  expect(stale.answer).toBe(first);
  expect(next(stale, { type: "answered", number: 2, query: "ab", answer: empty }).answer).toBe(
    empty,
  );
});

test("a filter becomes a chip at the space after it, but never while a syllable is composed", () => {
  expect(after(opened, typed("type:csv")).filters).toEqual([]);
  const state = after(opened, typed("점수 type:csv "));
  expect(state.text).toBe("점수 ");
  expect(queryOf(state)).toBe("type:csv 점수");
  expect(after(opened, typed("by:민지 수", true)).filters).toEqual([]);
  expect(queryOf(next(state, { type: "unfiltered", at: 0 }))).toBe("점수");
});

test("one filter of a kind, and a value with spaces keeps its quotes", () => {
  const state = after(opened, typed('in:"Class 3" '), typed("in:나 "));
  expect(state.filters.map(({ value }) => value)).toEqual(["나"]);
  const taken = takeFilter('in:"Class 3" sum');
  expect(taken && written(taken.filter)).toBe('in:"Class 3"');
  expect(taken?.rest).toBe("sum");
  expect(takeFilter("in:")).toBeNull();
  expect(takeFilter("type:csv")).toBeNull();
  expect(takeFilter("type:csv", true)?.filter.value).toBe("csv");
  expect(takeFilter("within:a b")).toBeNull();
});

test("a refusal keeps what is typed, and the next answer takes it away", () => {
  const trouble = { kind: "offline", message: "", hint: "" } as const;
  const state = after(
    opened,
    typed("a"),
    { type: "asked", number: 1 },
    { type: "slow", number: 1 },
  );
  const refused = next(state, { type: "refused", number: 1, trouble });
  expect([refused.trouble, refused.isSlow, refused.text]).toEqual([trouble, false, "a"]);
  const again = next(refused, { type: "asked", number: 2 });
  const answered = next(again, { type: "answered", number: 2, query: "a", answer: empty });
  expect(answered.trouble).toBeNull();
});

test("closing forgets everything, and what is on its way then belongs to nobody", () => {
  const state = after(opened, typed("secret"), { type: "asked", number: 1 }, { type: "closed" });
  expect([state.text, state.isOpen, state.answer]).toEqual(["", false, null]);
  const late = next(state, { type: "answered", number: 1, query: "secret", answer: empty });
  expect(late.answer).toBeNull();
});

test("what is sent has an end, however much was pasted", () => {
  expect(queryOf(after(opened, typed("가".repeat(10_000)))).length).toBe(1000);
});
