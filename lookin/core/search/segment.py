"""A run of words, sorted by key strokes in a few flat arrays: about 50 bytes a word.

Answers in row numbers which words begin with, hold, or nearly begin with some strokes. Never
changes; `vocabulary` keeps several and decides what a find is worth.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from lookin.core.search import typos
from lookin.core.search.hangul import initials, plain, strokes
from lookin.core.search.scripts import SCRIPTS, scripts_of

Rows = NDArray[np.int32]
Marks = NDArray[np.uint32]
_CAUGHT = 1500  # words that hold some strokes are collected up to here
_COMPARED = 80_000  # words that are compared stroke by stroke
_COMMON = 20  # strokes; few words are longer
_HELD = 4_000  # of those, so many are read for some strokes
_PIECE = 3  # strokes of each of the two first pieces of a word, whose letters are known apart
_HEAD = 8  # bytes of a key that are compared as one number
_SPELLED = 10_000  # words that are spelled in one go
_AT_ONCE = 100_000  # keys that are brought into order at once
_PAD = b"\n" * (typos.LONGEST + 8)  # so that no look ahead leaves the last word's bytes


def _letter_bits() -> Marks:
    """A bit for each byte of a key: a letter has its own, everything else shares six."""
    bits = np.zeros(256, np.uint32)
    for byte in range(33, 256):
        letter = byte - 97
        bits[byte] = 1 << (letter if 0 <= letter < 26 else 26 + byte % 6)
    return bits


_BITS = _letter_bits()


def _pair_bits(data: NDArray[np.uint8]) -> Marks:
    """For each byte one of 32 bits for it and the next one; none where a word ends."""
    after = np.append(data[1:], np.uint8(10))
    bits = np.left_shift(np.uint32(1), ((data * np.uint8(37)) ^ after) % 32, dtype=np.uint32)
    return np.where((data == 10) | (after == 10), np.uint32(0), bits)


def _letters(key: bytes) -> np.uint32:
    return np.uint32(np.bitwise_or.reduce(_BITS[np.frombuffer(key, np.uint8)], initial=0))


class SortedKeys:
    """Keys in order, in one string of bytes, with the rows they belong to."""

    def __init__(self, joined: bytes, rows: NDArray[np.int32]) -> None:
        """`joined` are the keys of these rows, none with a byte below 11, with breaks between."""
        data = np.frombuffer(b"\n" + joined + _PAD if len(rows) else b"\n" + _PAD, np.uint8)
        ends = np.flatnonzero(data == 10)[1 : len(rows) + 1]
        starts = np.append(1, ends + 1)[: len(rows)]
        lengths = ends - starts
        order, self._heads = _in_order(data, starts, lengths)
        self.rows: Rows = rows[order]
        self.starts = np.ones(len(rows) + 1, np.uint32)
        self.starts[1:] += np.cumsum(lengths[order] + 1).astype(np.uint32)
        self.bytes = b"\n" + _gathered(data, starts[order], lengths[order] + 1) + _PAD
        self._places = self._heads.data  # read by bisect without an array being made

    def __len__(self) -> int:
        return len(self.rows)

    def key(self, at: int) -> bytes:
        """The key at a place in the order."""
        return self.bytes[self.starts[at] : self.starts[at + 1] - 1]

    def range(self, key: bytes) -> tuple[int, int, int]:
        """The places of `key`: where it begins, where longer ones begin, where they end."""
        head, places = key[:_HEAD], self._places
        low = bisect_left(places, int.from_bytes(head.ljust(_HEAD, b"\0")))
        high = bisect_right(places, int.from_bytes(head.ljust(_HEAD, b"\xff")), low)
        if low == high or len(key) < _HEAD:
            return low, bisect_right(places, int.from_bytes(head.ljust(_HEAD, b"\0")), low), high
        every = range(high)
        low = bisect_left(every, key, low, key=self.key)
        same = bisect_left(every, key + b"\x00", low, key=self.key)
        return low, same, bisect_left(every, key + b"\xff", same, key=self.key)


def _in_order(
    data: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """The order of these keys, and their first eight bytes as numbers in that order.

    Eight bytes at a time, in numpy: it lets other threads go on, and does not make an object of
    each key. Equal keys keep theirs.
    """
    longest = int(lengths.max(initial=0))
    heads = _words_at(data, starts, lengths, 0)
    order = np.argsort(heads, kind="stable")
    first = heads[order]
    tied = _ties(first)
    at = _HEAD
    group = np.cumsum(np.append(0, np.diff(first) != 0)[: len(first)])
    while len(tied) and at < longest:
        members = order[tied]
        words = _words_at(data, starts[members], lengths[members], at)
        inner = np.lexsort((words, group[tied]))
        order[tied] = members[inner]
        words = words[inner]
        # Still equal to the one before: in the same group, and the same eight bytes.
        same = (np.diff(group[tied]) == 0) & (np.diff(words) == 0)
        fresh = np.cumsum(np.append(0, ~same)[: len(words)])
        kept = np.append(same, False) | np.append(False, same)
        group = np.zeros(len(group), np.int64)
        group[tied] = fresh
        tied = tied[kept]
        at += _HEAD
    return order, first


def _ties(ordered: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Places of those that equal a neighbour."""
    same = np.diff(ordered) == 0
    ties: NDArray[np.int64] = np.flatnonzero(np.append(same, False) | np.append(False, same))
    return ties[ties < len(ordered)]


