"""Where the words that are sought stand in a text, by every reading that was tried.

Bridges the stages of a search and the characters of a name or a passage. Judges nothing: that is
for `rank` and `passages`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

from lookin.core.search.hangul import plain, strokes
from lookin.core.search.plan import Stage
from lookin.core.search.query import TypedWord
from lookin.core.search.vocabulary import Expansion
from lookin.core.search.words import SURFACE, forms_of


class Meaning(NamedTuple):
    """One reading of one sought word: the stage and the group that it is in."""

    stage: int
    group: int
    reading: Expansion


class Hit(NamedTuple):
    """A sought word in a text: its place in code points, its place among the words, its cost."""

    start: int
    end: int
    at: int
    group: int
    cost: float
    reading: Expansion


class Sought:
    """The readings of some stages, ready to be met in texts.

    `rank`, `marked` and `passage` take one wherever they take stages: make it once for many calls.
    """

    @classmethod
    def of(cls, stages: Sequence[Stage] | Sought) -> Sought:
        """`stages` themselves if they are one already."""
        return stages if isinstance(stages, Sought) else cls(stages)

    def __init__(self, stages: Sequence[Stage]) -> None:
        self.stages = tuple(stages)
        self._by_form: dict[str, list[Meaning]] = {}
        for at, stage in enumerate(stages):
            for group, readings in enumerate(stage.groups):
                for reading in readings:
                    meaning = Meaning(at, group, reading)
                    self._by_form.setdefault(reading.word, []).append(meaning)
        self._by_surface: dict[str, Sequence[Meaning]] = {}

    def hits(self, text: str, *, places: bool = True) -> list[list[Hit]]:
        """For each stage the sought words of `text`, in order.

        Without `places` all hits say 0 to 0 and only count the words: half the work.
        """
        found: list[list[Hit]] = [[] for _ in self.stages]
        surfaces = SURFACE.findall(text)
        known, sought = self._by_surface, self._by_form.keys()
        for surface in set(surfaces).difference(known):
            forms = forms_of(surface)
            known[surface] = () if sought.isdisjoint(forms) else self._meanings(forms)
        meant = [known[surface] for surface in surfaces]
        if any(meant):
            spans = [one.span() for one in SURFACE.finditer(text)] if places else ()
            for at in compress(range(len(meant)), meant):
                start, end = spans[at] if spans else (0, 0)
                for one in meant[at]:
                    hit = Hit(start, end, at, one.group, one.reading.cost, one.reading)
                    found[one.stage].append(hit)
        return found

    def stretch(self, text: str, stage: int, hit: Hit) -> tuple[int, int]:
        """The letters of `text` that answer what was typed: all of the word, or its part."""
        surface = text[hit.start : hit.end]
        folded = surface.casefold()
        offset = folded.find(hit.reading.word) if len(folded) == len(surface) else -1
        typed = self.stages[stage].typed
        if offset < 0 or not typed:
            return hit.start, hit.end
        first, last = _stretch(hit.reading.word, typed[hit.group])
        return hit.start + offset + first, hit.start + offset + last

    def _meanings(self, forms: Sequence[str]) -> Sequence[Meaning]:
        """The cheapest meaning of a word with these forms, in each group of each stage."""
        best: dict[tuple[int, int], Meaning] = {}
        for form in forms:
            for one in self._by_form.get(form, ()):
                place = (one.stage, one.group)
                if place not in best or one.reading.cost < best[place].reading.cost:
                    best[place] = one
        return list(best.values())


def _stretch(word: str, typed: TypedWord) -> tuple[int, int]:
    if typed.initials:
        return 0, min(len(word), len(typed.keys))
    ends = [0]
    for char in word:
        ends.append(ends[-1] + len(strokes(char)))
    at = plain(strokes(word)).find(typed.plain)
    if at < 0:
        return 0, len(word)
    first = max(place for place, end in enumerate(ends[:-1]) if end <= at)
    last = min(place for place, end in enumerate(ends) if end >= at + len(typed.plain))
    return first, last
