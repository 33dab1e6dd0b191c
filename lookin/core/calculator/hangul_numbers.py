"""Numbers in Korean words: 3만 5천, 1억 2천만, 만이천, 1.5억. Nothing else in Korean.

Reading after the National Institute of Korean Language: 만, 억, 조, 경 close what stands before.
"""

from __future__ import annotations

import re
from fractions import Fraction

_DIGITS = {char: digit for digit, char in enumerate("영일이삼사오육칠팔구")} | {"공": 0, "륙": 6}
_SMALL = {"십": 10, "백": 100, "천": 1_000}
_LARGE = {"만": 10**4, "억": 10**8, "조": 10**12, "경": 10**16}
_FIGURES = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,16})(?:\.[0-9]{1,16})?"
# With figures in it: 3만 5천, 3만5000, 2백만. A Korean digit beside figures would be a particle.
_TIMES = "[십백천만억조경]"
_MIXED = re.compile(
    rf"{_FIGURES}\s?{_TIMES}+(?:\s?{_FIGURES}\s?{_TIMES}+)*(?:\s?{_FIGURES}(?![0-9.,:월일년]))?"
)
# Without: 만이천, 삼만 오천. At least two signs, one of them larger than a digit.
_WORD = rf"(?:[일이삼사오육륙칠팔구]?{_TIMES}){{1,24}}[일이삼사오육륙칠팔구]?"
_WORDS = re.compile(rf"{_WORD}(?: {_WORD}){{0,4}}")
_PIECE = re.compile(rf"{_FIGURES}|[가-힣]")


def read_figures(text: str, start: int) -> tuple[Fraction, int, int] | None:
    """(value, end, groups) of a number with figures and Korean multipliers at `start`."""
    match = _MIXED.match(text, start, start + 80)
    if match is None:
        return None
    value = _value(match.group())
    groups = len(re.findall(r"[0-9.,]+", match.group()))
    return None if value is None else (value, match.end(), groups)


def read_words(text: str, start: int) -> tuple[Fraction, int] | None:
    """(value, end) of a number in Korean words alone at `start`."""
    match = _WORDS.match(text, start, start + 80)
    if text[start : start + 1] in _SMALL | _LARGE and text[start + 1 : start + 2] == "원":
        return Fraction((_SMALL | _LARGE)[text[start]]), start + 1
    if match is None or match.end() - match.start() < 2:
        return None
    value = _value(match.group())
    return None if value is None else (value, match.end())


def _value(text: str) -> Fraction | None:
    """None where the multipliers do not fall: 5천 3만 is one number, 3만 5만 is none."""
    total, group, digit = Fraction(0), Fraction(0), None
    last_large, last_small = 10**20, 10**4
    for piece in _PIECE.findall(text):
        if piece in _SMALL:
            if _SMALL[piece] >= last_small:
                return None
            last_small = _SMALL[piece]
            group += (1 if digit is None else digit) * last_small
            digit = None
        elif piece in _LARGE:
            if _LARGE[piece] >= last_large:
                return None
            last_large, last_small = _LARGE[piece], 10**4
            group += digit or 0
            total += (group or 1) * last_large
            group, digit = Fraction(0), None
        elif digit is not None:
            return None
        else:
            digit = Fraction(_DIGITS[piece]) if piece in _DIGITS else _figures(piece)
            if digit >= min(last_large, last_small if group else last_large):
                return None
    return total + group + (digit or 0)


def _figures(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))


def in_korean(value: int) -> str:
    """A whole number below 10^20 as it is written in Korean: 120000000 is 1억 2000만."""
    if value < 0:
        return "-" + in_korean(-value)
    parts = []
    for name, size in (*reversed(_LARGE.items()), ("", 1)):
        count, value = divmod(value, size)
        if count:
            parts.append(f"{count}{name}")
    return " ".join(parts) or "0"
