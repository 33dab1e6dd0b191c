"""A typed line as tokens: numbers, days, times of day, signs and words. Not their meaning together.

None as soon as something stands there that no sum holds: then it is a search and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from lookin.core.calculator import words
from lookin.core.calculator.functions import FUNCTIONS, OTHER_NAMES
from lookin.core.calculator.hangul_numbers import read_figures, read_words
from lookin.core.calculator.units import is_unit


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is number, day, clock, sign, word or end; `how` tells how a number was written."""

    kind: str
    text: str
    start: int
    end: int
    value: Fraction = Fraction(0)
    day: tuple[int | None, int, int] = (None, 0, 0)
    how: str = ""


_DATE = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?![0-9A-Za-z_:]|[-/]\d|\.[0-9A-Za-z])\.?")
_KOREAN_DATE = re.compile(r"(?:(\d{4})\s?년\s?)?(\d{1,2})월\s?(\d{1,2})일")
_CLOCK = re.compile(
    r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?(?![0-9A-Za-z_:.])(?: ?([ap])\.?m\b)?", re.I
)
_BASED = re.compile(
    r"0(?:[xX][0-9a-fA-F_]{1,2000}|[bB][01_]{1,4000}|[oO][0-7_]{1,2000})(?![0-9A-Za-z])"
)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])(\.[0-9]+)?(?![0-9.])")
_DECIMAL = re.compile(
    r"(?:[0-9]+(?:_[0-9]+)*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6}(?![0-9A-Za-z]))?(?![0-9._])"
)
_LATIN = re.compile(r"[A-Za-zµμΩÅ]+")
_HANGUL = re.compile(r"[가-힣]+")
_BASE_NAME = re.compile(r"(?:16|10|8|2)진수")
_DEGREES = re.compile(r"° ?([CcFf])(?![A-Za-z])")
_SPACES = re.compile(r" +")
_COMPATIBILITY = re.compile(r"[㎀-㏟℃℉ℓ″′$€¥₩ℳΩ]")
_SIGN = re.compile("|".join(re.escape(sign) for sign in words.SIGNS))
_RAISED = re.compile("(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})")
_LONGEST = 24  # letters of one word
_MOST_DIGITS = 1_000
_KNOWN = set().union(
    words.OPERATORS, words.CONVERSIONS, words.TO_KOREAN, words.ENDINGS_KOREAN, words.CONSTANTS,
    words.BASES, words.FORMS, words.DAYS, words.WEEKS, words.WEEKDAYS, words.MONTHS,
    words.FEASTS, words.PHRASES, words.BEFORE_NUMBERS, words.AND_KOREAN,
    words.ASIDE, words.HALVES, FUNCTIONS, OTHER_NAMES,
    *(two.split() for two in (*words.OPERATORS, *words.WEEKS, *words.PHRASES, *words.FEASTS)),
)  # fmt: skip


def tokens_of(text: str) -> list[Token] | None:
    """The tokens and an end, or None where something is no part of any sum.

    `text` has its signs made plain already (`words.SAME_SIGN`), one character for one.
    """
    found: list[Token] = []
    calls: list[bool] = []  # for each open bracket, whether a comma parts two numbers in it
    at = 0
    while at < len(text):
        space = _SPACES.match(text, at)
        if space:
            at = space.end()
            continue
        new = _tokens_at(text, at, found, bool(calls) and calls[-1])
        if not new:
            return None
        if new[0].text == "(" and new[0].kind == "sign":
            calls.append(bool(found) and found[-1].kind == "word" and _is_function(found[-1].text))
        elif new[0].text == ")" and calls:
            calls.pop()
        found += new
        at = new[-1].end
    found.append(Token("end", "", len(text), len(text)))
    return found


def _tokens_at(  # noqa: PLR0911 - one for each kind
    text: str, at: int, found: list[Token], in_call: bool
) -> list[Token]:
    char = text[at]
    whole_word = _BASE_NAME.match(text, at) or _DEGREES.match(text, at)
    if whole_word:
        name = whole_word.group().replace(" ", "").upper()
        return [Token("word", name, at, whole_word.end())]
    if char.isascii() and (char.isdigit() or (char == "." and text[at + 1 : at + 2].isdigit())):
        number = _number(text, at, in_call)
        return [number] if number else []
    if char in words.PARTS:
        above, below = words.PARTS[char]
        return [Token("number", char, at, at + 1, Fraction(above, below), how="part")]
    raised = _RAISED.match(text, at)
    if raised:
        digits = "".join(str(words.SUPERSCRIPTS[each]) for each in raised.group(2))
        value = Fraction(int(digits)) * (-1 if raised.group(1) else 1)
        power = Token("number", raised.group(), at, raised.end(), value, how="raised")
        return [Token("sign", "^", at, at), power]
    if _HANGUL.match(char):
        return _hangul(text, at)
    if _COMPATIBILITY.match(char):
        return [Token("word", char, at, at + 1)]
    if char in "'\"" and found and found[-1].kind == "number" and found[-1].end == at:
        return [Token("word", "ft" if char == "'" else '"', at, at + 1)]
    latin = _LATIN.match(text, at)
    if latin:
        return _latin(text, at, latin.end(), found)
    sign = _SIGN.match(text, at)
    if sign is None:
        return []
    same = {"**": "^", "[": "(", "]": ")"}.get(sign.group(), sign.group())
    return [Token("sign", same, at, sign.end())]


