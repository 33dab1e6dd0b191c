// The notebook page's sentences in both languages. The server's own sentences arrive translated.
import { table } from "../lib/words";

export const say = table({
  picture: { en: "A picture", ko: "그림" },
  earlier_lines: { en: "Show {n} earlier lines", ko: "앞의 {n}줄 보기" },
});
