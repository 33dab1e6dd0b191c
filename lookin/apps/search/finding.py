"""What the box shows for a text: the answer to a sum, and whatever of the place fits it.

Composes; who may find what is access.py's, how an index is asked is hits.py's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from lookin.apps.accounts.models import User
from lookin.apps.search import access, recents, warming
from lookin.apps.search.answers import answer_to
from lookin.apps.search.asking import Asked, ask_places, prepare
from lookin.apps.search.filters import Filtered, read_filters
from lookin.apps.search.hits import Hit, newest_hits, rank_hits
from lookin.apps.search.index.opening import PYTHON
from lookin.apps.search.index.protocol import EVERYTHING, Where
from lookin.apps.search.lines import EACH, entry_groups, python_group
from lookin.apps.search.results import Group, Item, Results
from lookin.apps.search.suggesting import suggest_words
from lookin.core.search.names import NameList
from lookin.core.search.query import Query, read_query

LONGEST = 10_000  # characters of a text that are looked at; the calculator's own bound
_MOST_LAST = 40  # last changed entries that are shown for filters without words
_PYTHON = access.Place(PYTHON, "")


def find(person: User, text: str, *, hint: str, now: datetime, language: str) -> Results:
    """What `person` finds with `text`. `hint`: the workspace of the page, whose hits are asked for
    first; any text will do. Never raises for what was typed."""
    text = text[:LONGEST]
    query = read_query(text)
    places = sorted(access.places_for(person), key=lambda place: place.id != hint)
    if not query.words and not query.filters:
        return _empty(person, text, places, now=now, language=language)
    answer = None if query.filters else answer_to(text, today=now.date(), language=language)
    is_sum = answer is not None
    people = access.people_for(person)
    filtered = read_filters(query, person, places, people)
    asked = (
        []
        if filtered.nothing
        else ask_places(query, filtered.places, filtered.where, exactly=is_sum)
    )
    hits = _hits(query, filtered, asked, person, now)
    groups = entry_groups(hits)
    if not query.filters and not is_sum:  # the figures of a sum would find names at random
        python = ask_places(query, [_PYTHON], EVERYTHING)
        groups += _names(query, person, people, places)
        groups += python_group(rank_hits(python, now=now.timestamp(), uses={}))
    return Results(
        text,
        answer=answer,
        reading=_other_reading(query, hits),
        words=[] if is_sum else suggest_words(query, asked),
        chips=filtered.chips,
        groups=groups,
    )


def _empty(
    person: User, text: str, places: list[access.Place], *, now: datetime, language: str
) -> Results:
    """Nothing to look for: what was looked for before, and the notebooks that changed last."""
    warming.begin()
    if text.strip():
        return Results(text, answer=answer_to(text, today=now.date(), language=language))
    prepare(places)
    last = newest_hits(places, Where(kinds=("notebook",)), most=_MOST_LAST)
    groups = [Group(group.kind, group.items) for group in entry_groups(last[:EACH])]
    return Results(text, groups=groups, recent=recents.recent_texts(person))


def _hits(
    query: Query, filtered: Filtered, asked: Sequence[Asked], person: User, now: datetime
) -> list[Hit]:
    if filtered.nothing:
        return []
    if not query.words:
        return newest_hits(filtered.places, filtered.where, most=_MOST_LAST)
    return rank_hits(asked, now=now.timestamp(), uses=recents.uses_of(person))


def _names(
    query: Query, person: User, people: Sequence[access.Name], places: Sequence[access.Place]
) -> list[Group]:
    """People and workspaces."""
    members = [place for place in places if not place.shared]
    found_places = _name_list(tuple(p.name for p in members)).match(query, most=EACH + 1)
    of_people = _people(query, people, by_username=person.is_admin)
    of_places = [
        Item(members[one.at].id, one.segments, href=f"/service?workspace={members[one.at].id}")
        for one in found_places
    ]
    groups = (("people", of_people), ("workspaces", of_places))
    return [Group(kind, found[:EACH], len(found) > EACH) for kind, found in groups if found]


def _people(query: Query, people: Sequence[access.Name], *, by_username: bool) -> list[Item]:
    """By the name that people read; for an admin then by the one they sign in with, too."""
    shown = _name_list(tuple(each.shown for each in people)).match(query, most=EACH + 1)
    found = {one.at: Item(people[one.at].id, one.segments) for one in shown}
    usernames = tuple(each.username for each in people) if by_username else ()
    for one in _name_list(usernames).match(query, most=EACH + 1):
        each = people[one.at]
        found.setdefault(one.at, Item(each.id, ((each.shown, False),), where=each.username))
    return list(found.values())


@lru_cache(maxsize=64)
def _name_list(names: tuple[str, ...]) -> NameList:
    return NameList(names)


def _other_reading(query: Query, hits: Sequence[Hit]) -> str | None:
    """What the other keyboard would have typed, when the best hit was found that way."""
    stage = hits[0].stage if hits else None
    if stage is None or all(group[0].kind != "keyboard" for group in stage.groups):
        return None
    return query.other_keyboard
