"""Some entries made ready for an index that is being built: rows, and numbers in compact arrays.

Made in any process and sent to the one that builds. A sheaf stands for itself: its words have
numbers of its own, so that no order and no state is shared between those who make them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from lookin.apps.search.index import cutting
from lookin.apps.search.index.entry import Entry
from lookin.apps.search.index.numbering import Numbering, TextNumbers
from lookin.apps.search.index.postings import Numbers

_UNSIGNED = np.dtype("=u4")  # array("I") on every system that Python 3.11 runs on


class SheafEntry(NamedTuple):
    """An entry without id, words and parts. `people`: ids with spaces between."""

    path: str
    kind: str
    title: str
    ending: str
    notebook: str | None
    people: str
    changed_ns: int
    size: int


class SheafPiece(NamedTuple):
    """A piece: the place of its entry in the sheaf, its own place in the entry, and what it is."""

    entry: int
    place: int
    part: str
    kind: str
    goes_on: int
    text: str


@dataclass(slots=True)
class Lists:
    """Many short lists of numbers in two arrays."""

    numbers: array[int] = field(default_factory=lambda: array("I"))
    lengths: array[int] = field(default_factory=lambda: array("I"))

    def add(self, numbers: Iterable[int]) -> None:
        """One more list."""
        before = len(self.numbers)
        self.numbers.extend(numbers)
        self.lengths.append(len(self.numbers) - before)

    def flat(self) -> Numbers:
        """All numbers, one list after the other."""
        return np.frombuffer(self.numbers, _UNSIGNED).astype(np.int64)

    def counts(self) -> Numbers:
        """How many numbers each list has."""
        return np.frombuffer(self.lengths, _UNSIGNED).astype(np.int64)


@dataclass(slots=True)
class Sheaf:
    """`names`, `text`: the words of each entry; `held`: of each piece; all by place in `words`."""

    words: list[str] = field(default_factory=list)
    entries: list[SheafEntry] = field(default_factory=list)
    pieces: list[SheafPiece] = field(default_factory=list)
    names: Lists = field(default_factory=Lists)
    text: Lists = field(default_factory=Lists)
    held: Lists = field(default_factory=Lists)


def bind(entries: Iterable[Entry]) -> Sheaf:
    """The sheaf of these entries, in their order. No two may have the same path."""
    numbering = Numbering()
    texts, sheaf = TextNumbers(numbering), Sheaf()
    for entry in entries:
        _add(entry, sheaf, texts)
    sheaf.words = list(numbering)
    return sheaf


def _add(entry: Entry, sheaf: Sheaf, texts: TextNumbers) -> None:
    path, title = cutting.clean(entry.path), cutting.clean(entry.title)
    names = texts.of(f"{title}\n{path}")
    seen, at = set[int](), len(sheaf.entries)
    for place, cut in enumerate(cutting.cut_entry(entry)):
        part = cut.part
        held = (
            texts.of(part.text)
            if len(seen) < cutting.MOST_WORDS_EACH
            else texts.known(part.text) & seen
        )
        seen |= held
        sheaf.held.add(held)
        sheaf.pieces.append(SheafPiece(at, place, part.id, part.kind, int(cut.goes_on), part.text))
    sheaf.names.add(names)
    sheaf.text.add(names | seen)
    people = " ".join(sorted(set(entry.people)))
    sheaf.entries.append(
        SheafEntry(
            *(path, entry.kind, title, cutting.clean(entry.ending), entry.notebook, people),
            *(entry.changed_ns, entry.size),
        )
    )
