"""What a web process makes ready beside, so that no search waits for it: units, words of indexes.

Nothing depends on it: who comes before it is done waits a little, or loads what they need.
"""

from __future__ import annotations

import gc
import logging
import threading

from lookin.apps.search.index.opening import PYTHON, largest_indexes, open_index
from lookin.apps.search.index.store import IndexUnavailableError
from lookin.core.calculator.units import load_units

MOST_INDEXES = 50  # the largest ones; a small one is read in some milliseconds when asked
log = logging.getLogger("lookin.search")
_beginning = threading.Lock()
_thread: threading.Thread | None = None


def begin() -> threading.Thread:
    """Begin, once in a process; the thread that does it."""
    global _thread  # noqa: PLW0603 (one thread for the whole process)
    with _beginning:
        if _thread is None:
            _thread = threading.Thread(target=_warm, name="warming", daemon=True)
            _thread.start()
        return _thread


def _warm() -> None:
    """The units first, for the first sum. All of it stays for good: the collector need not look
    through it in the middle of a search, which took it some 80 ms."""
    load_units()
    try:
        for name in [PYTHON, *largest_indexes(MOST_INDEXES)]:
            open_index(name).vocabulary()
    except IndexUnavailableError as error:
        log.warning("An index cannot be read: %s", error)
    gc.collect()
    gc.freeze()
