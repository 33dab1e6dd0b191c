"""The rows of one index, and what each place to keep them must offer. No search in here.

Words are numbered from 0 in the order they came. A damaged or unreachable place raises
IndexUnavailableError; pages then do without this index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol


class IndexUnavailableError(Exception):
    """This index cannot be read or written now."""


class EntryRow(NamedTuple):
    """An entry without its parts. `people`: ids with spaces between. `names`: the numbers of the
    words of its title and path, unsigned 32 bits, little-endian."""

    id: int
    path: str
    kind: str
    title: str
    ending: str
    notebook: str | None
    people: str
    changed_ns: int
    size: int
    names: bytes


class PieceRow(NamedTuple):
    """A piece. `id`: the entry's times 4,096 and its place. `held`: its words, as in `names`."""

    id: int
    part: str
    kind: str
    goes_on: int
    held: bytes
    text: str


class Heading(NamedTuple):
    """`generation`: another one when the numbers of words began again. `last_id`: of entries."""

    generation: int
    words: int
    last_id: int


class ReadingStore(Protocol):
    """What pages need of a place."""

    def heading(self) -> Heading | None:
        """None where there is no such index."""
        ...

    def words_from(self, number: int, most: int) -> list[str]:
        """At most `most` words, the one with this number and those behind it, in order."""
        ...

    def tags(self) -> dict[str, int]:
        """The numbers of kinds, endings and people."""
        ...

    def postings(self, keys: Sequence[int]) -> list[tuple[int, bytes]]:
        """(key, packed ids) for those keys that there are, in any order."""
        ...

    def entries(self, ids: Collection[int]) -> list[EntryRow]:
        """Those entries that there are, in any order."""
        ...

    def ids_at(self, paths: Collection[str]) -> dict[str, int]:
        """The ids of the entries with exactly these paths."""
        ...

    def pieces(self, entry: int) -> list[PieceRow]:
        """The pieces of an entry, in order."""
        ...

    def held(self, entries: Collection[int]) -> list[tuple[int, bytes]]:
        """(id, held) of the pieces of these entries, in order, without their texts."""
        ...

    def pieces_at(self, ids: Collection[int]) -> list[PieceRow]:
        """Those pieces, in any order."""
        ...

    def newest(self, most: int) -> list[EntryRow]:
        """The entries with the greatest ids, greatest first."""
        ...

    def leave(self) -> None:
        """This thread asks no more."""
        ...

    def measure(self) -> tuple[int, int]:
        """(entries, bytes on disk)."""
        ...

    def condemn(self) -> None:
        """What it holds makes no sense: let the writer make it anew, where nothing else does."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class Store(ReadingStore, Protocol):
    """What the indexer needs of a place."""

    def writing(self) -> AbstractContextManager[None]:
        """All of what is written within, or nothing of it."""
        ...

    def add_words(self, first: int, words: Sequence[str]) -> None:
        """Number these from `first`."""
        ...

    def add_tags(self, tags: dict[str, int]) -> None:
        """Number these."""
        ...

    def write_postings(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Put (key, packed ids), in place of what was there."""
        ...

    def remove_postings(self, keys: Iterable[int]) -> None:
        """Take these keys away."""
        ...

    def add_entries(self, rows: Iterable[EntryRow]) -> None:
        """Add entries whose ids and paths are free."""
        ...

    def add_pieces(self, rows: Iterable[PieceRow]) -> None:
        """Add pieces whose ids are free."""
        ...

    def remove_entries(self, ids: Collection[int]) -> None:
        """Take entries and their pieces away."""
        ...

    def set_last_id(self, last_id: int) -> None:
        """Remember the greatest id that was ever given."""
        ...

    def paths_below(self, folder: str) -> list[str]:
        """The paths inside a folder."""
        ...

    def known(self) -> dict[str, tuple[int, int]]:
        """Every path with changed_ns and size."""
        ...

    def words_in_use(self) -> int:
        """How many words some entry holds."""
        ...

    def forget_log(self) -> None:
        """Overwrite what a log still holds of what was deleted, where there is one."""
        ...

    def clear(self) -> None:
        """Start again with another generation."""
        ...

    def drop(self) -> None:
        """Take the whole of it away and close."""
        ...
