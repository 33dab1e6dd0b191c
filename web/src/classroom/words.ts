// The sentences of a classroom device, in both languages.
import { table } from "../lib/words";

export const say = table({
  soon: {
    en: "You have been quiet for a while. You are signed out in {seconds} seconds; nothing is lost, and what runs goes on.",
    ko: "한동안 움직임이 없었어요. {seconds}초 뒤에 로그아웃돼요. 잃는 것은 없고, 실행 중인 것은 계속돼요.",
  },
  soon_spoken: {
    en: "You have been quiet for a while and are signed out soon. Press any key to stay.",
    ko: "한동안 움직임이 없어 곧 로그아웃돼요. 아무 키나 누르면 머물 수 있어요.",
  },
  stay: { en: "Stay", ko: "계속하기" },
  out: { en: "Signed out.", ko: "로그아웃했어요." },
  once_more: {
    en: "Press {keys} once more to leave.",
    ko: "나가려면 {keys} 키를 한 번 더 눌러 주세요.",
  },
  sending: { en: "Sending your last changes…", ko: "마지막 변경을 보내고 있어요…" },
  unsent_title: { en: "Leave without your last changes?", ko: "마지막 변경을 두고 나갈까요?" },
  unsent: {
    en: "The server cannot be reached, so your last changes are only in this browser, and this browser forgets them when you leave.",
    ko: "서버에 연결되지 않아 마지막 변경이 이 브라우저에만 있고, 나가면 이 브라우저는 그것을 잊어요.",
  },
  offline: {
    en: "The server cannot be reached, so you are still signed in. Try once more, or close the browser.",
    ko: "서버에 연결되지 않아 아직 로그인되어 있어요. 다시 해 보거나 브라우저를 닫아 주세요.",
  },
  again: { en: "Try once more", ko: "다시 하기" },
  leave_anyway: { en: "Leave anyway", ko: "그래도 나가기" },
});
