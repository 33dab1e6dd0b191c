"""Hangul as the keys of a 두벌식 keyboard, its initials, and what the other keyboard types.

One key space for both: 파이썬 and `vkdlTjs` are the same strokes. Not for Korean grammar.
"""

from __future__ import annotations

import unicodedata

_FIRST = 0xAC00
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

# The keys of KS X 5002, the layout of every Korean keyboard; upper case is the shift key.
_KEY = dict(
    zip(
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ",
        "qwertyuiopasdfghjklzxcvbnmQWERTOP",
        strict=True,
    )
)
_PAIRS = {
    "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ",
    "ㅢ": "ㅡㅣ", "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ",
    "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
_JOINED = {pair: one for one, pair in _PAIRS.items()}
_JAMO = {key: jamo for jamo, key in _KEY.items()}


def _keys_of_jamo(jamo: str) -> str:
    return "".join(_KEY[part] for part in _PAIRS.get(jamo, jamo))


def _table_of_keys() -> dict[int, str]:
    """Every Hangul code point -> its keys. 11,172 syllables and the letters of three blocks."""
    table = {ord(jamo): _keys_of_jamo(jamo) for jamo in [*_KEY, *_PAIRS]}
    # Letters that NFC leaves alone, as half a decomposed file name holds them.
    table |= {0x1100 + at: _keys_of_jamo(jamo) for at, jamo in enumerate(_INITIALS)}
    table |= {0x1161 + at: _keys_of_jamo(jamo) for at, jamo in enumerate(_MEDIALS)}
    table |= {0x11A7 + at: _keys_of_jamo(jamo) for at, jamo in enumerate(_FINALS) if at}
    code = _FIRST
    for initial in _INITIALS:
        for medial in _MEDIALS:
            head = _keys_of_jamo(initial) + _keys_of_jamo(medial)
            for final in _FINALS:
                table[code] = head + (_keys_of_jamo(final) if final != " " else "")
                code += 1
    return table


_KEYS = _table_of_keys()
_INITIAL = {_FIRST + at: _INITIALS[at // 588] for at in range(11172)}


def strokes(text: str) -> str:
    """The keys that type `text`: 파이썬 -> `vkdlTjs`, 값 -> `rkqt`, Print -> `print`.

    Latin is folded to lower case, so an upper-case key is always a shifted Hangul one (ㅆ -> `T`).
    Other characters stay. For a text without Hangul `strokes` is only case folding.
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).casefold().translate(_KEYS)


def plain(keys: str) -> str:
    """`keys` without the shift key: ㅆ and ㅅ are one, the smallest slip a hand can make."""
    return keys.lower()


def initials(text: str) -> str:
    """데이터 -> `ㄷㅇㅌ`. What is no syllable stays."""
    return unicodedata.normalize("NFC", text).translate(_INITIAL)


def is_initials(text: str) -> bool:
    """Whether `text` is nothing but Hangul consonants: ㅍㅇㅆ, or ㄳ, as ㄱㅅ may come out."""
    return text != "" and all("ㄱ" <= char <= "ㅎ" for char in text)


def has_hangul(text: str) -> bool:
    """Whether any character of `text` is a Hangul syllable or letter."""
    return any(ord(char) in _KEYS for char in text)


def as_latin(text: str) -> str:
    """What a Latin keyboard would have typed: ㅔ갸ㅜㅅ -> `print`. Case and other text stay."""
    return unicodedata.normalize("NFC", text).translate(_KEYS)


def as_hangul(keys: str) -> str:
    """What a Korean keyboard would have typed: `vkdlTjs` -> 파이썬. Other characters stay.

    The automaton of every 두벌식 input method: a vowel takes the consonant before it along.
    """
    done: list[str] = []
    block = ["", "", ""]  # initial, medial, final of the syllable under the hands
    for key in keys:
        jamo = _JAMO.get(key) or _JAMO.get(key.lower())
        if jamo is None:
            done.append(_syllable(block) + key)
            block = ["", "", ""]
        elif jamo >= "ㅏ":
            block = _with_vowel(block, jamo, done)
        else:
            block = _with_consonant(block, jamo, done)
    done.append(_syllable(block))
    return "".join(done)


def _with_vowel(block: list[str], jamo: str, done: list[str]) -> list[str]:
    initial, medial, final = block
    if final:
        kept, taken = _PAIRS.get(final, final)[:-1], _PAIRS.get(final, final)[-1]
        done.append(_syllable([initial, medial, kept]))
        return [taken, jamo, ""]
    if medial:
        if medial + jamo in _JOINED:
            return [initial, _JOINED[medial + jamo], ""]
        done.append(_syllable(block))
        return ["", jamo, ""]
    return [initial, jamo, ""]


def _with_consonant(block: list[str], jamo: str, done: list[str]) -> list[str]:
    initial, medial, final = block
    if initial and medial:
        joined = _JOINED.get(final + jamo, "") if final else jamo
        if joined and joined in _FINALS:
            return [initial, medial, joined]
    if initial or medial:
        done.append(_syllable(block))
    return [jamo, "", ""]


def _syllable(block: list[str]) -> str:
    initial, medial, final = block
    if not (initial and medial):
        return initial + medial
    at = _INITIALS.index(initial) * 588 + _MEDIALS.index(medial) * 28
    return chr(_FIRST + at + (_FINALS.index(final) if final else 0))
