"""Processes as Linux shows them in /proc: children, and when one ends.

Everywhere else there is less to see: no children, and an end is noticed by asking. Not for what
they use (`meter.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_MOST = 4_096  # processes of one kernel that are looked at
_LOOK = 0.1  # seconds between two looks where the system cannot tell of an end


def descendants(pid: int) -> list[int]:
    """The processes below `pid`, parents first; itself not among them."""
    found: list[int] = []
    ahead = [pid]
    while ahead and len(found) < _MOST:
        children = list(_children(ahead.pop(0)))
        found += children
        ahead += children
    return found


def _children(pid: int) -> Iterator[int]:
    """Source: proc_pid_task_tid_children(5)."""
    with contextlib.suppress(OSError, ValueError):
        for task in os.listdir(_PROC / str(pid) / "task"):  # noqa: PTH208 (names are enough)
            yield from map(int, (_PROC / str(pid) / "task" / task / "children").read_text().split())


class Watch:
    """Sets `gone` when the process ends, whoever's child it is."""

    def __init__(self, pid: int) -> None:
        """The process must be known to live, so that its number is its own."""
        self.pid = pid
        self.gone = asyncio.Event()
        self._descriptor: int | None = None
        self._looking: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        try:
            self._descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            self.gone.set()
        except (AttributeError, OSError):
            self._looking = asyncio.create_task(self._look())
        if self._descriptor is not None:
            self._loop.add_reader(self._descriptor, self._ended)

    def _ended(self) -> None:
        self.close()
        self.gone.set()

    async def _look(self) -> None:
        while _lives(self.pid):  # noqa: ASYNC110 (the system sends no event here)
            await asyncio.sleep(_LOOK)
        self.gone.set()

    def close(self) -> None:
        """Watch no longer. May be called twice."""
        if self._descriptor is not None:
            self._loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None
        if self._looking is not None and self._looking is not asyncio.current_task():
            self._looking.cancel()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class MemoryKills:
    """Whether the system has lately killed for want of memory; it says of none whom it was."""

    def __init__(self) -> None:
        self._count = _oom_kills()
        self._risen_at = self._looked_at = float("-inf")

    def look(self, now: float) -> None:
        """Keep the count fresh, at most once a second. `now` in seconds, as from monotonic()."""
        if now - self._looked_at >= 1.0:
            self.recently(now)

    def recently(self, now: float, seconds: float = 5.0) -> bool:
        """Whether its count rose in the last `seconds`, as far as `look` was asked often."""
        count = _oom_kills()
        if count > self._count:
            self._risen_at = now
        self._count, self._looked_at = count, now
        return now - self._risen_at <= seconds


def _oom_kills() -> int:
    """Source: oom_kill in proc_vmstat(5)."""
    with contextlib.suppress(OSError):
        for line in (_PROC / "vmstat").read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0
