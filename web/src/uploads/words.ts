// What the tray of uploads says.
import { table } from "../lib/words";

export const say = table({
  uploads: { ko: "올리기", en: "Uploads" },
  waiting: { ko: "기다리는 중", en: "Waiting" },
  travelling: { ko: "{loaded} / {total} · {speed}/초", en: "{loaded} of {total} · {speed}/s" },
  starting: { ko: "{total}, 시작하는 중", en: "{total}, starting" },
  storing: { ko: "저장하는 중", en: "Storing" },
  done: { ko: "올렸어요", en: "Uploaded" },
  doneAs: { ko: "올렸어요. 새 이름: {name}", en: "Uploaded as {name}" },
  cancelled: { ko: "취소했어요. 남은 것은 없어요.", en: "Cancelled. Nothing was kept." },
  offline: {
    ko: "연결이 끊겼어요. 올라간 것은 남지 않았어요.",
    en: "The connection broke. Nothing was kept.",
  },
  tooLarge: {
    ko: "{limit}보다 커요. 나누거나 줄여 주세요.",
    en: "Larger than {limit}. Split it or make it smaller.",
  },
  failed: { ko: "올리지 못했어요. 남은 것은 없어요.", en: "It did not arrive. Nothing was kept." },
  cancel: { ko: "{name} 취소", en: "Cancel {name}" },
  retry: { ko: "다시", en: "Retry" },
  dismiss: { ko: "{name} 닫기", en: "Dismiss {name}" },
  drop: { ko: "여기에 놓으면 올라가요", en: "Drop to upload" },
  dropFolder: {
    ko: "폴더는 올릴 수 없어요. 안의 파일을 골라 주세요.",
    en: "A folder cannot be uploaded. Choose the files inside it.",
  },
});
