"""Fills the free places in the zygote's memory, so that forks allocate beside each other.

After many imports free blocks lie scattered between objects that all forks share. A fork that
allocated there would copy a page for every few objects. Not for limiting anything.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
import tempfile

_SMALL = re.compile(rb"^\s*\d+\s+(\d+)\s+\d+\s+\d+\s+(\d+)\s*$", re.MULTILINE)
_HEADER = sys.getsizeof(b"")
_MOST = 400_000  # blocks of one size
_LARGE = [1 << power for power in range(17, 4, -1)]  # bytes; above, malloc maps pages of their own
_FILLING: list[object] = []  # never freed


def fill() -> None:
    """Fill pymalloc's free blocks (up to 512 bytes), then malloc's free chunks above."""
    for _ in range(2):  # the first round's own lists leave some
        for size, free in _free_blocks().items():
            _FILLING.append([bytes(size - _HEADER) for _ in range(min(free, _MOST))])
    _fill_heap()


def _free_blocks() -> dict[int, int]:
    """Block size -> number of free blocks in pools that are in use, as Python counts them."""
    with tempfile.TemporaryFile() as file:
        kept = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            sys._debugmallocstats()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        file.seek(0)
        found = {int(size): int(free) for size, free in _SMALL.findall(file.read())}
    return {size: free for size, free in found.items() if size >= _HEADER}


def _fill_heap() -> None:
    """Take chunks until malloc has to extend the heap, for each size."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = libc.sbrk.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    libc.sbrk.argtypes = [ctypes.c_ssize_t]
    libc.free.argtypes = [ctypes.c_void_p]
    for size in _LARGE:
        for _ in range(200_000):
            top = libc.sbrk(0)
            if (libc.malloc(size) or 0) >= top - (1 << 20):
                break
