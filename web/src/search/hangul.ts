// Korean as it is typed: each syllable as the keys of the two-set keyboard (두벌식), so that 실행,
// "tlfgod" and a half-typed "싫" lie in one space; and the consonants that syllables begin with.
// The same tables as core/search/hangul.py, tested with the same pairs. Pure.

const KEYS = {
  first: "r R s e E f a q Q t T d w W c z x v g".split(" "),
  middle: "k o i O j p u P h hk ho hl y n nj np nl b m ml l".split(" "),
  last: " r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g".split(" "),
};
const FIRSTS = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"];
const VOWELS = [..."ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"];
const LASTS = [..."ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"];
const SYLLABLES = { from: 0xac00, to: 0xd7a3, perFirst: 588, perMiddle: 28 };

const jamo = new Map<string, string>();
for (const [letters, keys] of [
  [LASTS, KEYS.last.slice(1)],
  [VOWELS, KEYS.middle],
  [FIRSTS, KEYS.first],
] as const)
  letters.forEach((letter, at) => {
    jamo.set(letter, keys[at] ?? "");
  });

/** The keys that type `text`; Latin in lower case, so a capital is a doubled Korean letter. */
export function strokes(text: string): string {
  return Array.from(text.normalize("NFC"), strokesOf).join("");
}

/** The keys of one letter of an NFC text. */
export function strokesOf(letter: string): string {
  const at = syllable(letter);
  if (at === null) return jamo.get(letter) ?? letter.toLowerCase();
  const { perFirst, perMiddle } = SYLLABLES;
  return [
    KEYS.first[Math.floor(at / perFirst)],
    KEYS.middle[Math.floor((at % perFirst) / perMiddle)],
    KEYS.last[at % perMiddle],
  ].join("");
}

/** Without doubled letters: the plain one for the doubled one is a small slip. */
export function plain(keys: string): string {
  return keys.toLowerCase();
}

/** 데이터 → ㄷㅇㅌ; what is no syllable stays. */
export function initials(text: string): string {
  return Array.from(text.normalize("NFC"), (letter) => {
    const at = syllable(letter);
    return at === null ? letter : (FIRSTS[Math.floor(at / SYLLABLES.perFirst)] ?? letter);
  }).join("");
}

/** Whether `text` is nothing but consonants; ㄳ too, as ㄱㅅ may come out of the keyboard. */
export function isInitials(text: string): boolean {
  return text !== "" && [...text].every((letter) => letter >= "ㄱ" && letter <= "ㅎ");
}

function syllable(letter: string): number | null {
  const code = letter.codePointAt(0) ?? 0;
  return code < SYLLABLES.from || code > SYLLABLES.to ? null : code - SYLLABLES.from;
}
