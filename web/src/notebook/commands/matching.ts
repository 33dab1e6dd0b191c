// Whether a few typed letters name something: every word of them in one of its texts, "ㅅㅎ" for 실행.
// Pure. Not for finding in cells (finding.ts).

const FIRSTS = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"];
const SYLLABLES = { from: 0xac00, to: 0xd7a3, perFirst: 588 };

export function matches(wanted: string, texts: readonly string[]): boolean {
  const all = texts.map((text) => text.toLowerCase()).join("\n");
  const firsts = firstConsonants(all);
  const words = wanted.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => all.includes(word) || (isFirsts(word) && firsts.includes(word)));
}

function firstConsonants(text: string): string {
  return Array.from(text, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    if (code < SYLLABLES.from || code > SYLLABLES.to) return letter;
    return FIRSTS[Math.floor((code - SYLLABLES.from) / SYLLABLES.perFirst)] ?? letter;
  }).join("");
}

function isFirsts(word: string): boolean {
  return [...word].every((letter) => FIRSTS.includes(letter));
}
