"""A run of words, sorted by key strokes in a few flat arrays: about 45 bytes a word.

Answers in row numbers which words begin with, hold, or nearly begin with some strokes. Never
changes; `vocabulary` keeps several and decides what a find is worth.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lookin.core.search import typos
from lookin.core.search.hangul import initials, plain, strokes
from lookin.core.search.query import Script, script_of

Rows = NDArray[np.int32]
_HEAD = 4  # the strokes whose letters are looked at first when looking for typos
_CAUGHT = 1500  # words that hold some strokes are collected up to here
SCRIPTS: dict[Script, int] = {"other": 0, "hangul": 1, "latin": 2}


def _letter_bits() -> NDArray[np.uint32]:
    """A bit for each byte of a key: a letter has its own, everything else shares six."""
    bits = np.zeros(256, np.uint32)
    for byte in range(33, 256):
        letter = byte - 97
        bits[byte] = 1 << (letter if 0 <= letter < 26 else 26 + byte % 6)
    return bits


_BITS = _letter_bits()


def _pair_bits(data: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """For each byte one of 32 bits for it and the next one; none where a word ends."""
    after = np.append(data[1:], np.uint8(10))
    bits = np.left_shift(np.uint32(1), ((data * np.uint8(37)) ^ after) % 32, dtype=np.uint32)
    return np.where((data == 10) | (after == 10), np.uint32(0), bits)


class SortedKeys:
    """Keys in order, in one string of bytes, with the rows they belong to."""

    def __init__(self, keys: Sequence[str], rows: Sequence[int]) -> None:
        order = sorted(range(len(keys)), key=keys.__getitem__)
        self.rows = np.fromiter((rows[at] for at in order), np.int32, len(order))
        parts = [keys[at].encode() for at in order]
        self.bytes = b"\n" + b"\n".join(parts) + b"\n"
        lengths = np.fromiter(map(len, parts), np.int64, len(parts))
        self.starts = np.ones(len(parts) + 1, np.uint32)
        self.starts[1:] += np.cumsum(lengths + 1).astype(np.uint32)

    def __len__(self) -> int:
        return len(self.rows)

    def key(self, at: int) -> bytes:
        """The key at a place in the order."""
        return self.bytes[self.starts[at] : self.starts[at + 1] - 1]

    def range(self, key: bytes) -> tuple[int, int, int]:
        """The places of `key`: where it begins, where longer ones begin, where they end."""
        every = range(len(self.rows))
        low = bisect_left(every, key, key=self.key)
        same = bisect_left(every, key + b"\x00", low, key=self.key)
        return low, same, bisect_left(every, key + b"\xff", same, key=self.key)


class Segment:
    """The words numbered from `first` on, in the order given; a row is a number less `first`."""

    def __init__(self, first: int, words: Sequence[str]) -> None:
        self.first = first
        joined = "\n".join(words)
        keys = plain(strokes(joined)).split("\n")
        self.keys = SortedKeys(keys, range(len(words)))
        self._texts = joined.encode()
        ends = np.fromiter((len(word.encode()) + 1 for word in words), np.int64, len(words))
        self._text_starts = np.zeros(len(words) + 1, np.uint32)
        self._text_starts[1:] = np.cumsum(ends)
        self.scripts = np.fromiter(
            (SCRIPTS[script_of(word)] for word in words), np.uint8, len(words)
        )
        hangul = np.flatnonzero(self.scripts == SCRIPTS["hangul"]).tolist()
        heads = plain(strokes(initials("\n".join(words[row] for row in hangul)))).split("\n")
        self.initials = SortedKeys(heads if hangul else [], hangul)
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
        wanted = np.bitwise_or.reduce(_BITS[np.frombuffer(key, np.uint8)])
        pairs = np.bitwise_or.reduce(_pair_bits(np.frombuffer(key, np.uint8))[:-1], initial=0)
        lacking = (self._letters & wanted) ^ wanted
        lacking |= (self._pairs & pairs) ^ pairs
        places = np.flatnonzero(lacking == 0).tolist()
        held = [at for at in places if key in self.keys.key(at)[1:]]
        return self.keys.rows[held[:_CAUGHT]]

    def resembling(self, key: bytes, *, whole: bool, most: int) -> tuple[Rows, NDArray[np.uint8]]:
        """Rows of words at most `most` slips from `key`, with the slips, both to the whole word.

        With `whole` false the words may go on behind the slips.
        """
        key = key[: typos.LONGEST]
        places = self._like(key, most)
        width = len(key) + most + 1
        data = np.frombuffer(self.keys.bytes, np.uint8)
        spread = self.keys.starts[places].astype(np.int64)[:, None] + np.arange(width)
        words = data[np.minimum(spread, len(data) - 1)]
        words[np.arange(width) >= self._lengths[places][:, None]] = 0
        full, start = typos.distances(key, words, most)
        slips = full if whole else np.minimum(full, start)
        near = slips <= most
        return self.keys.rows[places[near]], slips[near]

    def _like(self, key: bytes, most: int) -> NDArray[np.int64]:
        """Places of the words whose letters could make `key` with so many slips."""
        reach = np.bitwise_or.reduce(_BITS[np.frombuffer(key[: _HEAD + most], np.uint8)])
        strange = np.bitwise_count(self._heads & ~reach)
        places = np.flatnonzero(strange <= most)
        wanted = np.bitwise_or.reduce(_BITS[np.frombuffer(key, np.uint8)])
        missing = np.bitwise_count(wanted & ~self._letters[places])
        kept = (missing <= most) & (self._lengths[places] + most >= len(key))
        like: NDArray[np.int64] = places[kept]
        return like

    def _measure(self) -> None:
        """Lengths and letters of all words, for the quick look before the exact one."""
        starts = self.keys.starts[:-1].astype(np.int64)
        lengths = np.diff(self.keys.starts.astype(np.int64)) - 1
        self._lengths = np.minimum(lengths, 255).astype(np.uint8)
        data = np.frombuffer(self.keys.bytes, np.uint8)
        bits = _BITS[data]
        none = np.zeros(0, np.uint32)
        self._letters = np.bitwise_or.reduceat(bits, starts) if len(starts) else none
        self._pairs = np.bitwise_or.reduceat(_pair_bits(data), starts) if len(starts) else none
        self._heads = np.zeros(len(starts), np.uint32)
        for at in range(_HEAD):
            places = np.minimum(starts + at, len(data) - 1)
            self._heads |= np.where(lengths > at, bits[places], 0).astype(np.uint32)
