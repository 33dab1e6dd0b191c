"""`in:`, `type:` and `by:`: what they mean for this person, and the chips that say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lookin.apps.accounts.models import User
from lookin.apps.search.access import Name, Place
from lookin.apps.search.index.protocol import EVERYTHING, Where
from lookin.core.search.names import match_names
from lookin.core.search.query import Filter, Query, read_query

_NOTEBOOKS = frozenset({"notebook", "notebooks", "ipynb", "노트북"})
_ENDINGS = {
    "python": ("py",),
    "파이썬": ("py",),
    "excel": ("xlsx", "xls"),
    "엑셀": ("xlsx", "xls"),
    "text": ("txt", "md"),
    "텍스트": ("txt", "md"),
    "image": ("png", "jpg", "jpeg", "gif", "svg", "webp"),
    "그림": ("png", "jpg", "jpeg", "gif", "svg", "webp"),
    "사진": ("jpg", "jpeg", "png", "webp"),
}
_ENDING = re.compile(r"[\w+-]{1,12}")
_ME = frozenset({"me", "나"})


@dataclass(frozen=True)
class Chip:
    """A filter as it is shown: `label` for eyes; not `known`: it fits nothing here."""

    key: str
    value: str
    label: str
    known: bool


@dataclass(frozen=True)
class Filtered:
    """What is left to search: the places, what entries must be, and the chips. `nothing`: a filter
    fits nothing, so no entry can."""

    places: list[Place]
    where: Where
    chips: list[Chip]
    nothing: bool


def read_filters(
    query: Query, person: User, places: list[Place], people: Sequence[Name]
) -> Filtered:
    """Apply the filters of `query`. One without a value yet asks for nothing."""
    where, chips = EVERYTHING, []
    for one in query.filters:
        if not one.value:
            continue
        if one.key == "in":
            chosen = _named(one.value, [place.name for place in places])
            places = [places[at] for at in chosen]
            chips.append(_chip(one, [place.name for place in places]))
        elif one.key == "type":
            where, known = _of_type(where, one.value.casefold())
            chips.append(Chip("type", one.value, one.value, known))
        else:
            found = _people(one.value, person, people)
            where = replace(where, people=tuple(each.id for each in found))
            chips.append(_chip(one, [each.shown for each in found]))
    return Filtered(places, where, chips, not all(chip.known for chip in chips))


def _chip(one: Filter, names: list[str]) -> Chip:
    label = names[0] if len(names) == 1 else one.value
    return Chip(one.key, one.value, label, bool(names))


def _of_type(where: Where, value: str) -> tuple[Where, bool]:
    if value in _NOTEBOOKS:
        return replace(where, kinds=("notebook",)), True
    value = value.lstrip("*.")
    endings = _ENDINGS.get(value, (value,) if _ENDING.fullmatch(value) else ())
    return replace(where, endings=endings), bool(endings)


def _people(value: str, person: User, people: Sequence[Name]) -> list[Name]:
    if value.casefold() in _ME:
        return [Name(str(person.id), person.shown_name, person.username)]
    names = [f"{each.shown} {each.username}" for each in people]
    return [people[at] for at in _named(value, names)]


def _named(value: str, names: Iterable[str]) -> list[int]:
    """The places in `names` of those that are called so; else of those that may be meant."""
    every = list(names)
    same = [at for at, name in enumerate(every) if name.casefold() == value.casefold()]
    if same:
        return same
    return [match.at for match in match_names(read_query(value), every, most=len(every) or 1)]
