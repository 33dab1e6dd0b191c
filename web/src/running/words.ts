// What the page of kernels says. Refusals and what is wrong with the fence come from the server.
import { table } from "../lib/words";

export const say = table({
  scratch: { en: "Code from the lessons page", ko: "배움 페이지에서 실행한 코드" },
  hidden: { en: "A notebook of theirs", ko: "그 사람의 노트북" },
  waits: { en: "{place} in line: the machine is full", ko: "{place} 차례: 지금은 자리가 없어요" },
  waits_next: { en: "Next in line: the machine is full", ko: "다음 차례: 지금은 자리가 없어요" },
  waits_own: {
    en: "Waits until you stop one of yours",
    ko: "내 파이썬 하나를 멈추면 시작돼요",
  },
  waits_theirs: {
    en: "Waits until they stop one of theirs",
    ko: "그 사람이 파이썬 하나를 멈추면 시작돼요",
  },
  starting: { en: "Starting", ko: "시작하는 중" },
  busy: { en: "Running a cell", ko: "셀 실행 중" },
  idle: { en: "Ready, idle for {time}", ko: "준비됨, {time} 쉬는 중" },
  moment: { en: "a moment", ko: "잠깐" },
  minutes: { en: "{n} min", ko: "{n}분" },
  hours: { en: "{n} h", ko: "{n}시간" },
  days: { en: "{n} days", ko: "{n}일" },
  of: { en: "{used} of {most}", ko: "{most} 중 {used}" },
  percent: { en: "{n} %", ko: "{n}%" },
  memory: { en: "Memory", ko: "메모리" },
  cpu: { en: "Processor", ko: "프로세서" },
  since: { en: "Started", ko: "시작" },
  you: { en: "you", ko: "나" },

  stop: { en: "Stop", ko: "멈추기" },
  stop_one: { en: "Stop {title}", ko: "{title} 멈추기" },
  stop_title: { en: "Stop this kernel?", ko: "이 파이썬을 멈출까요?" },
  stop_text: {
    en: "{title}: its variables are forgotten. Cells, outputs and files stay, and the next cell that runs starts a new one.",
    ko: "{title}: 변수는 사라져요. 셀과 결과와 파일은 그대로 있고, 셀을 실행하면 새로 시작돼요.",
  },
  leave_title: { en: "Leave the line?", ko: "차례를 포기할까요?" },
  leave_text: {
    en: "{title}: its cells do not run now. Nothing is lost; run them again when you like.",
    ko: "{title}: 기다리던 셀은 실행되지 않아요. 사라지는 것은 없고, 나중에 다시 실행하면 돼요.",
  },
  stopped: { en: "Stopped: {title}", ko: "멈췄어요: {title}" },
  stopping: { en: "Stopping…", ko: "멈추는 중…" },

  none: { en: "Nothing runs at the moment.", ko: "지금 실행 중인 것이 없어요." },
  none_hint: {
    en: "Run a cell in a notebook, and its Python shows up here with what it uses.",
    ko: "노트북에서 셀을 실행하면 그 파이썬과 사용량이 여기에 나타나요.",
  },
  away: {
    en: "The part of Lookin that runs notebooks is restarting. Nothing is lost; this page tries again by itself.",
    ko: "노트북을 돌리는 부분이 다시 시작하는 중이에요. 사라진 것은 없고, 이 페이지가 알아서 다시 확인해요.",
  },
  offline: {
    en: "The server could not be reached. This page tries again by itself.",
    ko: "서버에 닿지 못했어요. 이 페이지가 알아서 다시 확인해요.",
  },
  failed: { en: "That did not work. Try again.", ko: "되지 않았어요. 다시 해 보세요." },

  kernels: { en: "Kernels", ko: "파이썬" },
  machine: { en: "This machine", ko: "이 컴퓨터" },
  memory_free: { en: "{free} of {total} free", ko: "{total} 중 {free} 남음" },
  memory_kernels: { en: "{used} in kernels", ko: "파이썬이 {used} 사용" },
  places: { en: "Places", ko: "자리" },
  places_text: { en: "{n} of {most} taken", ko: "{most}개 중 {n}개 사용" },
  waiting_n: { en: "{n} waiting", ko: "{n}개 대기" },
  starts: { en: "Start", ko: "시작 방식" },
  starts_zygote: {
    en: "Forked from a prepared process, {n} kept ready",
    ko: "준비된 프로세스에서 갈라져 나와요. 미리 준비된 것 {n}개",
  },
  starts_subprocess: { en: "Each on its own", ko: "하나씩 따로 시작해요" },
  network: { en: "Network", ko: "네트워크" },
  network_off: { en: "Kernels reach nothing", ko: "파이썬은 아무 곳에도 닿지 못해요" },
  network_listed: { en: "Only {hosts}", ko: "{hosts}에만" },
  network_public: {
    en: "Public addresses; never this machine and the network round it",
    ko: "공개된 주소만. 이 컴퓨터와 그 주변에는 닿지 못해요",
  },
  missing: { en: "Left out", ko: "빠진 것" },
  fence: { en: "Fence", ko: "울타리" },
  fence_full: { en: "Full", ko: "온전함" },
  fence_reduced: { en: "Reduced", ko: "일부만" },
  fence_none: { en: "None", ko: "없음" },
  fence_parts: { en: "What it is made of", ko: "무엇으로 되어 있나" },
});
