"""Words that may be meant: what the last typed word may go on to be, or nearly is.

Only words that an entry of an index which this person may read holds now.
"""

from __future__ import annotations

from collections.abc import Sequence

from lookin.apps.search.asking import Asked
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.core.search.query import Query
from lookin.core.search.vocabulary import Expansion

MOST = 5
_LOOKED_AT = 12
_KINDS = frozenset({"prefix", "typo", "slip", "initials", "keyboard"})


def suggest_words(query: Query, asked: Sequence[Asked]) -> list[str]:
    """At most five words, the likeliest first, none that is typed already."""
    typed = {word.text for word in query.words}
    found: dict[str, float] = {}
    for one in asked:
        for word in _held(one):
            if word.word not in typed:
                found[word.word] = min(word.cost, found.get(word.word, word.cost))
    return sorted(found, key=lambda word: found[word])[:MOST]


def _held(asked: Asked) -> list[Expansion]:
    if not asked.stages:
        return []
    near = [one for one in asked.stages[0].groups[-1] if one.kind in _KINDS][:_LOOKED_AT]
    try:
        there = set(asked.reading.held([one.number for one in near])) if near else set()
    except IndexUnavailableError:
        return []
    return [one for one in near if one.number in there]
