"""Search in a short list of names that is held in memory: people, workspaces.

The same readings and the same ranking as in an index, without one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lookin.core.search.passages import Segments, marked
from lookin.core.search.plan import Stage, gather
from lookin.core.search.query import Query
from lookin.core.search.rank import Candidate, rank
from lookin.core.search.vocabulary import Vocabulary
from lookin.core.search.words import words_of


@dataclass(frozen=True)
class NameMatch:
    """A found name: its place in the list, its score (higher is better), itself in segments."""

    at: int
    score: float
    segments: Segments


class NameList:
    """Some names, ready to be searched. Worth keeping while the names stay the same."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        holders: dict[str, list[int]] = {}
        for at, name in enumerate(self.names):
            for form in dict.fromkeys(form for word in words_of(name) for form in word.forms):
                holders.setdefault(form, []).append(at)
        self._holders = tuple(frozenset(places) for places in holders.values())
        self._vocabulary = Vocabulary(tuple(holders))

    def match(self, query: Query, *, most: int) -> list[NameMatch]:
        """At most `most` names that answer `query`, the best first."""
        found, asked = gather(query, self._vocabulary, self._find, enough=4 * most, few=most)
        candidates = [Candidate(at, self.names[at], 0.0) for at in found]
        return [
            NameMatch(one.candidate.key, one.score, marked(one.candidate.name, asked))
            for one in rank(candidates, asked, now=0.0, uses={})[:most]
        ]

    def _find(self, stage: Stage) -> list[int]:
        every = [
            frozenset().union(*(self._holders[number] for number in numbers))
            for numbers in stage.numbers
        ]
        return sorted(frozenset.intersection(*every))


def match_names(query: Query, names: Sequence[str], *, most: int) -> list[NameMatch]:
    """`NameList(names).match(query)`, for a list that is searched only once."""
    return NameList(names).match(query, most=most)