def _number(text: str, at: int, in_call: bool) -> Token | None:
    day = _DATE.match(text, at) or _KOREAN_DATE.match(text, at)
    if day:
        year, month, number = day.group(1), *(int(each) for each in day.groups()[-2:])
        if year is None or int(year) >= 1000:
            when = (int(year) if year else None, month, number)
            return Token("day", day.group(), at, day.end(), day=when)
    clock = _CLOCK.match(text, at)
    if clock:
        return _clock(clock, at)
    based = _BASED.match(text, at)
    if based:
        try:
            value = Fraction(int(based.group(), 0))
        except ValueError:
            return None
        return Token("number", based.group(), at, based.end(), value, how="based")
    korean = read_figures(text, at)
    if korean:
        how = "korean" if korean[2] > 1 else "korean one"
        return Token("number", text[at : korean[1]], at, korean[1], korean[0], how=how)
    return _decimal(text, at, in_call)


def _clock(match: re.Match[str], at: int) -> Token | None:
    hours, minutes, seconds, half = match.groups()
    hour = int(hours)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    value = Fraction(hour * 3600 + int(minutes) * 60 + int(seconds or 0))
    return Token("clock", match.group(), at, match.end(), value)


def _decimal(text: str, at: int, in_call: bool) -> Token | None:
    match = (None if in_call else _THOUSANDS.match(text, at)) or _DECIMAL.match(text, at)
    if match is None:
        return None
    typed = match.group()
    plain = typed.replace(",", "").replace("_", "").lower()
    mantissa, _, exponent = plain.partition("e")
    if len(mantissa) > _MOST_DIGITS or abs(int(exponent or 0)) > _MOST_DIGITS:
        return None
    if mantissa.endswith(".") and text[match.end() : match.end() + 1].isalpha():
        return None  # 1.txt
    how = "decimal" if "." in mantissa or exponent else "whole"
    if len(mantissa) > 1 and mantissa[0] == "0" and how == "whole":
        how = "zero first"
    # Fraction reads 1e3 and .5; "2." it reads as well since the point has been looked at.
    value = Fraction(mantissa.rstrip(".")) * Fraction(10) ** int(exponent or 0)
    return Token("number", typed, at, match.end(), value, how=how)


def _latin(text: str, at: int, end: int, found: list[Token]) -> list[Token]:
    word = text[at:end]
    after = re.compile(r"[0-9]{1,2}").match(text, end)
    if after and (word + after.group()).lower() in FUNCTIONS:
        return [Token("word", word + after.group(), at, after.end())]
    if text[end : end + 1] == "'" and text[at : end + 2].lower() == "what's":
        return [Token("word", "what's", at, end + 2)]
    raised = re.compile(r"[23](?![0-9A-Za-z_.])").match(text, end)
    if raised and is_unit(word):
        value = Fraction(int(raised.group()))
        power = Token("number", raised.group(), end, end + 1, value, how="raised")
        return [Token("word", word, at, end), Token("sign", "^", end, end), power]
    glued = bool(found) and found[-1].kind == "number" and found[-1].end == at
    if glued and is_unit(word) and text[end : end + 1].isdigit():
        return [Token("word", word, at, end)]  # 1h30m
    if len(word) > _LONGEST or (text[end : end + 1] or " ") in "0123456789_.@#:\\":
        return []
    return [Token("word", word, at, end)]


def _hangul(text: str, at: int) -> list[Token]:
    match = _HANGUL.match(text, at)
    run = match.group() if match else ""
    if is_known(run):
        return [Token("word", run, at, at + len(run))]
    number = read_words(text, at)
    if number:
        value, end = number
        token = Token("number", text[at:end], at, end, value, how="korean words")
        rest = text[end : at + len(run)]
        if not rest:
            return [token]
        parts = _known_parts(rest)
        return [token, *_words(parts, end)] if parts else []
    parts = _known_parts(run)
    return _words(parts, at) if parts else []


def _words(parts: list[str], at: int) -> list[Token]:
    found = []
    for part in parts:
        found.append(Token("word", part, at, at + len(part)))
        at += len(part)
    return found


def _known_parts(run: str, most: int = 4) -> list[str] | None:
    """`run` as at most four known words, the longest first: 섭씨로 is 섭씨 and 로."""
    if not run:
        return []
    if most == 0 or len(run) > _LONGEST:
        return None
    for length in range(len(run), 0, -1):
        if is_known(run[:length]):
            rest = _known_parts(run[length:], most - 1)
            if rest is not None:
                return [run[:length], *rest]
    return None


def is_known(word: str) -> bool:
    """Whether a sum may hold this word; pint is not asked."""
    return word in _KNOWN or word.lower() in _KNOWN or is_unit(word)


def _is_function(word: str) -> bool:
    return word.lower() in FUNCTIONS or word.lower() in OTHER_NAMES
