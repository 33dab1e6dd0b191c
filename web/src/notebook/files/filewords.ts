// What the sheets say that take a notebook along or show it to somebody.
import { table } from "../../lib/words";

export const say = table({
  take: { en: "Download or copy", ko: "내려받기와 복사" },
  take_hint: {
    en: "As it is at this moment, outputs included where the form has them.",
    ko: "지금 이 순간의 내용이에요. 결과는 담을 수 있는 형식에만 담겨요.",
  },
  ipynb: { en: "Notebook (.ipynb)", ko: "노트북 (.ipynb)" },
  ipynb_hint: { en: "opens here and in Jupyter", ko: "여기와 주피터에서 열려요" },
  html: { en: "Web page (.html)", ko: "웹 페이지 (.html)" },
  html_hint: { en: "one file, opens anywhere", ko: "파일 하나로 어디서나 열려요" },
  pdf: { en: "PDF (.pdf)", ko: "PDF (.pdf)" },
  pdf_hint: { en: "to print; takes a few seconds", ko: "인쇄용이에요. 몇 초 걸려요" },
  py: { en: "Python script (.py)", ko: "파이썬 스크립트 (.py)" },
  py_hint: { en: "code only, prose as comments", ko: "코드만, 글은 주석으로" },
  md: { en: "Markdown (.md)", ko: "마크다운 (.md)" },
  md_hint: { en: "with pictures inside", ko: "그림도 안에 담겨요" },
  duplicate: { en: "Make a copy beside it", ko: "옆에 사본 만들기" },
  copy: { en: "Copy to your own files", ko: "내 파일로 복사하기" },
  copied: { en: "The copy is called {name}.", ko: "사본을 만들었어요: {name}" },
  open: { en: "Open", ko: "열기" },
  making: { en: "Making the file…", ko: "파일을 만들고 있어요…" },
  failed: {
    en: "That did not work. Your notebook is as it was. Try again.",
    ko: "되지 않았어요. 노트북은 그대로예요. 다시 해 보세요.",
  },
  close: { en: "Close", ko: "닫기" },
  share: { en: "Share to look at", ko: "보기 링크로 나누기" },
  share_hint: {
    en: "Whoever is signed in here and has the link sees this notebook live. They cannot change or run anything, and see no other file.",
    ko: "이곳에 로그인한 사람이 링크를 열면 이 노트북을 바로 볼 수 있어요. 고치거나 실행할 수는 없고, 다른 파일은 보이지 않아요.",
  },
  ends: { en: "The link ends", ko: "링크가 끝나는 때" },
  never: { en: "when it is taken back", ko: "거둘 때" },
  day: { en: "after a day", ko: "하루 뒤" },
  week: { en: "after a week", ko: "일주일 뒤" },
  month: { en: "after a month", ko: "한 달 뒤" },
  make: { en: "Make a link", ko: "링크 만들기" },
  new_link: { en: "The new link", ko: "새 링크" },
  once: {
    en: "Copy it now: it is not shown again.",
    ko: "지금 복사해 두세요. 다시 보여 드리지 않아요.",
  },
  copy_link: { en: "Copy", ko: "복사" },
  link_copied: { en: "Copied", ko: "복사했어요" },
  links: { en: "Links that hold", ko: "열려 있는 링크" },
  no_links: { en: "There is none yet.", ko: "아직 없어요." },
  made: { en: "{by}, {when}", ko: "{by}, {when}" },
  until: { en: "until {when}", ko: "{when}까지" },
  opened_by: { en: "opened by {names}", ko: "연 사람: {names}" },
  not_opened: { en: "nobody has opened it", ko: "아직 아무도 열지 않았어요" },
  take_back: { en: "Take back", ko: "거두기" },
  taken_back: { en: "The link is taken back.", ko: "링크를 거뒀어요." },
});

/** What went wrong with an answer of the server, in a sentence. */
export function problem(error: unknown): string {
  const { message, hint } = error as { message?: string; hint?: string };
  return message ? `${message} ${hint ?? ""}`.trim() : say("failed");
}
