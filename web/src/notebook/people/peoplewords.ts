// Sentences about who is here, in both languages.
import { table } from "../../lib/words";

export const say = table({
  both: { en: "{first} and {second}", ko: "{first} 님과 {second}" },
  and_more: { en: "{first}, {second} and {n} more", ko: "{first}, {second} 님 외 {n}명" },
  here: { en: "Here: {names}", ko: "함께 있는 사람: {names}" },
  who_is_here: { en: "Who is here", ko: "함께 있는 사람" },
  came: { en: "{names} came in.", ko: "{names} 님이 들어왔어요." },
  left: { en: "{names} left.", ko: "{names} 님이 나갔어요." },
  you: { en: "{name} (you)", ko: "{name} (나)" },
  pages: { en: "{n} pages open", ko: "페이지 {n}개" },
  owner: { en: "Owner", ko: "소유자" },
  editor: { en: "May edit", ko: "편집할 수 있음" },
  viewer: { en: "May read", ko: "읽기만 가능" },
  in_cell: { en: "In cell {n}", ko: "셀 {n}" },
  go_to: { en: "Go to {name}, cell {n}", ko: "{name} 님이 있는 셀({n})로 가기" },
  marks: { en: "In this cell: {names}", ko: "이 셀에 있는 사람: {names}" },
});
