"""What every index can do, wherever it lies. One index holds one workspace and nothing of others.

One process writes (the indexer), any number read at the same time. Both ways of keeping one pass
the same test (tests/apps/search/test_index.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from lookin.apps.search.index.entry import Entry, EntryKind, Part
from lookin.core.search.vocabulary import Vocabulary

Field = Literal["names", "text"]


@dataclass(frozen=True, slots=True)
class Where:
    """What an entry must be beside holding the words. An empty tuple asks for nothing; of several
    values one is enough. `paths`: only these; None for all."""

    kinds: tuple[EntryKind, ...] = ()
    endings: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    paths: tuple[str, ...] | None = None


EVERYTHING = Where()


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that was found, without its parts. `id`: in this index; later ones are greater."""

    id: int
    path: str
    kind: EntryKind
    title: str
    ending: str
    notebook: str | None
    people: tuple[str, ...]
    changed_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a part, short enough to look for a passage in. `held`: how many of the sets of
    words it was asked for it holds."""

    entry: int
    part: Part
    held: int


@dataclass(frozen=True, slots=True)
class Size:
    """How much an index holds: entries, distinct words, bytes on disk; `changed_ns`: of the newest
    write, 0 for none."""

    entries: int
    words: int
    bytes: int
    changed_ns: int


class Reading(Protocol):
    """The half of an index that pages use. A missing index is an empty one."""

    @property
    def words_in_memory(self) -> int:
        """How many words it holds just now."""
        ...

    def vocabulary(self) -> Vocabulary:
        """The words, as of now. The same object each time, extended by what is new. While very many
        are read for the first time, after a second those that are there."""
        ...

    def prepare(self) -> None:
        """Begin to read the words, and do not wait for them."""
        ...

    def find(
        self, sets: Sequence[Collection[int]], *, field: Field, where: Where, most: int
    ) -> list[Found]:
        """Entries that hold a word of each of `sets` (a stage's numbers), at most `most`.

        Newest first, except that an entry that changed again lately may stand some places behind.
        `names`: in their title, path or ending; `text`: anywhere, names included.
        """
        ...

    def newest(self, *, where: Where, most: int) -> list[Found]:
        """The entries that were written last, newest first."""
        ...

    def parts(self, found_id: int) -> tuple[Part, ...]:
        """Every part of an entry, as it was put; empty when it is gone."""
        ...

    def pieces(
        self, found_ids: Collection[int], sets: Sequence[Collection[int]], *, most: int
    ) -> dict[int, list[Piece]]:
        """For each entry its pieces that hold words of `sets`, those that hold most first. None is
        given after one that holds words of all."""
        ...

    def numbers_in(self, found_ids: Collection[int]) -> list[int]:
        """The numbers of every word of these entries, ascending."""
        ...

    def held(self, numbers: Sequence[int]) -> list[int]:
        """Those of `numbers` whose word an entry still holds, in their order."""
        ...

    def size(self) -> Size:
        """How much it holds."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class Index(Reading, Protocol):
    """The whole of it, for the one process that writes."""

    def put(self, entries: Iterable[Entry]) -> None:
        """Keep these, each in place of what had its path. One transaction; the last is the newest,
        so that a first sweep puts the oldest first. A few hundred at a time are quickest."""
        ...

    def remove(self, paths: Iterable[str]) -> None:
        """Forget these entries, and all that lies below where one is a folder."""
        ...

    def move(self, old: str, new: str) -> None:
        """Give an entry, or all below a folder, another path; texts and ages stay.

        What had the new path is forgotten. Nothing happens when there is none at `old`.
        """
        ...

    def known(self) -> dict[str, tuple[int, int]]:
        """Every path with its changed_ns and size: what a sweep compares with the disk."""
        ...

    def clear(self) -> None:
        """Forget every entry and every word."""
        ...

    def tidy(self) -> bool:
        """Forget everything (True) where most of very many words are of nothing any more: what is
        typed leaves a word for every half of a word. Then all must be put again."""
        ...

    def drop(self) -> None:
        """Take the whole index away. It is closed afterwards."""
        ...
