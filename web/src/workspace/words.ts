// What the desk says: the list of files and what is done to it. Uploads have their own words.
import { table } from "../lib/words";

export const say = table({
  things: { ko: "{count}개", en: "{count} items" },
  thing: { ko: "1개", en: "1 item" },
  deleted: { ko: "휴지통에 넣었어요: {name}", en: "{name} is in the trash." },
  undo: { ko: "되돌리기", en: "Undo" },
  restored: { ko: "되돌렸어요: {name}", en: "{name} is back." },
  renamed: { ko: "새 이름: {name}", en: "It is called {name} now." },
  newName: { ko: "{name}의 새 이름", en: "New name of {name}" },
  close: { ko: "닫기", en: "Close" },
  openNotebook: { ko: "열기", en: "Open" },
  arrived: { ko: "올렸어요: {name}", en: "{name} is here." },
  asNotebook: { ko: "노트북으로 만들기", en: "Make it a notebook" },
  offline: {
    ko: "서버에 닿지 못했어요. 바뀐 것은 없어요. 연결을 확인하고 다시 해 보세요.",
    en: "The server could not be reached. Nothing was changed. Check the connection and try again.",
  },
  failed: {
    ko: "되지 않았어요. 파일은 그대로예요. 다시 해 보세요.",
    en: "That did not work. Your files are as they were. Try again.",
  },
  more: { ko: "그리고 {count}개 더", en: "and {count} more" },
});
