"""Words that may be meant: what the last typed word may go on to be, or nearly is.

Only words that an entry of an index which this person may read holds now.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from lookin.apps.search.access import Place
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.core.search.plan import stages
from lookin.core.search.query import Query
from lookin.core.search.vocabulary import Expansion

MOST = 5
_LOOKED_AT = 12
_KINDS = frozenset({"prefix", "typo", "slip", "initials", "keyboard"})


def suggest_words(query: Query, places: Sequence[Place]) -> list[str]:
    """At most five words, the likeliest first, none that is typed already."""
    if not query.words:
        return []
    typed = {word.text for word in query.words}
    found: dict[str, float] = {}
    for place in places:
        for one in _held(query, place):
            if one.word not in typed:
                found[one.word] = min(one.cost, found.get(one.word, one.cost))
    return sorted(found, key=lambda word: found[word])[:MOST]


def _held(query: Query, place: Place) -> list[Expansion]:
    try:
        reading = place.open()
        vocabulary = reading.vocabulary()
        first = next(islice(stages(query, vocabulary), 1), None)
        if first is None:
            return []
        near = [one for one in first.groups[-1] if one.kind in _KINDS][:_LOOKED_AT]
        there = set(reading.held([one.number for one in near]))
    except IndexUnavailableError:
        return []
    return [one for one in near if one.number in there]
