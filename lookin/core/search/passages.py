"""What is shown of a find: its name with the sought letters marked, its best passage.

Segments are (text, marked) pairs, plain text both: who shows them escapes them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lookin.core.search.matching import Hit, Sought
from lookin.core.search.plan import Stage

Segments = tuple[tuple[str, bool], ...]

LENGTH = 160  # characters of a passage
_SCANNED = 16_000  # characters of a text in which the best passage is sought
_DOUBT = 2.0  # a reading so much dearer than the best one there is not marked
_BORDER = 16  # characters that a cut may move to fall between words
_LEAD = 0.3  # the share of a passage that stands before its first hit


@dataclass(frozen=True)
class Passage:
    """A stretch of a text. `hits` counts the different sought words in it, `start` is its place."""

    segments: Segments
    hits: int
    start: int


def marked(text: str, stages: Sequence[Stage] | Sought) -> Segments:
    """The whole `text`, a name say, in segments."""
    return _segments(text, _marks(text, Sought.of(stages)))


def passage(text: str, stages: Sequence[Stage] | Sought, *, length: int = LENGTH) -> Passage | None:
    """The stretch of `text` with most of the sought words; None if none of them is there."""
    scanned = text[:_SCANNED]
    marks = _marks(scanned, Sought.of(stages))
    if not marks:
        return None
    first, last, groups = _densest(marks, length)
    room = max(0, length - (marks[last][1] - marks[first][0]))
    start = _border(scanned, max(0, marks[first][0] - int(room * _LEAD)), back=True)
    end = _border(scanned, min(len(scanned), max(start + length, marks[first][1])), back=False)
    inside = [
        (max(a, start) - start, min(b, end) - start, g) for a, b, g in marks if start <= a < end
    ]
    cut = _segments(scanned[start:end], inside)
    return Passage(_tidied(cut, before=start > 0, behind=end < len(text)), groups, start)


def _marks(text: str, sought: Sought) -> list[tuple[int, int, int]]:
    """(start, end, group) of what is marked, by the stage that fits the text best."""
    best: tuple[float, int] | None = None
    every = sought.hits(text)
    for at, hits in enumerate(every):
        if hits:
            stage = sought.stages[at]
            fit = stage.missing + _fit(len(stage.groups), hits)
            if best is None or fit < best[0]:
                best = fit, at
    if best is None:
        return []
    chosen = best[1]
    cheapest = _cheapest(every[chosen])
    marks = {
        (*sought.stretch(text, chosen, hit), hit.group)
        for hit in every[chosen]
        if hit.cost <= cheapest[hit.group] + _DOUBT
    }
    return sorted(marks)


def _fit(groups: int, hits: Sequence[Hit]) -> float:
    """What the hits cost; a word that is missing costs more than any reading."""
    cheapest = _cheapest(hits)
    return sum(cheapest.values()) + 20.0 * (groups - len(cheapest))


def _cheapest(hits: Sequence[Hit]) -> dict[int, float]:
    cheapest: dict[int, float] = {}
    for hit in hits:
        cheapest[hit.group] = min(hit.cost, cheapest.get(hit.group, math.inf))
    return cheapest


def _densest(marks: Sequence[tuple[int, int, int]], length: int) -> tuple[int, int, int]:
    """The first and last mark of the best window, and how many different words it holds."""
    best, worth = (0, 0, 1), (0, 0)
    last = 0
    for first in range(len(marks)):
        last = max(last, first)
        while last + 1 < len(marks) and marks[last + 1][1] - marks[first][0] <= length:
            last += 1
        groups = len({group for _, _, group in marks[first : last + 1]})
        if (groups, last - first) > worth:
            best, worth = (first, last, groups), (groups, last - first)
    return best


def _border(text: str, at: int, *, back: bool) -> int:
    """The nearest place between two words, not far from `at`."""
    if at in (0, len(text)):
        return at
    for step in range(_BORDER):
        place = at + step if back else at - step
        if 0 < place < len(text) and text[place - 1].isspace() != text[place].isspace():
            return place
    return at


def _segments(text: str, marks: Sequence[tuple[int, int, int]]) -> Segments:
    found: list[tuple[str, bool]] = []
    at = 0
    for start, end, _ in marks:
        if end <= at:
            continue
        if start > at:
            found.append((text[at:start], False))
        if found and found[-1][1]:
            found[-1] = (found[-1][0] + text[at:end], True)
        else:
            found.append((text[max(start, at) : end], True))
        at = end
    if at < len(text):
        found.append((text[at:], False))
    return tuple(found)


def _tidied(segments: Segments, *, before: bool, behind: bool) -> Segments:
    """Line breaks become spaces; an ellipsis says that the text goes on."""
    tidy: list[tuple[str, bool]] = []
    for text, is_marked in segments:
        one = " ".join(text.split())
        if not one.isprintable():
            one = " ".join("".join(c if c.isprintable() else " " for c in one).split())
        lead = " " if text[:1].isspace() and tidy else ""
        tail = " " if text[-1:].isspace() and one else ""
        if lead + one + tail:
            tidy.append((lead + one + tail, is_marked))
    if before:
        tidy.insert(0, ("… ", False))
    if behind:
        tidy.append((" …", False))
    return tuple(tidy)
