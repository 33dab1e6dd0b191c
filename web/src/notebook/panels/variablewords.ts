// Words of the panel of variables, in both languages.
import { table } from "../../lib/words";

export const say = table({
  title: { en: "Variables", ko: "변수" },
  filter: { en: "Find a variable", ko: "변수 찾기" },
  refresh: { en: "Look again", ko: "다시 보기" },
  looking: { en: "Looking…", ko: "살펴보는 중…" },
  name: { en: "Name", ko: "이름" },
  type: { en: "Type", ko: "종류" },
  size: { en: "Size", ko: "크기" },
  none: {
    en: "No variables yet. What your cells define is listed here.",
    ko: "아직 변수가 없어요. 셀에서 만든 변수가 여기에 나타나요.",
  },
  none_found: {
    en: "No variable has this in its name or type.",
    ko: "이름이나 종류에 이 말이 있는 변수가 없어요.",
  },
  more: { en: "{n} more are not listed.", ko: "{n}개는 목록에 없어요." },
  no_kernel: {
    en: "Python is not running. Run a cell, and its variables are listed here.",
    ko: "파이썬이 실행되고 있지 않아요. 셀을 실행하면 변수가 여기에 나타나요.",
  },
  offline: {
    en: "The line to Lookin is away. The variables are still there; look again in a moment.",
    ko: "Lookin과 연결이 끊겼어요. 변수는 그대로 있으니 잠시 뒤에 다시 보세요.",
  },
  no_answer: {
    en: "Python did not answer in time. Nothing is lost; look again in a moment.",
    ko: "파이썬이 제때 답하지 않았어요. 잃은 것은 없으니 잠시 뒤에 다시 보세요.",
  },
  open: { en: "Look at {name}", ko: "{name} 보기" },
  copy: { en: "Copy the name {name}", ko: "이름 {name} 복사" },
  copied: { en: "{name} is copied.", ko: "복사했어요: {name}" },
  not_copied: {
    en: "This browser does not let pages copy. Select the name {name} and copy it yourself.",
    ko: "이 브라우저에서는 복사할 수 없어요. 이름({name})을 선택해서 직접 복사해 주세요.",
  },
  rows: { en: "Rows {from} to {to} of {total}.", ko: "전체 {total}행 중 {from}–{to}행." },
  more_columns: { en: "{n} more columns are not shown.", ko: "열 {n}개는 보이지 않아요." },
  cut: { en: "This is its beginning.", ko: "앞부분만 보여요." },
  first: { en: "First", ko: "처음" },
  back: { en: "Back", ko: "이전" },
  on: { en: "Next", ko: "다음" },
  last: { en: "Last", ko: "끝" },
  close: { en: "Close", ko: "닫기" },
});
