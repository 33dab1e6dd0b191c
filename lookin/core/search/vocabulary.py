"""The numbered words of one index, in memory, and what a typed word may mean among them.

All cleverness of the search is here: beginnings, slips, typos, initials, the other keyboard. Knows
no entries: which of them hold a word is for the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lookin.core.search import typos
from lookin.core.search.hangul import plain, strokes
from lookin.core.search.query import TypedWord
from lookin.core.search.scripts import SCRIPTS, script_of
from lookin.core.search.segment import Rows, Segment

Kind = Literal["exact", "prefix", "slip", "typo", "initials", "part", "keyboard", "joined"]

# What a reading costs, in steps of trust. A typo is dearer than anything that needs no mistake.
PREFIX = 1.0  # and up to as much again, the more of the word is still to be typed
CLOSED = 0.5  # the beginning of a word, though the hand has gone on to the next one
HALF = 0.3  # the last syllable must still change: 판 for a typed 파
SLIP = 1.0
INITIALS = 1.5
PART = 2.5
KEYBOARD = 3.0
TYPO = 4.0
FIRST_LETTER = 1.5
_SHORTEST_PART = 3  # strokes; two Hangul syllables have four, so one syllable is no part
_GLANCE = 64  # longer words that are looked at to see whether one is of the same keyboard
_GROWTH = 12  # a segment is at least so many times as long as the next
_MERGED_NOW = 4_000  # words that are sorted again while somebody waits: some 6 ms


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word that a typed word may mean."""

    number: int
    word: str
    cost: float
    kind: Kind


