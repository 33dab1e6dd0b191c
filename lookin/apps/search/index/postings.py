"""Which entries hold a word, as small sets of numbers in blocks, after Roaring bitmaps.

A key names a word, a field and a block of 65,536 entry ids; its value is a sorted array of the
ids' lower 16 bits, or a bitmap where more than 4,095 are in it (Lemire et al., arXiv 1709.07821).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

NAMES, TEXT, TAGS = 0, 1, 2
BLOCK = 65_536
_BITMAP_BYTES = BLOCK // 8
_FIELD_BITS, _BLOCK_BITS = 2, 12
WORD_SHIFT = _FIELD_BITS + _BLOCK_BITS
LAST_ID = (1 << _BLOCK_BITS) * BLOCK - 1

Numbers: TypeAlias = NDArray[np.int64]
Bits: TypeAlias = NDArray[np.bool_]
Lows: TypeAlias = NDArray[np.uint16]
_LOW = np.dtype("<u2")


def key(word: int, field: int, block: int) -> int:
    """Where the entries of that block with that word stand."""
    return (word << (_FIELD_BITS + _BLOCK_BITS)) | (field << _BLOCK_BITS) | block


def keys(words: Numbers, field: int, ids: Numbers) -> Numbers:
    """The same for many at once: one key for each pair of word and entry id."""
    return (words << (_FIELD_BITS + _BLOCK_BITS)) | (field << _BLOCK_BITS) | (ids // BLOCK)


def block_of(found: int) -> int:
    """Which block a key is of."""
    return found & ((1 << _BLOCK_BITS) - 1)


def field_of(found: int) -> int:
    """Which field a key is of."""
    return (found >> _BLOCK_BITS) & ((1 << _FIELD_BITS) - 1)


def word_of(found: int) -> int:
    """Which word a key is of."""
    return found >> (_FIELD_BITS + _BLOCK_BITS)


def add_to(bits: Bits, packed: bytes) -> None:
    """Set what `packed` holds in `bits`, one for each id of the block."""
    if len(packed) == _BITMAP_BYTES:
        bits |= np.unpackbits(np.frombuffer(packed, np.uint8), bitorder="little").view(np.bool_)
    else:
        bits[np.frombuffer(packed, _LOW)] = True


def changed(packed: bytes, added: Lows, removed: Lows) -> bytes:
    """The same set without `removed` and with `added`; b"" when nothing is left."""
    if not packed and not len(removed):
        return _packed(added)
    if len(packed) < 64 and len(added) + len(removed) < 64:
        rest = set(np.frombuffer(packed, _LOW).tolist())
        rest = (rest - set(removed.tolist())) | set(added.tolist())
        return np.array(sorted(rest), _LOW).tobytes()
    bits = np.zeros(BLOCK, np.bool_)
    add_to(bits, packed)
    bits[removed] = False
    bits[added] = True
    return _packed(np.flatnonzero(bits).astype(np.int64))


def joined(packed: bytes, lows: bytes) -> bytes:
    """The set `packed` with more ids, 16 bits each, all greater than those in it; it may be b""."""
    if len(packed) != _BITMAP_BYTES and len(packed) + len(lows) < _BITMAP_BYTES:
        return packed + lows
    bits = np.zeros(BLOCK, np.bool_)
    add_to(bits, packed)
    bits[np.frombuffer(lows, _LOW)] = True
    return np.packbits(bits, bitorder="little").tobytes()


def grouped(found: Numbers, ids: Numbers) -> Iterator[tuple[int, Lows]]:
    """(key, its lower ids sorted) for pairs of key and entry id, keys ascending."""
    if not len(found):
        return
    order = np.lexsort((ids, found))
    ordered, lows = found[order], (ids[order] % BLOCK).astype(_LOW)
    starts = np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1))
    ends = [*starts[1:].tolist(), len(ordered)]
    names = ordered[starts].tolist()
    for name, start, end in zip(names, starts.tolist(), ends, strict=True):
        yield name, lows[start:end]


def _packed(lows: NDArray[np.uint16] | Numbers) -> bytes:
    if len(lows) * 2 < _BITMAP_BYTES:
        return lows.astype(_LOW).tobytes()
    bits = np.zeros(BLOCK, np.bool_)
    bits[lows] = True
    return np.packbits(bits, bitorder="little").tobytes()
