"""Builds a whole index in one go, from sheaves: quicker by far than putting entries into it.

Words only get their numbers here. Postings wait in memory as one array and are written a few
million at a time, in the order of their keys. Readers see the old index until `finish`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import pairwise
from types import TracebackType

import numpy as np

from lookin.apps.search.index import cutting, postings
from lookin.apps.search.index.numbering import Numbering
from lookin.apps.search.index.postings import Numbers
from lookin.apps.search.index.reading import tags_of
from lookin.apps.search.index.sheaf import Lists, Sheaf
from lookin.apps.search.index.store import EntryRow, IndexUnavailableError, PieceRow, Store

WAITING = 4_000_000  # postings in memory, some 30 bytes each while they are put in order
_AT_ONCE = 5_000  # keys read or written in one go
_HELD = np.dtype("<u4")


class IndexBuilding:
    """A context: what was added takes the old index's place at its end, or nothing does.

    Raises IndexUnavailableError.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._words, self._tags = Numbering(), Numbering()
        self._last_id, self._written_block = 0, -1
        self._waiting: list[Numbers] = []  # key * BLOCK + lower id
        self._many = 0
        self._transaction = contextlib.ExitStack()

    def __enter__(self) -> IndexBuilding:
        self._transaction.enter_context(self._store.writing())
        self._store.clear()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._write_postings()
                self._store.add_tags(self._tags.named_news())
                self._store.set_last_id(self._last_id)
        except BaseException as late:
            self._transaction.__exit__(type(late), late, late.__traceback__)
            raise
        else:
            self._transaction.__exit__(kind, error, trace)
        finally:
            self._store.close()

    def add(self, sheaf: Sheaf) -> None:
        """These entries, newer than all before them; no path may come twice."""
        first = self._last_id + 1
        self._last_id += len(sheaf.entries)
        if self._last_id > postings.LAST_ID:
            raise IndexUnavailableError("an index cannot hold so many entries")
        of = self._numbers_of(sheaf)
        self._store.add_words(self._words.saved, self._words.news())
        self._words.save()
        self._add_entries(sheaf, first, of)
        self._add_pieces(sheaf, first, of)
        ids = np.arange(first, self._last_id + 1)
        self._wait(sheaf.names, of, postings.NAMES, ids)
        self._wait(sheaf.text, of, postings.TEXT, ids)
        self._wait(self._tags_of(sheaf), None, postings.TAGS, ids)
        if self._many > WAITING:
            self._write_postings()

    def _numbers_of(self, sheaf: Sheaf) -> Numbers:
        """The numbers of its words; -1 for those that there is no more room for."""
        words = self._words
        if len(words) + len(sheaf.words) <= cutting.MOST_WORDS:
            return np.array([words[word] for word in sheaf.words], np.int64)
        most = np.full(len(sheaf.words), cutting.MOST_WORDS)
        most[sheaf.names.flat()] = cutting.MOST_NAMED_WORDS
        found = (
            words[word] if word in words or len(words) < room else -1
            for word, room in zip(sheaf.words, most.tolist(), strict=True)
        )
        return np.fromiter(found, np.int64, len(sheaf.words))

    def _add_entries(self, sheaf: Sheaf, first: int, of: Numbers) -> None:
        names = _packed(sheaf.names, of)
        rows = zip(range(first, self._last_id + 1), sheaf.entries, names, strict=True)
        self._store.add_entries(EntryRow(id_, *entry, held) for id_, entry, held in rows)

    def _add_pieces(self, sheaf: Sheaf, first: int, of: Numbers) -> None:
        every = zip(sheaf.pieces, _packed(sheaf.held, of), strict=True)
        ids = ((first + piece.entry) * cutting.MOST_PIECES + piece.place for piece in sheaf.pieces)
        self._store.add_pieces(
            PieceRow(id_, piece.part, piece.kind, piece.goes_on, held, piece.text)
            for id_, (piece, held) in zip(ids, every, strict=True)
        )

    def _tags_of(self, sheaf: Sheaf) -> Lists:
        found = Lists()
        for entry in sheaf.entries:
            tags = tags_of(entry.kind, entry.ending, entry.people.split())
            found.add(self._tags[cutting.clean(tag)] for tag in tags)
        return found

    def _wait(self, lists: Lists, of: Numbers | None, field: int, ids: Numbers) -> None:
        words, counts = (lists.flat(), lists.counts()) if of is None else _numbered(lists, of)
        ids = np.repeat(ids, counts)
        self._waiting.append(
            postings.keys(words, field, ids) * postings.BLOCK + ids % postings.BLOCK
        )
        self._many += len(ids)

    def _write_postings(self) -> None:
        """Write what waits. Only the block that was written to last may hold rows already."""
        if not self._many:
            return
        every = np.concatenate(self._waiting)
        self._waiting, self._many = [], 0
        every.sort()
        rows = _rows(every)
        while some := list(_some(rows)):
            old = [key for key, _ in some if postings.block_of(key) == self._written_block]
            before = dict(self._store.postings(old)) if old else {}
            self._store.write_postings(
                (key, postings.joined(before.get(key, b""), lows)) for key, lows in some
            )
        self._written_block = self._last_id // postings.BLOCK


def _rows(every: Numbers) -> Iterator[tuple[int, bytes]]:
    """(key, lower ids in 16 bits each) of sorted `key * BLOCK + lower id`."""
    keys = every // postings.BLOCK
    lows = (every % postings.BLOCK).astype("<u2").tobytes()
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    borders = [*starts.tolist(), len(every)]
    for key, (start, end) in zip(keys[starts].tolist(), pairwise(borders), strict=True):
        yield key, lows[2 * start : 2 * end]


def _some(rows: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    return (row for row, _ in zip(rows, range(_AT_ONCE), strict=False))


def _numbered(lists: Lists, of: Numbers) -> tuple[Numbers, Numbers]:
    """(the index's own numbers, how many each list has), without those that have none."""
    numbers, counts = of[lists.flat()], lists.counts()
    there = numbers >= 0
    if there.all():
        return numbers, counts
    owners = np.repeat(np.arange(len(counts)), counts)
    return numbers[there], np.bincount(owners[there], minlength=len(counts))


def _packed(lists: Lists, of: Numbers) -> list[bytes]:
    """The numbers of each list as rows hold them."""
    numbers, counts = _numbered(lists, of)
    every = numbers.astype(_HELD).tobytes()
    ends = [0, *(np.cumsum(counts) * _HELD.itemsize).tolist()]
    return [every[start:end] for start, end in pairwise(ends)]
