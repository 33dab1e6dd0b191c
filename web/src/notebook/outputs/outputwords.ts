// The sentences of outputs in both languages: pictures, tables, trees, frames and widgets.
import { table } from "../../lib/words";

export const say = table({
  picture: { en: "A picture", ko: "그림" },
  picture_large: { en: "Large", ko: "크게" },
  picture_save: { en: "Save", ko: "저장" },
  picture_copy: { en: "Copy", ko: "복사" },
  picture_gone: {
    en: "This picture is not here any more. Run the cell again to see it.",
    ko: "이 그림은 더 이상 없어요. 셀을 다시 실행하면 볼 수 있어요.",
  },
  content_gone: {
    en: "This part of the output is not here any more. Run the cell again to see it.",
    ko: "결과의 이 부분은 더 이상 없어요. 셀을 다시 실행하면 볼 수 있어요.",
  },
  loading: { en: "Coming…", ko: "불러오는 중…" },
  copied: { en: "Copied", ko: "복사했어요" },
  not_copied: { en: "Could not copy", ko: "복사하지 못했어요" },
  close: { en: "Close", ko: "닫기" },
  earlier_lines: { en: "Show {n} earlier lines", ko: "앞의 {n}줄 보기" },
  whole_text: { en: "Whole text", ko: "전체 글" },
  not_shown: {
    en: "This output could not be shown. Its text is below.",
    ko: "이 결과를 보여 줄 수 없어서 글로 보여 드려요.",
  },

  table_copy: { en: "Copy table", ko: "표 복사" },
  table_rows: { en: "Rows {from}–{to} of {all}", ko: "전체 {all}행 중 {from}–{to}행" },
  table_previous: { en: "Previous rows", ko: "이전 행" },
  table_next: { en: "Next rows", ko: "다음 행" },
  table_name: { en: "Table", ko: "표" },
  table_sort: { en: "Sort by {name}", ko: "{name} 순으로 정렬" },

  tree_name: { en: "JSON", ko: "JSON" },
  tree_more: { en: "{n} more", ko: "{n}개 더 보기" },
  tree_items: { en: "{n} items", ko: "{n}개" },

  widget_gone: {
    en: "This control is not connected to Python any more. Run the cell again to use it.",
    ko: "이 컨트롤은 더 이상 파이썬과 연결되어 있지 않아요. 셀을 다시 실행하면 쓸 수 있어요.",
  },
  widget_unknown: {
    en: "Lookin cannot show controls of this kind ({name}) yet. This is its text form:",
    ko: "Lookin은 아직 이런 컨트롤({name})을 보여 줄 수 없어요. 글로 나타내면 이래요:",
  },
  widget_from: { en: "from", ko: "부터" },
  widget_to: { en: "to", ko: "까지" },
  widget_play: { en: "Play", ko: "재생" },
  widget_pause: { en: "Pause", ko: "멈춤" },
  widget_stop: { en: "Back to the start", ko: "처음으로" },
  widget_repeat: { en: "Repeat", ko: "반복" },
  widget_progress: { en: "Progress", ko: "진행" },
  widget_valid: { en: "Valid", ko: "올바름" },
  widget_invalid: { en: "Not valid", ko: "올바르지 않음" },
  widget_remove: { en: "Remove {name}", ko: "{name} 빼기" },
  widget_too_large: {
    en: "Files for a control may have up to {size}. Upload larger ones to the workspace.",
    ko: "컨트롤에는 {size}까지의 파일을 올릴 수 있어요. 더 큰 파일은 작업 공간에 올려 주세요.",
  },
});
