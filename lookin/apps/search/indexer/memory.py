"""Gives memory back to the system after a large piece of work, where the C library can."""

from __future__ import annotations

import contextlib
import ctypes
import gc


def give_memory_back() -> None:
    """Take some hundredths of a second, and what the last sweep needed is free for kernels again.

    glibc keeps what was freed (malloc_trim(3)); other C libraries have no such call.
    """
    gc.collect()
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
