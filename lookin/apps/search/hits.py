"""What was found in all places, in the order in which people see it, each with its best part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from lookin.apps.search.access import Place
from lookin.apps.search.asking import Asked, Finding, log, newest
from lookin.apps.search.index.entry import Part
from lookin.apps.search.index.protocol import Found, Where
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.apps.search.recents import use_key
from lookin.core.search.matching import Sought
from lookin.core.search.plan import Stage
from lookin.core.search.rank import Candidate, Use, rank

MOST_RANKED = 18  # of all places together
_PIECES = 2  # of an entry, looked at for its rank and its passage


@dataclass(frozen=True)
class Hit:
    """An entry that was found. `stage`: the one that found it; None for what is only recent.

    `sought`: what to mark in it. `part`: where its best passage is; None when only its name fits.
    `is_whole`: that part alone holds every word that was asked for.
    """

    place: Place
    found: Found
    score: float
    stage: Stage | None = None
    sought: Sought | None = None
    part: Part | None = None
    is_whole: bool = False

    @property
    def id(self) -> str:
        """What names this entry to its person, and says nothing to a guest."""
        return entry_id(self.place, self.found)


def entry_id(place: Place, found: Found) -> str:
    """A guest's is the notebook's own; a member's is the path, which a first opening keeps."""
    return place.shared.get(found.path) or f"{place.id}:{found.path}"


def rank_hits(asked: Sequence[Asked], *, now: float, uses: Mapping[str, Use]) -> list[Hit]:
    """What these places have said, the best first."""
    every = [(finding, one) for one in asked for finding in one.findings.values()]
    chosen = nsmallest(
        MOST_RANKED, every, key=lambda pair: (pair[0].round, -pair[0].found.changed_ns)
    )
    hits: list[Hit] = []
    for one in asked:
        findings = [finding for finding, of in chosen if of is one]
        try:
            hits += _ranked(one, findings, now, uses) if findings else []
        except IndexUnavailableError as error:
            log.warning("An index cannot be read: %s", error)
    hits.sort(key=lambda hit: -hit.score)
    return hits


def newest_hits(places: Sequence[Place], where: Where, *, most: int) -> list[Hit]:
    """The last changed entries of these places."""
    hits = [
        Hit(place, one, one.changed_ns / 1e9)
        for place in places
        for one in newest(place, where, most=most)
    ]
    return sorted(hits, key=lambda hit: -hit.score)[:most]


def _ranked(
    asked: Asked, findings: Sequence[Finding], now: float, uses: Mapping[str, Use]
) -> list[Hit]:
    pieces = asked.pieces(findings, most=_PIECES)
    own: dict[int, Use] = {}
    candidates: list[Candidate[int]] = []
    for one in findings:
        found = one.found
        texts = tuple(piece.part.text for piece in pieces.get(found.id, ()))
        candidates.append(Candidate(found.id, found.title, found.changed_ns / 1e9, texts))
        if uses and (used := uses.get(use_key(entry_id(asked.place, found)))):
            own[found.id] = used
    hits, sought = [], Sought(asked.stages)
    for each in rank(candidates, sought, now=now, uses=own):
        found, stage = (finding := asked.findings[each.candidate.key]).found, finding.stage
        here = pieces.get(found.id, [])
        piece = here[each.part] if each.part is not None and each.part < len(here) else None
        part = None if piece is None else piece.part
        is_whole = piece is not None and piece.held == len(stage.numbers)
        hits.append(Hit(asked.place, found, each.score, stage, sought, part, is_whole))
    return hits
