// The box's sentences in both languages. What is found, and the calculator's words, come translated.
import { table } from "../lib/words";

export const say = table({
  results: { en: "Results", ko: "찾은 것" },
  notebooks: { en: "Notebooks", ko: "노트북" },
  last_notebooks: { en: "Last notebooks", ko: "최근 노트북" },
  cells: { en: "In cells", ko: "셀 안에서" },
  files: { en: "Files", ko: "파일" },
  people: { en: "People", ko: "사람" },
  workspaces: { en: "Workspaces", ko: "작업 공간" },
  python: { en: "Python", ko: "파이썬" },
  sum: { en: "Answer", ko: "답" },
  commands: { en: "Commands", ko: "명령" },
  recent: { en: "Recent searches", ko: "최근 검색" },
  words: { en: "Words that are here", ko: "여기에 있는 낱말" },
  and_more: { en: "and more", ko: "더 있어요" },

  open: { en: "Open", ko: "열기" },
  go: { en: "Go there", ko: "그곳으로" },
  download: { en: "Download", ko: "내려받기" },
  copy: { en: "Copy", ko: "복사" },
  insert: { en: "Put into the cell", ko: "셀에 넣기" },
  perform: { en: "Do it", ko: "하기" },
  search: { en: "Search", ko: "찾기" },
  narrow: { en: "Search here only", ko: "여기에서만 찾기" },

  filter_in: { en: "in", ko: "위치" },
  filter_type: { en: "type", ko: "종류" },
  filter_by: { en: "by", ko: "고친 사람" },
  unfilter: { en: "Remove:", ko: "빼기:" },
  unknown_filter: {
    en: "Nothing here is called “{label}”, so this filter is left out.",
    ko: "여기에 ‘{label}’ 이름이 없어서 이 조건은 빼고 찾았어요.",
  },
  reading: { en: "Also read as “{text}”", ko: "다른 자판으로 읽은 ‘{text}’도 찾았어요" },
  forget: { en: "Forget this search", ko: "이 검색 지우기" },
  forget_all: { en: "Forget my searches", ko: "검색 기록 지우기" },
  close: { en: "Close", ko: "닫기" },
  copied: { en: "Copied: {text}", ko: "복사했어요: {text}" },
  not_copied: {
    en: "This browser did not let it be copied. Choose the answer and copy it yourself.",
    ko: "이 브라우저에서 복사하지 못했어요. 답을 골라 직접 복사해 주세요.",
  },

  none: { en: "Nothing fits “{text}”.", ko: "‘{text}’에 맞는 것이 없어요." },
  none_filtered: {
    en: "Nothing fits “{text}” with these filters.",
    ko: "이 조건에서는 ‘{text}’에 맞는 것이 없어요.",
  },
  none_hint: {
    en: "Titles, cells, outputs, files, people, commands and Python help were looked through, also for typos, first consonants and the other keyboard. Try fewer or other words.",
    ko: "제목, 셀, 결과, 파일, 사람, 명령, 파이썬 도움말에서 찾았어요. 오타와 초성, 다른 자판까지 살펴봤어요. 낱말을 줄이거나 바꿔 보세요.",
  },
  none_commands: { en: "No command is called “{text}”.", ko: "‘{text}’ 명령은 없어요." },
  none_commands_hint: {
    en: "Try another word, or a key such as Ctrl+S.",
    ko: "다른 낱말이나 Ctrl+S 같은 키로 찾아보세요.",
  },
  without_filters: { en: "Search everywhere", ko: "모든 곳에서 찾기" },
  empty: {
    en: "Type a word, a few first consonants, or a sum such as 1.5GB / 30.",
    ko: "낱말이나 초성, 또는 1.5GB / 30 같은 식을 입력해 보세요.",
  },
  loading: { en: "Looking…", ko: "찾는 중…" },
  offline: {
    en: "The server cannot be reached just now. Your words stay here, and the search goes on by itself when the line is back.",
    ko: "지금은 서버에 닿지 않아요. 입력한 글은 그대로 있고, 연결되면 저절로 찾아요.",
  },
  failed: {
    en: "The search did not work this time. Nothing is lost.",
    ko: "이번에는 찾지 못했어요. 잃은 것은 없어요.",
  },
  slow_down: {
    en: "That was very much at once. The search goes on in a moment.",
    ko: "한꺼번에 많이 찾았어요. 잠시 뒤에 이어서 찾아요.",
  },
  signed_out: {
    en: "You are signed out. Sign in again to search.",
    ko: "로그아웃되어 있어요. 다시 로그인하면 찾을 수 있어요.",
  },
  again: { en: "Try again", ko: "다시 해 보기" },
  sign_in: { en: "Sign in", ko: "로그인" },

  found: { en: "{n} found. Enter: {act}, {first}", ko: "{n}개 찾음. Enter: {act}, {first}" },
  found_none: { en: "Nothing found", ko: "찾은 것이 없어요" },
  hint_keys: {
    en: "↑ ↓ choose · Ctrl+Enter new tab · Esc close",
    ko: "↑ ↓ 고르기 · Ctrl+Enter 새 탭 · Esc 닫기",
  },
  hint_filters: {
    en: "in: type: by: narrow it down",
    ko: "in: type: by: 로 좁혀 찾기",
  },

  to_desk: { en: "To your desk", ko: "내 책상으로" },
  new_notebook: { en: "New notebook", ko: "새 노트북" },
  running: { en: "What runs here", ko: "실행 중인 것" },
  account: { en: "Your account", ko: "내 계정" },
  people_page: { en: "People and devices", ko: "사람과 기기" },
  attendance: { en: "Attendance", ko: "출석" },
  lessons: { en: "How a page talks to its server", ko: "페이지가 서버와 이야기하는 법" },
  language: { en: "한국어로 보기", ko: "Switch to English" },
  light: { en: "Light: dark, bright, or as the system", ko: "밝기: 어둡게, 밝게, 시스템대로" },
  sign_out: { en: "Sign out", ko: "로그아웃" },
});