class Vocabulary:
    """Words by number, from 0. Grows at its end only; reading while it grows is safe."""

    def __init__(self, words: Sequence[str] = ()) -> None:
        self._segments: tuple[Segment, ...] = ()
        self._named = np.zeros(0, np.bool_)
        self.extend(words)

    def __len__(self) -> int:
        return sum(map(len, self._segments))

    def extend(self, words: Sequence[str]) -> None:
        """Append `words` (forms of `words_of`, each new); their numbers follow the last one.

        Raises ValueError for what is no form: an empty word, or one with a line break.
        """
        if not words:
            return
        if not all(words) or any("\n" in word for word in words):
            raise ValueError("a word is empty or holds a line break")
        self._segments = _merged([*self._segments, Segment(len(self), words)], _MERGED_NOW)

    @property
    def is_tidy(self) -> bool:
        """Whether the words lie in few runs. If not, `tidy` them when nobody waits."""
        return not any(_is_due(*pair) for pair in pairwise(self._segments))

    def tidy(self) -> None:
        """Bring runs together that `extend` left alone because it would have taken long."""
        self._segments = _merged(list(self._segments), None)

    def prefer(self, numbers: Iterable[int]) -> None:
        """Say which words stand in names: they come first where a beginning has too many words."""
        chosen = np.fromiter(numbers, np.int64)
        named = np.zeros(max(len(self), len(self._named)), np.bool_)
        named[: len(self._named)] = self._named
        named[chosen[(chosen >= 0) & (chosen < len(named))]] = True
        self._named = named

    def word(self, number: int) -> str:
        """The word of a number. Raises IndexError for a number never given."""
        for segment in self._segments:
            if 0 <= number - segment.first < len(segment):
                return segment.word(number - segment.first)
        raise IndexError(number)

    def number(self, word: str) -> int | None:
        """The number of exactly this word, if it has one."""
        key = plain(strokes(word)).encode("utf-8", "replace")
        for segment in self._segments:
            low, same, _ = segment.keys.range(key)
            for row in segment.keys.rows[low:same].tolist():
                if segment.word(row) == word:
                    return segment.first + int(row)
        return None

    def expand(self, typed: TypedWord, *, most: int, far: bool = True) -> list[Expansion]:
        """At most `most` words that `typed` may mean, the likeliest first, each once.

        `far` also tries typos and parts of words, which looks at every word: ask without it first.
        """
        found = self._near(typed, most)
        if far:
            found += self._far(typed, most)
        best: dict[int, Expansion] = {}
        for one in sorted(found, key=lambda one: (one.cost, one.number)):
            best.setdefault(one.number, one)
        return list(best.values())[:most]

    def grade(self, typed: TypedWord) -> int:
        """2 if `typed` is a word (or all initials of one), 1 if it begins one, else 0. Quick."""
        key = typed.plain.encode("utf-8", "replace")
        begun = 0
        for segment in self._segments:
            keys = segment.initials if typed.initials else segment.keys
            low, same, high = keys.range(key)
            if low < same and self._own(segment, keys.rows[low:same], typed).any():
                return 2
            if not begun and same < high:
                near = keys.rows[same : min(high, same + _GLANCE)]
                begun = int(self._own(segment, near, typed).any())
        return begun

    def _near(self, typed: TypedWord, most: int) -> list[Expansion]:
        key = typed.plain.encode("utf-8", "replace")
        found: list[Expansion] = []
        if not key:
            return found
        for segment in self._segments:
            low, same, high = segment.keys.range(key)
            for rows in (segment.keys.rows[low:same], segment.keys.rows[same:high]):
                found += [
                    _begun(typed, segment.first + row, segment.word(row))
                    for row in self._chosen(segment, rows, typed, most)
                ]
            if typed.initials:
                low, same, high = segment.initials.range(key)
                for rest, rows in (
                    (0.0, segment.initials.rows[low:same]),
                    (0.5, segment.initials.rows[same:high]),
                ):
                    for row in self._chosen(segment, rows, typed, most):
                        word, cost = segment.word(row), INITIALS + rest
                        found.append(Expansion(segment.first + row, word, cost, "initials"))
        return found

    def _far(self, typed: TypedWord, most: int) -> list[Expansion]:
        key = typed.plain.encode("utf-8", "replace")
        slips = typos.allowed(len(typed.plain))
        found: list[Expansion] = []
        for segment in self._segments:
            if len(typed.plain) >= _SHORTEST_PART and len(typed.text) > 1:
                rows = segment.holding(key)
                for row in self._chosen(segment, rows, typed, most, own=True):
                    word = segment.word(row)
                    rest = 1 - len(key) / len(strokes(word))
                    found.append(Expansion(segment.first + row, word, PART + rest, "part"))
            if slips and not typed.initials:
                rows, counted = segment.resembling(key, whole=False, most=slips)
                own = self._own(segment, rows, typed) & (counted > 0)
                order = np.lexsort((rows[own], counted[own]))[:most]
                for row, count in zip(
                    rows[own][order].tolist(), counted[own][order].tolist(), strict=True
                ):
                    found.append(_mistyped(typed, segment.first + row, segment.word(row), count))
        return found

    def _chosen(
        self, segment: Segment, rows: Rows, typed: TypedWord, most: int, *, own: bool = False
    ) -> list[int]:
        """At most `most` rows of the typed keyboard and half as many of the other."""
        if not len(rows):
            return []
        same = self._own(segment, rows, typed)
        chosen = self._first(segment, rows[same], most)
        if not own:
            chosen += self._first(segment, rows[~same], most // 2)
        return chosen

    def _own(self, segment: Segment, rows: Rows, typed: TypedWord) -> NDArray[np.bool_]:
        script = SCRIPTS[typed.script]
        scripts = segment.scripts[rows]
        same: NDArray[np.bool_] = (scripts == script) | (scripts == 0) | (script == 0)
        return same

    def _first(self, segment: Segment, rows: Rows, most: int) -> list[int]:
        """The words in names first, then those that were met first, which are the frequent ones."""
        if len(rows) <= most:
            return [int(row) for row in rows]
        named = self._named[segment.first : segment.first + len(segment)]
        if named.any():
            inside = rows[rows < len(named)]
            chosen = np.sort(inside[named[inside]])[:most].tolist()
            others = np.setdiff1d(rows, chosen)
        else:
            chosen, others = [], rows
        left = most - len(chosen)
        if 0 < left < len(others):
            others = np.partition(others, left)[:left]
        return [int(row) for row in chosen] + [int(row) for row in others[: max(0, left)]]


def _is_due(left: Segment, right: Segment) -> bool:
    return len(left) < _GROWTH * len(right)


def _merged(segments: list[Segment], most: int | None) -> tuple[Segment, ...]:
    """Neighbours of like length made one, from the end on, at most `most` words long.

    Those that are due together are made one at once: sorting them step by step costs more.
    """
    end = len(segments)
    while end > 1:
        first, count = end - 1, len(segments[end - 1])
        while first and len(segments[first - 1]) < _GROWTH * count:
            if most is not None and count + len(segments[first - 1]) > most:
                break
            first -= 1
            count += len(segments[first])
        if first < end - 1:
            words = [word for one in segments[first:end] for word in one.words()]
            segments[first:end] = [Segment(segments[first].first, words)]
        end = first
    return tuple(segments)


def _begun(typed: TypedWord, number: int, word: str) -> Expansion:
    """A word that begins with the plain strokes of `typed`."""
    keys = _keys_of(word)
    rest = len(keys) - len(typed.keys)
    cost = 0.0
    if rest:
        cost = PREFIX * (1 + rest / len(keys)) + (0 if typed.open else CLOSED)
        cost += HALF if typed.script == "hangul" and not word.startswith(typed.text) else 0
    script = script_of(word)
    if typed.script != script and "other" not in (script, typed.script):
        return Expansion(number, word, cost + KEYBOARD, "keyboard")
    if not keys.startswith(typed.keys):
        return Expansion(number, word, cost + SLIP, "slip")
    return Expansion(number, word, cost, "prefix" if rest else "exact")


def _mistyped(typed: TypedWord, number: int, word: str, slips: int) -> Expansion:
    keys = plain(strokes(word))
    rest = max(0, len(keys) - len(typed.plain) - slips)
    cost = TYPO * slips + (PREFIX * rest / len(keys) if rest else 0)
    if keys[:1] != typed.plain[:1]:
        cost += FIRST_LETTER
    return Expansion(number, word, cost, "typo")


@lru_cache(maxsize=32_768)
def _keys_of(word: str) -> str:
    return strokes(word)
