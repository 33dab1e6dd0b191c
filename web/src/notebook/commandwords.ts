// What each command is called, in both languages: for menus, tools, the palette and the sheet of keys.
import { table } from "../lib/words";
import type { CommandName } from "./keys";

/** What a command is called. */
export const commandWords = table<CommandName>({
  run: { en: "Run the cell", ko: "셀 실행" },
  run_and_next: { en: "Run, go to the next", ko: "실행하고 다음으로" },
  run_and_insert: { en: "Run, add a cell below", ko: "실행하고 아래에 셀 추가" },
  run_all: { en: "Run all", ko: "모두 실행" },
  edit: { en: "Type in the cell", ko: "셀에 입력" },
  leave: { en: "Stop typing", ko: "입력 마치기" },
  previous: { en: "Previous cell", ko: "이전 셀" },
  next: { en: "Next cell", ko: "다음 셀" },
  insert_above: { en: "Add a cell above", ko: "위에 셀 추가" },
  insert_below: { en: "Add a cell below", ko: "아래에 셀 추가" },
  delete: { en: "Delete the cell", ko: "셀 지우기" },
  undo_delete: { en: "Undo deleting", ko: "지운 셀 되돌리기" },
  to_markdown: { en: "Make it text", ko: "글로 바꾸기" },
  to_code: { en: "Make it code", ko: "코드로 바꾸기" },
  to_raw: { en: "Make it raw text", ko: "그대로 두는 글로" },
  move_up: { en: "Move the cell up", ko: "셀 위로 옮기기" },
  move_down: { en: "Move the cell down", ko: "셀 아래로 옮기기" },
  interrupt: { en: "Interrupt", ko: "실행 멈추기" },
  restart: { en: "Restart Python", ko: "파이썬 다시 시작" },
  restart_and_run_all: { en: "Restart and run all", ko: "다시 시작하고 모두 실행" },
  clear_outputs: { en: "Clear all outputs", ko: "결과 모두 지우기" },
  fold_outputs: { en: "Show all or less output", ko: "결과 펼치기·접기" },
  download: { en: "Download as .ipynb", ko: ".ipynb로 내려받기" },
  shortcuts: { en: "Keyboard shortcuts", ko: "키보드 단축키" },
  save: { en: "Save", ko: "저장" },
});
