// How a person likes to be helped while writing, as this browser remembers it. Not the help itself.
import { table } from "../../lib/words";
import { remember, remembered } from "../panels/remembering";

const SUGGEST_KEY = "lookin.suggest"; // on unless it says "no"
const HOVER_KEY = "lookin.hover"; // off unless it says "yes"

const say = table({
  suggests: {
    en: "Suggestions come while you type, after a dot and in imports.",
    ko: "점 뒤와 import 줄에서, 입력하는 동안 제안이 나타나요.",
  },
  suggests_when_asked: {
    en: "Suggestions come when you ask for them: Tab, or Ctrl+Space.",
    ko: "Tab이나 Ctrl+Space를 누를 때만 제안이 나타나요.",
  },
  explains: {
    en: "A name under the resting pointer is explained.",
    ko: "이름 위에 포인터를 두면 설명이 나타나요.",
  },
  explains_when_asked: {
    en: "A name is explained when you press Shift+Tab.",
    ko: "Shift+Tab을 누를 때만 설명이 나타나요.",
  },
});

export function suggestsWhileTyping(): boolean {
  return remembered(SUGGEST_KEY) !== "no";
}

export function explainsOnHover(): boolean {
  return remembered(HOVER_KEY) === "yes";
}

/** The other way from now on; answers what to say about it. */
export function turnSuggestions(): string {
  remember(SUGGEST_KEY, suggestsWhileTyping() ? "no" : "");
  return say(suggestsWhileTyping() ? "suggests" : "suggests_when_asked");
}

export function turnHover(): string {
  remember(HOVER_KEY, explainsOnHover() ? "" : "yes");
  return say(explainsOnHover() ? "explains" : "explains_when_asked");
}
