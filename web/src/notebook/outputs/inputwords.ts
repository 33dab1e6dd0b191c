// Words of the place where running code asks for a line, in both languages.
import { table } from "../../lib/words";

export const say = table({
  send: { en: "Answer", ko: "답하기" },
  sending: { en: "Sending…", ko: "보내는 중…" },
  answer_of: { en: "Answer for cell {n}", ko: "셀 {n}에 답하기" },
  waits: { en: "Waits for an answer", ko: "답을 기다리는 중" },
  asked: { en: "Cell {n} asks: {prompt}", ko: "셀 {n}의 질문: {prompt}" },
});
