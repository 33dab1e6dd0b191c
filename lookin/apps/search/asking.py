"""Asks the indexes of several places for one query, step by step.

The cheap readings of a query are tried in every place before the dear ones in any. Not for the
order in which people see what was found: that is hits.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from lookin.apps.search.access import Place
from lookin.apps.search.index.protocol import Field, Found, Piece, Reading, Where
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.core.search.plan import Stage, exact_stages, stages
from lookin.core.search.query import Query
from lookin.core.search.vocabulary import Vocabulary

ENOUGH = 24  # entries; with so many, no dearer reading is tried
FEW = 8  # with fewer, typos and parts of words are looked for too
_FIELDS: tuple[Field, ...] = ("names", "text")
log = logging.getLogger("lookin.search")


@dataclass(frozen=True)
class Finding:
    """An entry, the stage that found it first, and the round: how dear that was."""

    found: Found
    stage: Stage
    round: int


@dataclass
class Asked:
    """One place while it is asked, and what it has said, by entry."""

    place: Place
    reading: Reading
    steps: Iterator[Stage]
    stages: list[Stage] = field(default_factory=list)
    findings: dict[int, Finding] = field(default_factory=dict)

    def step(self, where: Where) -> bool:
        """Ask for the next stage; False when there is none, or the index cannot be read."""
        try:
            stage = next(self.steps, None)
            if stage is not None:
                self.stages.append(stage)
                self._find(stage, where)
        except IndexUnavailableError as error:
            log.warning("An index cannot be read: %s", error)
            return False
        return stage is not None

    def pieces(self, findings: Sequence[Finding], *, most: int) -> dict[int, list[Piece]]:
        """The best pieces of these entries, by entry, each by the stage that found it."""
        by_stage: dict[int, tuple[Stage, list[int]]] = {}
        for one in findings:
            by_stage.setdefault(id(one.stage), (one.stage, []))[1].append(one.found.id)
        pieces: dict[int, list[Piece]] = {}
        for stage, ids in by_stage.values():
            pieces |= self.reading.pieces(ids, stage.numbers, most=most)
        return pieces

    def _find(self, stage: Stage, where: Where) -> None:
        for of_field in _FIELDS:
            for one in self.reading.find(stage.numbers, field=of_field, where=where, most=ENOUGH):
                self.findings.setdefault(one.id, Finding(one, stage, len(self.stages)))


def ask_places(
    query: Query, places: Sequence[Place], where: Where, *, exactly: bool = False
) -> list[Asked]:
    """Every place that can be read, asked until enough is found in all of them together.

    `exactly`: only for entries that hold every word as it was typed.
    """
    asked: list[Asked] = []

    def steps(vocabulary: Vocabulary) -> Iterator[Stage]:
        few, none = lambda: _count(asked) < FEW, lambda: not _count(asked)
        if exactly:
            return exact_stages(query, vocabulary)
        return stages(query, vocabulary, go_far=few, found_none=none)

    for place in places:
        asked += _opened(place, steps)
    going = list(asked)
    while going and _count(asked) < ENOUGH:
        going = [one for one in going if one.step(where)]
    return asked


def prepare(places: Sequence[Place]) -> None:
    """Begin to read the words of these places, before somebody types."""
    for place in places:
        try:
            place.open().prepare()
        except IndexUnavailableError as error:
            log.warning("An index cannot be read: %s", error)


def newest(place: Place, where: Where, *, most: int) -> list[Found]:
    """The entries of a place that were written last."""
    try:
        return place.open().newest(where=where, most=most)
    except IndexUnavailableError as error:
        log.warning("An index cannot be read: %s", error)
        return []


def _count(asked: Sequence[Asked]) -> int:
    return sum(len(one.findings) for one in asked)


def _opened(place: Place, steps: Callable[[Vocabulary], Iterator[Stage]]) -> list[Asked]:
    try:
        reading = place.open()
        return [Asked(place, reading, steps(reading.vocabulary()))]
    except IndexUnavailableError as error:
        log.warning("An index cannot be read: %s", error)
        return []
