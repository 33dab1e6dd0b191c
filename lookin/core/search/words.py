"""The words of a text, each in the normalised forms under which it is found.

`read_csv` is found as readcsv, read and csv; `DataFrame` as dataframe, data and frame; `pandas를`
as pandas. Knows no dictionary and no grammar beyond the particles that cling to a Latin word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lookin.core.search.hangul import has_hangul

LONGEST = 48  # code points of a form; what is longer is data, not a word
_FIGURES = 12  # a longer row of digits is data too

# A word, its underscores included, or a single picture character. Combining marks belong to it.
SURFACE = re.compile(r"[\w\u0300-\u036f]+|[\u2600-\u27bf\U0001f300-\U0001faff]")
_PART = re.compile(
    r"[가-힣ㄱ-ㆎ\u1100-\u11ff]+|\d+|[A-Z]+(?![a-z])|[A-ZÀ-Þ]?[a-zß-ɏ]+"
    r"|[^\W\d_A-Za-zÀ-ɏ가-힣ㄱ-ㆎ\u1100-\u11ff]+"
)
_DECIMALS = re.compile(r"(?<=\d\.)\d{5,}\Z")  # 0.48273645 is a measurement, nobody types it
_PARTICLE = re.compile(
    "[은는이가을를의에도만로와과랑나라야요]|에서|에게|으로|까지|부터|처럼|보다|이나|이란|이랑|하고|하는|하기"
    "|에[는도만]|으?로[는도]|에서[는도]|[와과]는|이다|입니다|이?라[는고]|이에요|예요|인데|한테|인가|인지|들[은이을의]?"
)


class Word(NamedTuple):
    """`text[start:end]` in code points, and its forms: the whole word first, then its parts."""

    start: int
    end: int
    forms: tuple[str, ...]


def words_of(text: str) -> Iterator[Word]:
    """Every word of `text` in order. Any text will do; one that holds no word yields nothing."""
    for found in SURFACE.finditer(text):
        start, end = found.span()
        surface = found.group()
        if end - start > 4 and surface.isdigit() and _DECIMALS.search(text, start - 2, end):
            continue
        if forms := forms_of(surface):
            yield Word(start, end, forms)


@lru_cache(maxsize=65_536)
def forms_of(surface: str) -> tuple[str, ...]:
    """The forms of one word as it stands in a text: the whole first, then the parts."""
    if surface.isascii() and surface.isalpha() and (surface.islower() or surface.isupper()):
        return (surface.lower()[:LONGEST],)
    spelled = _spelled(surface)
    pieces = _PART.findall(spelled)
    if len(pieces) == 2 and _PARTICLE.fullmatch(pieces[1]) and not pieces[0].isdigit():
        spelled, pieces = pieces[0], []
    names = [name for name in spelled.split("_") if name]
    found = [spelled] if len(pieces) < 2 else [spelled, *names, *filter(_is_worth, pieces)]
    return tuple(dict.fromkeys(form for form in map(_folded, found) if _is_form(form)))


def without_particle(form: str) -> str:
    """The Hangul word `form` without the particle at its end; empty if it seems to have none."""
    if len(form) < 3 or not has_hangul(form[0]):
        return ""
    ends = (at for at in range(2, len(form)) if _PARTICLE.fullmatch(form, at))
    at = next(ends, 0)
    return form[:at]


def normal(text: str) -> str:
    """The one spelling of a word: composed, folded, without accents, widths and underscores."""
    return _folded(_spelled(text))


def _folded(spelled: str) -> str:
    return spelled.casefold().replace("_", "")[:LONGEST]


def _spelled(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return composed if composed.isascii() else composed.translate(_SPELLING)


class _Spelling(dict[int, str]):
    """Latin letters without their accents, full-width characters as narrow ones. Fills itself."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if has_hangul(char):
            self[code] = char  # NFKC would tear ㄱ out of the block that keyboards type
        else:
            wide = unicodedata.normalize("NFKD", char)
            kept = "".join(one for one in wide if not "\u0300" <= one <= "\u036f")
            self[code] = unicodedata.normalize("NFC", kept)
        return self[code]


_SPELLING = _Spelling()


def _is_worth(piece: str) -> bool:
    """A single letter found for itself would only be noise."""
    return len(piece) > 1 or (ord(piece) > 0x2E7F and not has_hangul(piece))


def _is_form(form: str) -> bool:
    return form != "" and not (len(form) > _FIGURES and form.isdigit())
