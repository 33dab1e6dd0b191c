"""One typed word read as several: 데이터분석 as 데이터 분석, gameoflife as game of life.

Only words of the vocabulary count, there is no dictionary. What a piece may mean is for `plan`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from lookin.core.search.query import TypedWord
from lookin.core.search.vocabulary import Vocabulary

_LONGEST = 24  # characters of a word that is split
_PIECES = 4
_SINGLE = 0.7  # a piece of one character is rarely meant
_BEGINNING = 1.0  # a piece that only begins a word


def ways_to_split(word: TypedWord, vocabulary: Vocabulary, *, most: int) -> list[list[str]]:
    """At most `most` ways, the likeliest first; those the word shows itself (`read_csv`) too."""
    text = word.text[:_LONGEST]
    shortest = 1 if word.script == "hangul" and not word.initials else 2
    ending = 1 if word.script == "hangul" else 2  # the last piece may only have begun

    @cache
    def grade(start: int, end: int) -> int:
        last = end == len(text)
        return vocabulary.grade(TypedWord(text[start:end], open=last and word.open))

    def from_place(start: int, pieces: int) -> Iterator[tuple[float, list[str]]]:
        for end in range(start + shortest, len(text) - ending + 1):
            known = grade(start, end)
            if not known or (known == 1 and (start or end - start < 2)):
                continue
            head = _doubt(known, end - start)
            if rest := grade(end, len(text)):
                tail = _doubt(rest, len(text) - end)
                yield head + tail, [text[start:end], text[end:]]
            if known == 2 and pieces > 2:
                for tail, others in from_place(end, pieces - 1):
                    yield 1 + head + tail, [text[start:end], *others]

    found = sorted(from_place(0, _PIECES)) if len(word.text) <= _LONGEST else []
    shown = [list(word.parts)] if len(word.parts) > 1 else []
    return (shown + [pieces for _, pieces in found if pieces not in shown])[:most]


def _doubt(grade: int, length: int) -> float:
    return (_BEGINNING if grade == 1 else 0.0) + (_SINGLE if length == 1 else 0.0)
