"""Processes as Linux shows them in /proc: children, what they use, and when one ends.

Everywhere else there is less to see: no usage, no children, and an end is noticed by asking.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from lookin.core.kernels.driver import Usage

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


def usage_of(pids: list[int]) -> Usage | None:
    """What these processes use together; None where /proc does not say. Blocks for milliseconds."""
    memory, cpu, count = 0, 0.0, 0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            memory += _private_bytes(pid)
            cpu += _cpu_seconds(pid)
            count += 1
    return Usage(memory, cpu, count) if count else None


def _private_bytes(pid: int) -> int:
    """Pages that only this process has, in memory or swapped out, or its part of shared memory.

    What siblings share with the process they were forked from costs nobody anything.
    Source: smaps_rollup in proc_pid_smaps(5), in kB.
    """
    sizes: dict[str, int] = {}
    for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        sizes[name] = int(rest.split()[0]) * 1024
    private = ("Private_Clean", "Private_Dirty", "Private_Hugetlb", "SwapPss")
    return max(sum(sizes.get(name, 0) for name in private), sizes.get("Pss_Shmem", 0))


def _cpu_seconds(pid: int) -> float:
    """User and system time, ended children's too. Source: fields 14 to 17 of proc_pid_stat(5)."""
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


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
        self._risen_at = float("-inf")

    def recently(self, now: float, seconds: float = 5.0) -> bool:
        """Whether its count rose in the last `seconds`. To be asked often, also without need."""
        count = _oom_kills()
        if count > self._count:
            self._risen_at = now
        self._count = count
        return now - self._risen_at <= seconds


def _oom_kills() -> int:
    """Source: oom_kill in proc_vmstat(5)."""
    with contextlib.suppress(OSError):
        for line in (_PROC / "vmstat").read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0
