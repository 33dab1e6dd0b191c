// What the box knows, and what each happening makes of it. Pure: typed text, numbered requests, what
// came back, which line is marked. Not for lines (lines.ts), elements (drawing.ts) or the server.
import { type Answer, type Filter, takeFilter, written } from "./answers";

export type Trouble = {
  kind: "offline" | "slow_down" | "signed_out" | "failed";
  message: string;
  hint: string;
};

export type State = {
  readonly isOpen: boolean;
  readonly onlyCommands: boolean;
  readonly text: string;
  readonly filters: readonly Filter[];
  /** The number of the newest request, and of the one whose answer is shown. */
  readonly asked: number;
  readonly answered: number;
  readonly answer: Answer | null;
  /** What the shown answer was asked for: the old one stays until the new one is here. */
  readonly answeredQuery: string | null;
  readonly trouble: Trouble | null;
  readonly isSlow: boolean;
  /** The marked line, by its key: it stays marked when other lines come before it. */
  readonly marked: string | null;
};

export type Happening =
  | { type: "opened"; onlyCommands: boolean }
  | { type: "closed" }
  | { type: "typed"; text: string; isComposing: boolean }
  | { type: "filtered"; filter: Filter; text: string }
  | { type: "unfiltered"; at: number }
  | { type: "asked"; number: number }
  | { type: "slow"; number: number }
  | { type: "answered"; number: number; query: string; answer: Answer }
  | { type: "refused"; number: number; trouble: Trouble }
  | { type: "forgot"; text: string | null }
  | { type: "marked"; key: string | null };

export const initialState: State = {
  isOpen: false,
  onlyCommands: false,
  text: "",
  filters: [],
  asked: 0,
  answered: 0,
  answer: null,
  answeredQuery: null,
  trouble: null,
  isSlow: false,
  marked: null,
};

const MOST_SENT = 1000; // characters: an address has an end; the server uses far fewer

/** What is asked of the server: the filters and the words, as one could have typed them. */
export function queryOf({ filters, text }: Pick<State, "filters" | "text">): string {
  return [...filters.map(written), text.trim()].filter(Boolean).join(" ").slice(0, MOST_SENT);
}

/** Whether what is shown is for what is typed. */
export function isCurrent(state: State): boolean {
  return state.trouble !== null || state.answeredQuery === queryOf(state);
}

export function next(state: State, happening: Happening): State {
  switch (happening.type) {
    case "opened":
      return { ...state, isOpen: true, onlyCommands: happening.onlyCommands, marked: null };
    case "closed":
      return closed(state);
    case "typed":
      return typed(state, happening.text, happening.isComposing);
    case "filtered":
      return withFilter({ ...state, text: happening.text, marked: null }, happening.filter);
    case "unfiltered":
      return {
        ...state,
        filters: state.filters.filter((_, at) => at !== happening.at),
        marked: null,
      };
    case "asked":
      return { ...state, asked: happening.number };
    case "slow":
      return happening.number === state.asked ? { ...state, isSlow: true } : state;
    case "forgot":
      return forgot(state, happening.text);
    case "marked":
      return { ...state, marked: happening.key };
    default:
      return replied(state, happening);
  }
}

// What was asked while it closes is nobody's any more; what an empty field shows is kept.
function closed(state: State): State {
  const keeps = state.answeredQuery === "";
  return {
    ...initialState,
    asked: state.asked + 1,
    answered: state.answered,
    answer: keeps ? state.answer : null,
    answeredQuery: keeps ? "" : null,
  };
}

// A filter becomes a chip when a space follows it, but never while a syllable is being composed: the
// field would have to be written.
function typed(state: State, text: string, isComposing: boolean): State {
  let made: State = { ...state, text, marked: null };
  if (isComposing || state.onlyCommands) return made;
  for (let taken = takeFilter(text); taken; taken = takeFilter(made.text))
    made = withFilter({ ...made, text: taken.rest }, taken.filter);
  return made;
}

function withFilter(state: State, filter: Filter): State {
  const others = state.filters.filter((one) => one.key !== filter.key);
  return { ...state, filters: [...others, filter] };
}

type Reply = Extract<Happening, { type: "answered" | "refused" }>;

// Only the newest request's reply counts; one that was overtaken is dropped whenever it comes.
function replied(state: State, happening: Reply): State {
  if (happening.number !== state.asked) return state;
  const settled = { ...state, answered: happening.number, isSlow: false };
  if (happening.type === "refused") return { ...settled, trouble: happening.trouble };
  const { answer, query } = happening;
  const filters = state.filters.map(
    (one) => answer.chips.find(({ key, value }) => key === one.key && value === one.value) ?? one,
  );
  return { ...settled, answer, answeredQuery: query, filters, trouble: null };
}

function forgot(state: State, text: string | null): State {
  if (!state.answer) return state;
  const recent = text === null ? [] : state.answer.recent.filter((one) => one !== text);
  return { ...state, answer: { ...state.answer, recent }, marked: null };
}
