"""Puts entries into an index and takes them out. For the one process that writes.

An entry that changes again soon keeps its id, and then only the words that came or went are
written; else it takes a new id, the greatest, so that the greatest ids are the newest entries.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np

from lookin.apps.search.index import cutting, postings
from lookin.apps.search.index.entry import Entry
from lookin.apps.search.index.numbering import Numbering, TextNumbers
from lookin.apps.search.index.reading import IndexReading, cut_of, found_of, tags_of
from lookin.apps.search.index.store import EntryRow, IndexUnavailableError, PieceRow, Store

KEPT = 100  # among so many newest an entry keeps its id
_MOVED_AT_ONCE = 500
_MANY_WORDS = 200_000  # with fewer, words that nothing holds any more harm nobody
_NUMBERS = np.dtype("<u4")
_EMPTY: postings.Numbers = np.empty(0, np.int64)


@dataclass
class _Changes:
    """Which words come to which entries, and which go: arrays of keys and of ids, in step."""

    keys: list[postings.Numbers] = field(default_factory=list)
    ids: list[postings.Numbers] = field(default_factory=list)

    def note(self, words: postings.Numbers, of_field: int, entry: int) -> None:
        ids = np.full(len(words), entry, np.int64)
        self.keys.append(postings.keys(words, of_field, ids))
        self.ids.append(ids)

    def by_key(self) -> dict[int, postings.Lows]:
        if not self.keys:
            return {}
        return dict(postings.grouped(np.concatenate(self.keys), np.concatenate(self.ids)))


@dataclass(frozen=True)
class _Held:
    """The words of one entry by field."""

    names: postings.Numbers = field(default_factory=_EMPTY.copy)
    text: postings.Numbers = field(default_factory=_EMPTY.copy)
    tags: postings.Numbers = field(default_factory=_EMPTY.copy)

    def without(self, other: _Held) -> _Held:
        pairs = ((self.names, other.names), (self.text, other.text), (self.tags, other.tags))
        return _Held(*(np.setdiff1d(mine, theirs) for mine, theirs in pairs))

    def note_in(self, changes: _Changes, entry: int) -> None:
        changes.note(self.names, postings.NAMES, entry)
        changes.note(self.text, postings.TEXT, entry)
        changes.note(self.tags, postings.TAGS, entry)


class IndexWriting(IndexReading):
    """`Index` over a store."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._rows: Store = store
        self._numbers = Numbering()
        self._texts = TextNumbers(self._numbers)
        self._tag_of = Numbering()
        self._generation_of = -1  # the generation they are of
        self._newest_id = 0

    def put(self, entries: Iterable[Entry]) -> None:
        wanted = {cutting.clean(entry.path): entry for entry in entries}
        if not wanted:
            return
        with self.lock, self._all_or_nothing():
            self._put(wanted)

    def remove(self, paths: Iterable[str]) -> None:
        with self.lock:
            gone = {cutting.clean(path) for path in paths}
            gone |= {below for path in gone for below in self._rows.paths_below(path)}
            ids = self._rows.ids_at(gone).values()
            if not ids:
                return
            with self._all_or_nothing():
                self._apply(_Changes(), self._take_out(ids))
            self._rows.forget_log()

    def move(self, old: str, new: str) -> None:
        old, new = cutting.clean(old), cutting.clean(new)
        with self.lock:
            moved = [*self._rows.ids_at([old]), *self._rows.paths_below(old)]
            if not moved or old == new:
                return
            self.remove([new])
            for start in range(0, len(moved), _MOVED_AT_ONCE):
                some = moved[start : start + _MOVED_AT_ONCE]
                there = (self._entry_at(path, new + path[len(old) :]) for path in some)
                self.put(entry for entry in there if entry is not None)
                self.remove(some)

    def known(self) -> dict[str, tuple[int, int]]:
        with self.lock:
            return self._rows.known()

    def clear(self) -> None:
        with self.lock:
            self._rows.clear()

    def tidy(self) -> bool:
        with self.lock:
            heading = self._rows.heading()
            if heading is None or heading.words < _MANY_WORDS:
                return False
            is_worth = self._rows.words_in_use() * 2 < heading.words
            if is_worth:
                self._rows.clear()
            return is_worth

    def drop(self) -> None:
        with self.lock:
            self._rows.drop()

    def _put(self, wanted: dict[str, Entry]) -> None:
        last_id = self._newest_id
        old_ids = self._rows.ids_at(wanted)
        old = {row.id: row for row in self._rows.entries(old_ids.values())}
        coming, going = _Changes(), _Changes()
        rows: list[EntryRow] = []
        pieces: list[PieceRow] = []
        for path, entry in wanted.items():
            old_id = old_ids.get(path, 0)
            before = self._held_by(old[old_id]) if old_id else _Held()
            is_kept = old_id > last_id - KEPT and old_id > 0
            if not is_kept:
                last_id += 1
            row, cuts, now = self._read(entry, path, old_id if is_kept else last_id)
            rows.append(row)
            pieces += cuts
            (now.without(before) if is_kept else now).note_in(coming, row.id)
            if old_id:
                (before.without(now) if is_kept else before).note_in(going, old_id)
        if last_id > postings.LAST_ID:
            raise IndexUnavailableError("the ids of this index are used up: rebuild it")
        self._rows.remove_entries(old)
        self._rows.add_entries(rows)
        self._rows.add_pieces(pieces)
        self._rows.set_last_id(last_id)
        self._apply(coming, going)

    def _read(
        self, entry: Entry, path: str, entry_id: int
    ) -> tuple[EntryRow, list[PieceRow], _Held]:
        """The rows of an entry and its words, new ones numbered."""
        title, people = cutting.clean(entry.title), sorted(set(entry.people))
        names = _ascending(self._texts.of(f"{title}\n{path}", cutting.MOST_NAMED_WORDS))
        pieces, all_words, seen = [], [names], set[int]()
        for place, cut in enumerate(cutting.cut_entry(entry)):
            held = self._held_in(cut.part.text, seen)
            all_words.append(held)
            pieces.append(
                PieceRow(
                    entry_id * cutting.MOST_PIECES + place,
                    *(cut.part.id, cut.part.kind, int(cut.goes_on)),
                    held.astype(_NUMBERS).tobytes(),
                    cut.part.text,
                )
            )
        text = np.unique(np.concatenate(all_words))
        tags = self._tag_numbers_for(tags_of(entry.kind, entry.ending, people))
        row = EntryRow(
            *(entry_id, path, entry.kind, title, cutting.clean(entry.ending), entry.notebook),
            *(" ".join(people), entry.changed_ns, entry.size),
            names.astype(_NUMBERS).tobytes(),
        )
        return row, pieces, _Held(names, text, tags)

    def _held_in(self, text: str, seen: set[int]) -> postings.Numbers:
        """Of a piece; once an entry has shown its fill of words, only those seen in it before."""
        if len(seen) < cutting.MOST_WORDS_EACH:
            held = self._texts.of(text, cutting.MOST_WORDS)
            seen |= held
        else:
            held = self._texts.known(text) & seen
        return _ascending(held)

    def _tag_numbers_for(self, tags: list[str]) -> postings.Numbers:
        return np.array([self._tag_of[cutting.clean(tag)] for tag in tags], np.int64)

    def _held_by(self, row: EntryRow) -> _Held:
        """The words of an entry as it stands in the store."""
        with self.guard():
            return self._held_now(row)

    def _held_now(self, row: EntryRow) -> _Held:
        held = [packed for _, packed in self._rows.held([row.id])]
        names = np.frombuffer(row.names, _NUMBERS).astype(np.int64)
        every = np.frombuffer(b"".join([row.names, *held]), _NUMBERS).astype(np.int64)
        found = found_of(row)
        tags = self._tag_numbers_for(tags_of(found.kind, found.ending, found.people))
        return _Held(names, np.unique(every), tags)

    def _take_out(self, ids: Iterable[int]) -> _Changes:
        going = _Changes()
        rows = self._rows.entries(list(ids))
        for row in rows:
            self._held_by(row).note_in(going, row.id)
        self._rows.remove_entries([row.id for row in rows])
        return going

    def _apply(self, coming: _Changes, going: _Changes) -> None:
        """Write what is new: words, tags, and the postings that changed."""
        first_new = self._numbers.saved
        self._rows.add_words(first_new, self._numbers.news())
        self._rows.add_tags(self._tag_of.named_news())
        added, removed = coming.by_key(), going.by_key()
        every = sorted(added.keys() | removed.keys())
        before = dict(self._rows.postings([one for one in every if _is_old(one, first_new)]))
        none = np.empty(0, np.uint16)
        after = [
            (
                one,
                postings.changed(
                    before.get(one, b""), added.get(one, none), removed.get(one, none)
                ),
            )
            for one in every
        ]
        self._rows.write_postings((one, packed) for one, packed in after if packed)
        self._rows.remove_postings([one for one, packed in after if not packed])

    def _entry_at(self, path: str, new_path: str) -> Entry | None:
        """The entry of `path` as it would be at `new_path`; a title made of the name follows."""
        for row in self._rows.entries(self._rows.ids_at([path]).values()):
            found = found_of(row)
            title, ending = found.title, found.ending
            was, now = PurePosixPath(path), PurePosixPath(new_path)
            if title in {was.stem, was.name}:
                title = now.stem if title == was.stem else now.name
            if ending == was.suffix[1:].lower():
                ending = now.suffix[1:].lower()
            parts = cutting.join([cut_of(piece) for piece in self._rows.pieces(row.id)])
            return Entry(
                *(new_path, found.kind, title, ending, found.notebook, found.people),
                *(found.changed_ns, found.size, parts),
            )
        return None

    @contextlib.contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """A transaction; numbers that were given in it are taken back when it fails."""
        try:
            with self._rows.writing():
                with self.guard():
                    self._bring_up_to_date()
                yield
        except BaseException:
            self._generation_of = -1
            raise
        self._numbers.save()
        self._tag_of.save()

    def _bring_up_to_date(self) -> None:
        heading = self._rows.heading()
        assert heading is not None
        if heading.generation != self._generation_of:
            self._numbers = Numbering(self._rows.words_from(0, heading.words))
            self._texts = TextNumbers(self._numbers)
            self._tag_of = Numbering(sorted(tags := self._rows.tags(), key=lambda tag: tags[tag]))
            self._generation_of = heading.generation
        self._newest_id = heading.last_id


def _is_old(key: int, first_new: int) -> bool:
    """Whether there may be a row under this key already: new words have none."""
    return postings.field_of(key) == postings.TAGS or postings.word_of(key) < first_new


def _ascending(numbers: set[int]) -> postings.Numbers:
    return np.sort(np.fromiter(numbers, np.int64, len(numbers)))
