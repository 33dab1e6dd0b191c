"""Asks the indexes of several places for one query, step by step, and ranks what they hold.

The cheap readings of a query are tried in every place before the dear ones in any.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lookin.apps.search.access import Place
from lookin.apps.search.index.entry import Part
from lookin.apps.search.index.protocol import Found, Piece, Reading, Where
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.apps.search.recents import use_key
from lookin.core.search.plan import Stage, stages
from lookin.core.search.query import Query
from lookin.core.search.rank import Candidate, Use, rank

ENOUGH = 24  # entries; with so many, no dearer reading is tried
FEW = 8  # with fewer, typos and parts of words are looked for too
MOST_RANKED = 40
_PIECES = 2  # of an entry, looked at for its rank and its passage
log = logging.getLogger("lookin.search")


@dataclass(frozen=True)
class Hit:
    """An entry that was found, with the stages asked and the one that found it.

    `part`: where its best passage is; None when only its name fits.
    `is_whole`: that part alone holds every word that was asked for."""

    place: Place
    found: Found
    score: float
    stages: tuple[Stage, ...]
    found_by: Stage | None
    part: Part | None
    is_whole: bool

    @property
    def id(self) -> str:
        """What names this entry to its person, and says nothing to a guest."""
        return entry_id(self.place, self.found)


@dataclass
class _Asked:
    """One place while it is asked. `found`: by entry, with the stage that found it first."""

    place: Place
    reading: Reading
    steps: Iterator[Stage]
    stages: list[Stage] = field(default_factory=list)
    found: dict[int, tuple[Found, Stage]] = field(default_factory=dict)

    def step(self, where: Where) -> bool:
        """Ask for the next stage; False when there is none."""
        stage = next(self.steps, None)
        if stage is None:
            return False
        self.stages.append(stage)
        for name in ("names", "text"):
            for one in self.reading.find(stage.numbers, field=name, where=where, most=ENOUGH):
                self.found.setdefault(one.id, (one, stage))
        return True


def entry_id(place: Place, found: Found) -> str:
    """A guest's is the notebook's own; a member's is the path, which a first opening keeps."""
    return place.shared.get(found.path) or f"{place.id}:{found.path}"


def find_hits(
    query: Query, places: Sequence[Place], where: Where, *, now: float, uses: Mapping[str, Use]
) -> list[Hit]:
    """What these places hold for the words of `query`, the best first."""
    asked: list[_Asked] = []

    def go_far() -> bool:
        return sum(len(one.found) for one in asked) < FEW

    for place in places:
        asked += _opened(place, query, go_far)
    _ask(asked, where)
    hits: list[Hit] = []
    for one in asked:
        if one.found:
            try:
                hits += _ranked(one, now, uses)
            except IndexUnavailableError as error:
                log.warning("An index cannot be read: %s", error)
    hits.sort(key=lambda hit: -hit.score)
    return hits


def newest_hits(places: Sequence[Place], where: Where, *, most: int) -> list[Hit]:
    """The last changed entries of these places."""
    hits: list[Hit] = []
    for place in places:
        try:
            found = place.open().newest(where=where, most=most)
        except IndexUnavailableError as error:
            log.warning("An index cannot be read: %s", error)
            continue
        hits += [Hit(place, one, one.changed_ns / 1e9, (), None, None, False) for one in found]
    return sorted(hits, key=lambda hit: -hit.score)[:most]


def _opened(place: Place, query: Query, go_far: Callable[[], bool]) -> list[_Asked]:
    try:
        reading = place.open()
        return [_Asked(place, reading, stages(query, reading.vocabulary(), go_far=go_far))]
    except IndexUnavailableError as error:
        log.warning("An index cannot be read: %s", error)
        return []


def _ask(asked: list[_Asked], where: Where) -> None:
    going = list(asked)
    while going and sum(len(one.found) for one in asked) < ENOUGH:
        going = [one for one in going if _step(one, where)]


def _step(one: _Asked, where: Where) -> bool:
    try:
        return one.step(where)
    except IndexUnavailableError as error:
        log.warning("An index cannot be read: %s", error)
        return False


def _ranked(asked: _Asked, now: float, uses: Mapping[str, Use]) -> list[Hit]:
    chosen = list(asked.found.values())[:MOST_RANKED]
    pieces = _pieces(asked.reading, chosen)
    ids = {one.id: entry_id(asked.place, one) for one, _ in chosen}
    candidates = [
        Candidate(one.id, one.title, one.changed_ns / 1e9, _texts(pieces.get(one.id, ())))
        for one, _ in chosen
    ]
    own = {key: uses[use_key(name)] for key, name in ids.items() if use_key(name) in uses}
    hits = []
    for each in rank(candidates, asked.stages, now=now, uses=own):
        found, stage = asked.found[each.candidate.key]
        here = pieces.get(found.id, [])
        piece = here[each.part] if each.part is not None and each.part < len(here) else None
        is_whole = piece is not None and piece.held == len(stage.numbers)
        part = piece.part if piece is not None else None
        hits.append(Hit(asked.place, found, each.score, tuple(asked.stages), stage, part, is_whole))
    return hits


def _texts(pieces: Sequence[Piece]) -> tuple[str, ...]:
    return tuple(piece.part.text for piece in pieces)


def _pieces(reading: Reading, chosen: list[tuple[Found, Stage]]) -> dict[int, list[Piece]]:
    by_stage: dict[int, tuple[Stage, list[int]]] = {}
    for one, stage in chosen:
        by_stage.setdefault(id(stage), (stage, []))[1].append(one.id)
    pieces: dict[int, list[Piece]] = {}
    for stage, ids in by_stage.values():
        pieces |= reading.pieces(ids, stage.numbers, most=_PIECES)
    return pieces