def _words_at(
    data: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64], at: int
) -> NDArray[np.uint64]:
    """Eight bytes of each key from its byte `at` on as one number, zeros behind its end."""
    words = np.zeros(len(starts), np.uint64)
    for place in range(at, at + _HEAD):
        words <<= np.uint64(8)
        inside = lengths > place
        words |= np.where(inside, data[np.where(inside, starts + place, 0)], 0).astype(np.uint64)
    return words


def _gathered(
    data: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> bytes:
    """The bytes of these stretches one behind the other."""
    found = []
    for first in range(0, len(starts), _AT_ONCE):
        some, counts = starts[first : first + _AT_ONCE], lengths[first : first + _AT_ONCE]
        shifts = np.append(0, np.cumsum(counts))
        places = np.repeat(some - shifts[:-1], counts) + np.arange(int(shifts[-1]))
        found.append(data[places].tobytes())
    return b"".join(found)


def _keys_of(words: Sequence[str], spell: Callable[[str], str] = str) -> bytes:
    """The plain strokes of all words, with breaks between; a part at a time, for other threads."""
    parts = (words[first : first + _SPELLED] for first in range(0, len(words), _SPELLED))
    return b"\n".join([plain(strokes(spell("\n".join(part)))).encode() for part in parts])


class Segment:
    """The words numbered from `first` on, in the order given; a row is a number less `first`."""

    def __init__(self, first: int, words: Sequence[str]) -> None:
        self.first = first
        self.keys = SortedKeys(_keys_of(words), np.arange(len(words), dtype=np.int32))
        self._texts = "\n".join(words).encode()
        breaks = np.flatnonzero(np.frombuffer(self._texts + b"\n", np.uint8) == 10)
        self._text_starts = np.append(0, breaks + 1).astype(np.uint32)
        self.scripts = scripts_of(words)
        hangul = np.flatnonzero(self.scripts == SCRIPTS["hangul"]).astype(np.int32)
        heads = _keys_of([words[row] for row in hangul.tolist()], initials)
        self.initials = SortedKeys(heads, hangul)
        self._measure()

    def __len__(self) -> int:
        return len(self.keys)

    def word(self, row: int) -> str:
        """The word itself."""
        return self._texts[self._text_starts[row] : self._text_starts[row + 1] - 1].decode()

    def words(self) -> list[str]:
        """All words, by row."""
        return self._texts.decode().split("\n") if len(self) else []

    def holding(self, key: bytes) -> Rows:
        """Rows of words that hold `key` behind their beginning, at most _CAUGHT."""
        wanted = _letters(key)
        pairs = np.bitwise_or.reduce(_pair_bits(np.frombuffer(key, np.uint8))[:-1], initial=0)
        lacking = (self._letters & wanted) ^ wanted
        lacking |= (self._pairs & pairs) ^ pairs
        places = np.flatnonzero(lacking == 0)
        long = self._lengths[places] > _COMMON
        held = [at for at in places[long][:_HELD].tolist() if key in self.keys.key(at)[1:]]
        short = self._holding_short(key, places[~long])
        return self.keys.rows[np.append(short, np.array(held, np.int64))[:_CAUGHT]]

    def _holding_short(self, key: bytes, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of `places`, none longer than _COMMON, whose words hold `key`: all at once."""
        data, starts = np.frombuffer(self.keys.bytes, np.uint8), self.keys.starts[places]
        columns = [data[starts + np.uint32(at)] for at in range(1, _COMMON)]
        lengths = self._lengths[places]
        held = np.zeros(len(places), np.bool_)
        for first in range(len(columns) - len(key) + 1):
            same = (columns[first] == key[0]) & (lengths > first + len(key))
            for at in range(1, len(key)):
                same &= columns[first + at] == key[at]
            held |= same
        return places[held]

    def resembling(self, key: bytes, *, whole: bool, most: int) -> tuple[Rows, NDArray[np.uint8]]:
        """Rows of words at most `most` slips from `key`, and their slips.

        With `whole` false the words may go on behind what `key` resembles.
        """
        key = key[: typos.LONGEST]
        places = self._like(key, most)
        if not len(places):
            return self.keys.rows[places], np.zeros(0, np.uint8)
        data = np.frombuffer(self.keys.bytes, np.uint8)
        starts, lengths = self.keys.starts[places], self._lengths[places]
        columns = []
        for at in range(len(key) + most + 1):
            column = data[starts + np.uint32(at)]
            column[lengths <= at] = 0
            columns.append(column)
        full, start = typos.distances(key, columns, most)
        slips = full if whole else np.minimum(full, start)
        near = slips <= most
        return self.keys.rows[places[near]], slips[near]

    def _like(self, key: bytes, most: int) -> NDArray[np.int64]:
        """Places of the words whose letters could make `key` with so many slips.

        A slip moves a letter by one place, so the letters of a piece of a word stand near that
        piece of `key`, but for one a slip.
        """
        strange = np.bitwise_count(self._heads & ~_letters(key[: _PIECE + most]))
        if len(key) - most >= 2 * _PIECE:
            reach = _letters(key[_PIECE - most : 2 * _PIECE + most])
            strange += np.bitwise_count(self._seconds & ~reach)
        places = np.flatnonzero(strange <= most)
        missing = np.bitwise_count(_letters(key) & ~self._letters[places])
        kept = (missing <= most) & (self._lengths[places] >= len(key) - most)
        if np.count_nonzero(kept) > _COMPARED:  # few different letters: only the likest then
            kept &= strange[places] + missing < most
        like: NDArray[np.int64] = places[kept][:_COMPARED]
        return like

    def _measure(self) -> None:
        """Lengths, letters and pairs of all words, for the quick look before the exact one."""
        starts = self.keys.starts[:-1].astype(np.int64)
        lengths = np.diff(self.keys.starts.astype(np.int64)) - 1
        self._lengths = np.minimum(lengths, 255).astype(np.uint8)
        data = np.frombuffer(self.keys.bytes, np.uint8)
        bits, none = _BITS[data], np.zeros(0, np.uint32)
        self._letters = np.bitwise_or.reduceat(bits, starts) if len(starts) else none
        self._pairs = np.bitwise_or.reduceat(_pair_bits(data), starts) if len(starts) else none
        self._heads = np.zeros(len(starts), np.uint32)
        self._seconds = np.zeros(len(starts), np.uint32)
        for at in range(2 * _PIECE):
            piece = self._heads if at < _PIECE else self._seconds
            piece |= np.where(lengths > at, bits[starts + at], np.uint32(0))
