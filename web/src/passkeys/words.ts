// The sentences of passkeys; the server's refusals bring their own.

import { Refusal } from "../lib/http";
import { table } from "../lib/words";

export const say = table({
  waiting: { en: "Your device asks you now.", ko: "이제 기기가 물어볼 거예요." },
  cancelled: {
    en: "It was closed, or there is no passkey for this place. Nothing has changed.",
    ko: "창이 닫혔거나 이곳의 패스키가 없어요. 바뀐 것은 없어요.",
  },
  known: {
    en: "This device has a passkey of yours already.",
    ko: "이 기기에는 이미 내 패스키가 있어요.",
  },
  unable: {
    en: "This device cannot keep a passkey that asks for your finger, face or code. Try another.",
    ko: "이 기기는 지문, 얼굴, 비밀번호로 여는 패스키를 둘 수 없어요. 다른 기기로 해 보세요.",
  },
  unsupported: {
    en: "This browser has no passkeys. Your password works as ever.",
    ko: "이 브라우저에는 패스키가 없어요. 비밀번호는 늘 쓸 수 있어요.",
  },
  offline: {
    en: "The server does not answer. Try again in a moment.",
    ko: "서버가 대답하지 않아요. 잠시 뒤에 다시 해 보세요.",
  },
  failed: {
    en: "That did not work in this browser. Your password works as ever.",
    ko: "이 브라우저에서는 안 됐어요. 비밀번호는 늘 쓸 수 있어요.",
  },
});

/** The sentence for whatever went wrong in a ceremony. */
export function sentence(problem: unknown): string {
  if (problem instanceof Refusal) {
    if (problem.message) return `${problem.message} ${problem.hint}`.trim();
    return say(problem.status === 0 ? "offline" : "failed");
  }
  const name = problem instanceof Error || problem instanceof DOMException ? problem.name : "";
  if (name === "NotAllowedError" || name === "AbortError") return say("cancelled");
  if (name === "InvalidStateError") return say("known");
  if (name === "ConstraintError" || name === "NotSupportedError") return say("unable");
  return say("failed");
}
