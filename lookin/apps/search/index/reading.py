"""Finds entries of one index by the numbers of their words. Wherever the index lies.

Blocks are looked at newest first, and no further than needed; what a set of words holds is one bit
for each entry of a block, so that a hundred words at once cost little more than one.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

import numpy as np

from lookin.apps.search.index import cutting, postings
from lookin.apps.search.index.entry import Part
from lookin.apps.search.index.protocol import Field, Found, Piece, Size, Where
from lookin.apps.search.index.store import (
    EntryRow,
    IndexUnavailableError,
    PieceRow,
    ReadingStore,
)
from lookin.core.search.vocabulary import Vocabulary

_FIELDS = {"names": postings.NAMES, "text": postings.TEXT}
_NUMBERS = np.dtype("<u4")
_LEARNT_NOW = 4_000  # words that a search itself reads and sorts: some 6 ms
_LEARNT_AT_ONCE = 50_000
_PATIENCE = 1.0  # seconds that a search waits for the words; then it does with those there are
_CHUNKS = (0, 1, 4, 16)  # blocks looked at in one go: the newest alone, then three, then twelve …

log = logging.getLogger("lookin.search")
# What comes of rows that no index of ours ever held: a disk that forgets bits says nothing.
_NONSENSE = (ValueError, TypeError, LookupError, OverflowError)


class IndexReading:
    """`Reading` over a store. `lock` is held by every method, and by who uses the vocabulary."""

    def __init__(self, store: ReadingStore) -> None:
        self.lock = threading.RLock()
        self._store = store
        self._generation = -1
        self._vocabulary = Vocabulary()
        self._tags: dict[str, int] = {}
        self._learner: threading.Thread | None = None
        self._lacks = 0  # words that are not in memory yet

    @property
    def words_in_memory(self) -> int:
        """How many words it holds; no other thread is waited for."""
        return len(self._vocabulary)

    def vocabulary(self) -> Vocabulary:
        self.prepare()
        learner = self._learner
        if learner is not None and self._lacks > 0:
            learner.join(_PATIENCE)
        with self.lock:
            return self._vocabulary

    def prepare(self) -> None:
        with self.guard():
            self._last_id()

    def find(
        self, sets: Sequence[Collection[int]], *, field: Field, where: Where, most: int
    ) -> list[Found]:
        with self.guard():
            return self._found(self._last_id(), [(_FIELDS[field], s) for s in sets], where, most)

    def newest(self, *, where: Where, most: int) -> list[Found]:
        with self.guard():
            last_id = self._last_id()
            if where == Where():
                return [found_of(row) for row in self._store.newest(most)] if last_id else []
            return self._found(last_id, [], where, most)

    def parts(self, found_id: int) -> tuple[Part, ...]:
        with self.guard():
            return cutting.join([cut_of(row) for row in self._store.pieces(found_id)])

    def pieces(
        self, found_ids: Collection[int], sets: Sequence[Collection[int]], *, most: int
    ) -> dict[int, list[Piece]]:
        with self.guard():
            rows = self._store.held(found_ids)
            best = _best_pieces(rows, sets, most)
            found: dict[int, list[Piece]] = {one: [] for one in found_ids}
            for row in self._store.pieces_at(best):
                entry = row.id // cutting.MOST_PIECES
                found[entry].append(Piece(entry, cut_of(row).part, best[row.id]))
            for pieces in found.values():
                pieces.sort(key=lambda piece: -piece.held)
            return found

    def numbers_in(self, found_ids: Collection[int]) -> list[int]:
        with self.guard():
            packed = [row.names for row in self._store.entries(found_ids)]
            packed += [held for _, held in self._store.held(found_ids)]
            return [int(one) for one in np.unique(np.frombuffer(b"".join(packed), _NUMBERS))]

    def held(self, numbers: Sequence[int]) -> list[int]:
        with self.guard():
            blocks = range(self._last_id() // postings.BLOCK + 1)
            keys = [postings.key(one, postings.TEXT, block) for one in numbers for block in blocks]
            there = {postings.word_of(key) for key, _ in self._store.postings(keys)}
            return [one for one in numbers if one in there]

    def size(self) -> Size:
        with self.guard():
            self._last_id()
            entries, taken = self._store.measure()
            newest = self._store.newest(100) if entries else []
            changed_ns = max((row.changed_ns for row in newest), default=0)
            return Size(entries, len(self._vocabulary), taken, changed_ns)

    def close(self) -> None:
        with self.lock:
            self._store.close()

    @contextlib.contextmanager
    def guard(self) -> Iterator[None]:
        """Holds the lock. What cannot be made sense of is IndexUnavailableError, and the writer is
        told to make the index anew."""
        with self.lock:
            try:
                yield
            except _NONSENSE as error:
                log.exception("An index is damaged")
                self._store.condemn()
                raise IndexUnavailableError("the index is damaged") from error

    def _last_id(self) -> int:
        """The greatest id there is; brings the words up to date on the way."""
        heading = self._store.heading()
        generation = -1 if heading is None else heading.generation
        if generation != self._generation:
            self._generation, self._vocabulary, self._tags = generation, Vocabulary(), {}
        if heading is None:
            return 0
        self._lacks = missing = heading.words - len(self._vocabulary)
        if self._learner is None and (missing > 0 or not self._vocabulary.is_tidy):
            if missing > _LEARNT_NOW or missing <= 0:
                self._learner = threading.Thread(target=self._learn, name="words", daemon=True)
                self._learner.start()
            else:
                self._vocabulary.extend(self._store.words_from(len(self._vocabulary), missing))
        return heading.last_id

    def _learn(self) -> None:
        """Read many words beside, so that no search does: the oldest, commonest ones first."""
        try:
            while self._learns_some():
                pass
        except IndexUnavailableError as error:
            log.warning("The words of an index cannot be read: %s", error)
        finally:
            self._learner = None
            self._store.leave()

    def _learns_some(self) -> bool:
        """Whether there are more. Nobody else extends or changes the vocabulary meanwhile."""
        with self.guard():
            heading, vocabulary = self._store.heading(), self._vocabulary
            if heading is None or heading.generation != self._generation:
                return False  # whoever asks next begins anew
            most = min(_LEARNT_AT_ONCE, heading.words - len(vocabulary))
            words = self._store.words_from(len(vocabulary), most) if most > 0 else []
        vocabulary.extend(words)
        if not words:
            vocabulary.tidy()
        return bool(words)

    def _found(
        self, last_id: int, wanted: list[tuple[int, Collection[int]]], where: Where, most: int
    ) -> list[Found]:
        for tags in (_tags_of("kind", where.kinds), _tags_of("ending", where.endings), _by(where)):
            wanted += [(postings.TAGS, self._tag_numbers(tags))] if tags else []
        wanted.sort(key=lambda pair: len(pair[1]))
        only = None if where.paths is None else [*self._store.ids_at(where.paths).values()]
        ids: list[int] = []
        for blocks in _chunks(last_id // postings.BLOCK):
            ids += self._ids_in(blocks, wanted, only, most - len(ids))
            if len(ids) >= most:
                break
        rows = {row.id: row for row in self._store.entries(ids[:most])}
        return [found_of(rows[one]) for one in ids[:most] if one in rows]

    def _tag_numbers(self, tags: list[str]) -> list[int]:
        if any(tag not in self._tags for tag in tags):
            self._tags = self._store.tags()
        return [self._tags[tag] for tag in tags if tag in self._tags]

    def _ids_in(
        self,
        blocks: list[int],
        wanted: list[tuple[int, Collection[int]]],
        only: list[int] | None,
        most: int,
    ) -> list[int]:
        """The ids in these blocks that hold one of each of `wanted`, the `most` greatest first."""
        alive: dict[int, postings.Bits | None] = dict.fromkeys(blocks)
        if only is not None:
            alive = {block: _bits_of(only, block) for block in blocks}
        for field, numbers in wanted:
            alive = self._narrowed(alive, field, numbers)
        found: list[int] = []
        for block, bits in sorted(alive.items(), reverse=True):
            if bits is not None and len(found) < most:
                newest = np.flatnonzero(bits)[: -1 - (most - len(found)) : -1]
                found += (newest + block * postings.BLOCK).tolist()
        return found

    def _narrowed(
        self, alive: dict[int, postings.Bits | None], field: int, numbers: Collection[int]
    ) -> dict[int, postings.Bits | None]:
        keys = [postings.key(one, field, block) for one in numbers for block in alive]
        here: dict[int, postings.Bits] = {}
        for key, packed in self._store.postings(keys):
            block = postings.block_of(key)
            if block not in here:
                here[block] = np.zeros(postings.BLOCK, np.bool_)
            postings.add_to(here[block], packed)
        for block, bits in here.items():
            before = alive[block]
            if before is not None:
                np.logical_and(bits, before, out=bits)
        return {block: bits for block, bits in here.items() if bits.any()}


def found_of(row: EntryRow) -> Found:
    """The entry as callers see it. Raises TypeError for one that nobody wrote."""
    if not (isinstance(row.path + row.title, str) and isinstance(row.changed_ns, int)):
        raise TypeError("an entry is not what was written")
    people = tuple(row.people.split())
    kind, notebook = row.kind, row.notebook
    return Found(
        *(row.id, row.path, kind, row.title, row.ending, notebook, people),  # type: ignore[arg-type]
        changed_ns=row.changed_ns,
        size=row.size,
    )


def cut_of(row: PieceRow) -> cutting.Cut:
    """The piece as it was cut. Raises TypeError for one that nobody wrote."""
    if not isinstance(row.part + row.text, str):
        raise TypeError("a piece is not what was written")
    return cutting.Cut(Part(row.part, row.kind, row.text), bool(row.goes_on))  # type: ignore[arg-type]


def tags_of(kind: str, ending: str, people: Collection[str]) -> list[str]:
    """Under which filters an entry is found."""
    return [
        *_tags_of("kind", [kind]),
        *_tags_of("ending", [ending]),
        *_tags_of("by", people),
    ]


def _tags_of(name: str, values: Collection[str]) -> list[str]:
    return [f"{name}:{value}" for value in values]


def _by(where: Where) -> list[str]:
    return _tags_of("by", where.people)


def _chunks(last_block: int) -> Iterator[list[int]]:
    borders = [*_CHUNKS, *range(32, last_block + 17, 16)]
    newest_first = range(last_block, -1, -1)
    for start, end in pairwise(borders):
        if blocks := list(newest_first[start:end]):
            yield blocks


def _bits_of(ids: list[int], block: int) -> postings.Bits:
    bits = np.zeros(postings.BLOCK, np.bool_)
    bits[[one % postings.BLOCK for one in ids if one // postings.BLOCK == block]] = True
    return bits


def _best_pieces(
    rows: list[tuple[int, bytes]], sets: Sequence[Collection[int]], most: int
) -> dict[int, int]:
    """Of each entry the pieces that hold words of most sets: piece id -> how many sets."""
    if not rows:
        return {}
    held = np.frombuffer(b"".join(row[1] for row in rows), _NUMBERS)
    lengths = [len(row[1]) // _NUMBERS.itemsize for row in rows]
    row_of = np.repeat(np.arange(len(rows)), lengths)
    counts = np.zeros(len(rows), np.int64)
    for numbers in sets:
        wanted = np.fromiter(numbers, _NUMBERS, len(numbers))
        counts[np.unique(row_of[np.isin(held, wanted)])] += 1
    best: dict[int, int] = {}
    taken: dict[int, int] = {}
    for place in np.argsort(-counts, kind="stable").tolist():
        piece, count = rows[place][0], int(counts[place])
        entry = piece // cutting.MOST_PIECES
        if count == 0:
            break
        if taken.get(entry, 0) < most:
            taken[entry] = most if count == len(sets) else taken.get(entry, 0) + 1
            best[piece] = count
    return best
