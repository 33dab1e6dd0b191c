// The notebook page's sentences in both languages. The server's own sentences arrive translated.
import { table } from "../lib/words";

export const say = table({
  picture: { en: "A picture", ko: "그림" },
  earlier_lines: { en: "Show {n} earlier lines", ko: "앞의 {n}줄 보기" },
  show_all: { en: "Show all", ko: "모두 보기" },
  show_less: { en: "Show less", ko: "접기" },

  cell_code: { en: "Cell {n}, code", ko: "셀 {n}, 코드" },
  cell_markdown: { en: "Cell {n}, text", ko: "셀 {n}, 글" },
  cell_raw: { en: "Cell {n}, raw text", ko: "셀 {n}, 그대로 두는 글" },
  source_of: { en: "Contents of cell {n}", ko: "셀 {n}의 내용" },
  output_of: { en: "Output of cell {n}", ko: "셀 {n}의 결과" },
  hint_code: { en: "Python", ko: "파이썬" },
  hint_markdown: { en: "Text, with **Markdown** and $formulas$", ko: "글, **마크다운**과 $수식$" },
  hint_raw: { en: "Text that stays as it is", ko: "그대로 두는 글" },
  empty_text: { en: "Nothing written yet", ko: "아직 쓴 글이 없어요" },
  tools: { en: "Tools of cell {n}", ko: "셀 {n} 도구" },

  run_cell: { en: "Run cell {n}", ko: "셀 {n} 실행" },
  stop_cell: { en: "Stop cell {n}", ko: "셀 {n} 멈추기" },
  waits: { en: "Waits, number {n} in line", ko: "{n}번째로 기다리는 중" },
  waits_kernel: { en: "Waits for Python", ko: "파이썬을 기다리는 중" },
  asked: { en: "On its way", ko: "보내는 중" },
  stopped: { en: "stopped", ko: "멈춤" },
  lost: { en: "cut off", ko: "끊김" },
  failed: { en: "failed", ko: "오류" },
  took: { en: "Took {time}", ko: "{time} 걸림" },
  ms: { en: "{n} ms", ko: "{n}ms" },
  seconds: { en: "{n} s", ko: "{n}초" },
  minutes: { en: "{m} min {s} s", ko: "{m}분 {s}초" },

  add_code: { en: "Code", ko: "코드" },
  add_text: { en: "Text", ko: "글" },
  add_code_here: { en: "Add a code cell here", ko: "여기에 코드 셀 추가" },
  add_text_here: { en: "Add a text cell here", ko: "여기에 글 셀 추가" },
  empty: {
    en: "This notebook is empty. Add a first cell.",
    ko: "빈 노트북이에요. 첫 셀을 추가해 보세요.",
  },

  opening: { en: "Opening…", ko: "여는 중…" },
  ready: { en: "Ready", ko: "준비됨" },
  saved: { en: "Saved", ko: "저장됨" },
  saved_at: { en: "Saved at {time}", ko: "{time}에 저장됨" },
  saving: { en: "Saving…", ko: "저장 중…" },
  not_saved: { en: "Not saved", ko: "저장 안 됨" },
  starting: { en: "Starting Python…", ko: "파이썬 시작 중…" },
  running: { en: "Running cell {n}", ko: "셀 {n} 실행 중" },
  running_more: { en: "Running cell {n}, {more} waiting", ko: "셀 {n} 실행 중, {more}개 대기" },
  waiting: { en: "Waiting…", ko: "기다리는 중…" },
  next_in_line: { en: "Next in line", ko: "다음 차례" },
  in_line: { en: "{place} in line", ko: "{place} 차례" },
  waits_own: { en: "Waiting for a place", ko: "자리를 기다리는 중" },
  machine_full: {
    en: "The machine is full at the moment. You are {place} in line, and your cells run by themselves when it is your turn.",
    ko: "지금은 이 컴퓨터에 자리가 없어요. {place} 차례이고, 차례가 되면 셀이 저절로 실행돼요.",
  },
  machine_full_next: {
    en: "The machine is full at the moment. You are next in line, and your cells run by themselves when it is your turn.",
    ko: "지금은 이 컴퓨터에 자리가 없어요. 다음 차례이고, 차례가 되면 셀이 저절로 실행돼요.",
  },
  own_limit: {
    en: "You have as many kernels as one person may have here. Stop one, and your cells run by themselves.",
    ko: "한 사람이 쓸 수 있는 만큼 파이썬을 쓰고 있어요. 하나를 멈추면 셀이 저절로 실행돼요.",
  },
  see_running: { en: "See what runs", ko: "실행 중인 것 보기" },
  start_again: { en: "Start again", ko: "새로 시작" },
  usage: { en: "{memory} · {cpu} %", ko: "{memory} · {cpu}%" },
  usage_of: {
    en: "{usage}: what this notebook's Python uses of {limit} of memory and of the processor. See what runs",
    ko: "{usage}: 이 노트북의 파이썬이 쓰는 메모리({limit} 중)와 프로세서. 실행 중인 것 보기",
  },
  usage_free: {
    en: "{usage}: what this notebook's Python uses of memory and of the processor. See what runs",
    ko: "{usage}: 이 노트북의 파이썬이 쓰는 메모리와 프로세서. 실행 중인 것 보기",
  },
  python_ended: { en: "Python has ended", ko: "파이썬이 끝났어요" },
  read_only: { en: "You can read this notebook", ko: "읽기만 할 수 있어요" },
  offline: { en: "Reconnecting…", ko: "다시 연결하는 중…" },
  offline_kept: {
    en: "Reconnecting… What you typed is kept on this page.",
    ko: "다시 연결하는 중… 입력한 내용은 이 페이지에 남아 있어요.",
  },
  offline_action: {
    en: "The line to Lookin is away. Try again when it is back.",
    ko: "Lookin과 연결이 끊겼어요. 다시 연결되면 해 보세요.",
  },
  try_now: { en: "Try now", ko: "지금 연결" },
  signed_out: {
    en: "You are signed out. What you typed last is still on this page: copy it before you sign in again.",
    ko: "로그아웃되었어요. 마지막에 입력한 내용은 아직 이 페이지에 있으니, 복사한 뒤 다시 로그인해 주세요.",
  },
  sign_in: { en: "Sign in", ko: "로그인" },
  gone: { en: "This notebook is not here any more.", ko: "이 노트북은 더 이상 없어요." },
  to_workspace: { en: "To your workspace", ko: "작업 공간으로" },
  unsent_closing: {
    en: "Some of what you typed is not sent yet.",
    ko: "아직 보내지 않은 내용이 있어요.",
  },

  said_done: { en: "Cell {n} is done, {time}", ko: "셀 {n} 완료, {time}" },
  said_failed: { en: "Cell {n} failed. {error}", ko: "셀 {n}에서 오류가 났어요. {error}" },
  said_stopped: { en: "Cell {n} was stopped", ko: "셀 {n}을 멈췄어요" },
  deleted: { en: "Cell deleted.", ko: "셀을 지웠어요." },
  undo: { en: "Undo", ko: "되돌리기" },
  all_saved: { en: "All is saved as you type.", ko: "입력하는 대로 저장돼요." },
  cut: {
    en: "Python ended while this cell ran. What it had printed is kept.",
    ko: "이 셀을 실행하는 동안 파이썬이 끝났어요. 그때까지의 출력은 남아 있어요.",
  },

  menu: { en: "More", ko: "더 보기" },
  rename: { en: "Rename this notebook", ko: "노트북 이름 바꾸기" },
  title: { en: "Title", ko: "제목" },
  close: { en: "Close", ko: "닫기" },
  restart_title: { en: "Restart Python?", ko: "파이썬을 다시 시작할까요?" },
  restart_text: {
    en: "Its variables are forgotten. Cells and their outputs stay.",
    ko: "변수는 사라지고, 셀과 결과는 그대로 남아요.",
  },
  restart_yes: { en: "Restart", ko: "다시 시작" },

  offer_title: { en: "Text without a cell", ko: "셀을 잃은 글" },
  offer_text: {
    en: "You typed this while the line was away, and its cell has changed since. Nothing is lost: put it into a new cell, or let it go.",
    ko: "연결이 끊긴 동안 입력한 글인데, 그사이 셀이 바뀌었어요. 사라지지 않았으니 새 셀에 넣거나 버려 주세요.",
  },
  offer_keep: { en: "Put into a new cell", ko: "새 셀에 넣기" },
  offer_drop: { en: "Let it go", ko: "버리기" },

  keys_hint: {
    en: "Single letters work when a cell is chosen and you are not typing in it.",
    ko: "글자 키는 셀을 고른 상태에서, 입력 중이 아닐 때 작동해요.",
  },
  keys_run: { en: "Run", ko: "실행" },
  keys_move: { en: "Move", ko: "이동" },
  keys_cells: { en: "Cells", ko: "셀" },
  keys_type: { en: "Kind of cell", ko: "셀 종류" },
  keys_python: { en: "Python", ko: "파이썬" },
  keys_page: { en: "Page", ko: "페이지" },
});

/** How long something took, with its unit. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return say("ms", { n: Math.max(0, Math.round(milliseconds)) });
  const seconds = milliseconds / 1000;
  if (seconds < 60) return say("seconds", { n: seconds.toFixed(seconds < 10 ? 1 : 0) });
  return say("minutes", { m: Math.floor(seconds / 60), s: Math.floor(seconds % 60) });
}
