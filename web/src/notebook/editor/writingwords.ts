// Words of what helps while writing: kinds of names, explanations. Both languages.
import { table } from "../../lib/words";

export const say = table({
  fold: { en: "Fold these lines", ko: "이 줄들 접기" },
  unfold: { en: "Unfold", ko: "펼치기" },
  about: { en: "About {name}", ko: "{name} 설명" },
  nothing_known: { en: "Nothing is known about this.", ko: "이것에 대해 알려진 설명이 없어요." },
  no_kernel: {
    en: "Python is not running yet. Run a cell, and explanations are here.",
    ko: "아직 파이썬이 실행되지 않았어요. 셀을 실행하면 설명을 볼 수 있어요.",
  },
  no_answer: {
    en: "Python did not answer in time. Nothing is lost; try again in a moment.",
    ko: "파이썬이 제때 답하지 않았어요. 잃은 것은 없으니 잠시 뒤에 다시 해 보세요.",
  },
  more: {
    en: "Shift+Tab again for more, Esc to close",
    ko: "Shift+Tab을 한 번 더: 자세히, Esc: 닫기",
  },
  close: { en: "Esc to close", ko: "Esc: 닫기" },
  call: { en: "{label}. Now: {name}", ko: "{label}. 지금: {name}" },
  function: { en: "function", ko: "함수" },
  class: { en: "class", ko: "클래스" },
  module: { en: "module", ko: "모듈" },
  value: { en: "value", ko: "값" },
  keyword: { en: "keyword", ko: "예약어" },
  argument: { en: "argument", ko: "인자" },
  property: { en: "property", ko: "속성" },
  path: { en: "file", ko: "파일" },
  magic: { en: "magic", ko: "매직" },
});

type Kind = Parameters<typeof say>[0];

const KINDS: Record<string, Kind> = {
  function: "function",
  method: "function",
  class: "class",
  type: "class",
  module: "module",
  namespace: "module",
  instance: "value",
  statement: "value",
  variable: "value",
  constant: "value",
  keyword: "keyword",
  param: "argument",
  property: "property",
  path: "path",
  magic: "magic",
};

/** What sort of name a completion's `type` (jedi's or CodeMirror's) is, or nothing when unknown. */
export function kindWords(type: string | undefined): string {
  const kind = KINDS[type ?? ""];
  return kind ? say(kind) : "";
}
