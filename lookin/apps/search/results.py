"""What an answer of the box holds, and its form as JSON: texts only, never markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lookin.apps.search.filters import Chip

Segments = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Item:
    """One line. `title` and `passage` in stretches, each marked or not; `copy`: what its key puts
    on the clipboard; `changed`: milliseconds since 1970; `cell`: the id of a cell."""

    id: str
    title: Segments
    passage: Segments | None = None
    where: str = ""
    href: str | None = None
    copy: str | None = None
    changed: int | None = None
    cell: str | None = None


@dataclass(frozen=True)
class Group:
    """Lines of one kind, the best first. `more`: there are others."""

    kind: str
    items: list[Item]
    more: bool = False


@dataclass(frozen=True)
class Results:
    """Everything that a text brought."""

    q: str
    answer: dict[str, Any] | None = None
    reading: str | None = None
    words: list[str] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    recent: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """The JSON of GET /ajax/search."""
        reading = None if self.reading is None else {"text": self.reading}
        return {
            "error": 0,
            "q": self.q,
            "answer": self.answer,
            "reading": reading,
            "words": self.words,
            "chips": [_fields(chip) for chip in self.chips],
            "groups": [
                {**_fields(one), "items": list(map(_fields, one.items))} for one in self.groups
            ],
            "recent": self.recent,
        }


def _fields(one: Item | Group | Chip) -> dict[str, Any]:
    """The fields as they are: dataclasses.asdict would copy every text and pair in them."""
    return vars(one)
