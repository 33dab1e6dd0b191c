"""How many uploads one person may have under way at once: each holds a thread and a file.

Counted in this process only; what it protects is this process.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from lookin.core.lib.errors import LookinError

MOST_AT_ONCE = 4

_lock = threading.Lock()
_taken: Counter[UUID] = Counter()


@contextmanager
def place_for(person: UUID, *, most: int = MOST_AT_ONCE) -> Iterator[None]:
    """Holds one of the person's places while the block runs.

    Raises LookinError (code `too_many_uploads`, 429) when all are taken.
    """
    with _lock:
        if _taken[person] >= most:
            raise LookinError(
                "There are {most} of your files on their way. Nothing of this one was kept.",
                "Send it again when one of them has arrived.",
                code="too_many_uploads",
                status=429,
                values={"most": most},
            )
        _taken[person] += 1
    try:
        yield
    finally:
        with _lock:
            _taken[person] -= 1
            if not _taken[person]:
                del _taken[person]
