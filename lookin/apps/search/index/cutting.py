"""Cuts parts into pieces short enough to look for a passage in, and takes out what no store keeps.

Not for what a word is: that is core/search/words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lookin.apps.search.index.entry import Entry, Part

LONGEST = 2_000
MOST_PIECES = 1 << 12
MOST_WORDS_EACH = 20_000  # different words of an entry; those that come later are not found
MOST_WORDS = 600_000  # of an index, which pages hold in memory; later new ones get no number
MOST_NAMED_WORDS = MOST_WORDS + 100_000  # except those of names
_LOST = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of a part. `goes_on`: it continues the part of the piece before it."""

    part: Part
    goes_on: bool


def cut_entry(entry: Entry) -> list[Cut]:
    """The pieces of all parts, in order; what is beyond 4,096 of them is left out."""
    found: list[Cut] = []
    for part in entry.parts:
        for start, text in enumerate(_cut(clean(part.text))):
            if len(found) == MOST_PIECES:
                return found
            found.append(Cut(replace(part, id=clean(part.id), text=text), start > 0))
    return found


def join(cuts: list[Cut]) -> tuple[Part, ...]:
    """The parts again."""
    parts: list[list[Part]] = []
    for cut in cuts:
        if cut.goes_on and parts:
            parts[-1].append(cut.part)
        else:
            parts.append([cut.part])
    return tuple(replace(few[0], text="".join(part.text for part in few)) for few in parts)


def clean(text: str) -> str:
    """Without NUL and lone surrogates, which SQLite or PostgreSQL refuse."""
    return _LOST.sub("\N{REPLACEMENT CHARACTER}", text)


def _cut(text: str) -> Iterator[str]:
    """At the end of a line where one is near, else after a space, else anywhere."""
    start = 0
    while len(text) - start > LONGEST:
        end = _border(text, start, start + LONGEST)
        yield text[start:end]
        start = end
    yield text[start:]


def _border(text: str, start: int, end: int) -> int:
    for mark in ("\n", " "):
        found = text.rfind(mark, start + LONGEST // 2, end)
        if found >= 0:
            return found + 1
    return end
