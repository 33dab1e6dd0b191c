"""What kernels use, read from /proc: cheap while they sleep, and all of them at once."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from lookin.core.kernels.driver import Usage

_PROC = Path("/proc")
_TRUSTED = 5  # readings for which memory is taken to stay as it was while no time was used


class Meter:
    """Of one kernel. Memory costs milliseconds to read, and cannot change without CPU time."""

    def __init__(self, processes: Callable[[], list[int]]) -> None:
        """`processes` lists those that count; it is called in another thread."""
        self._processes = processes
        self._before: tuple[list[int], float] | None = None
        self._memory = self._age = self._written = 0

    async def read(self) -> Usage | None:
        """What they use together now; None where the system does not tell or they are gone."""
        return await _BATCH.ask(self.read_now)

    def read_now(self) -> Usage | None:
        """As `read`. Blocks for up to some milliseconds."""
        pids, cpu = [], 0.0
        for pid in self._processes():
            with contextlib.suppress(OSError, ValueError, IndexError):
                cpu += _cpu_seconds(pid)
                pids.append(pid)
        if not pids:
            return None
        self._age += 1
        if (pids, cpu) != self._before or self._age > _TRUSTED:
            self._before, self._age = (pids, cpu), 0
            self._memory = _together_bytes(pids)
            self._written = sum(map(_written_bytes, pids))
        return Usage(self._memory, cpu, len(pids), self._written)


class _Batch:
    """Gathers what is asked in one turn of the loop: one step into a thread for all of it."""

    def __init__(self) -> None:
        self._asked: list[tuple[Callable[[], Usage | None], asyncio.Future[Usage | None]]] = []
        self._at_work: set[asyncio.Task[None]] = set()

    async def ask(self, question: Callable[[], Usage | None]) -> Usage | None:
        answer: asyncio.Future[Usage | None] = asyncio.get_running_loop().create_future()
        self._asked.append((question, answer))
        if len(self._asked) == 1:
            task = asyncio.create_task(self._answer())
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
        return await answer

    async def _answer(self) -> None:
        asked, self._asked = self._asked, []
        found = await asyncio.to_thread(lambda: [question() for question, _ in asked])
        for (_, answer), usage in zip(asked, found, strict=True):
            if not answer.done():
                answer.set_result(usage)


_BATCH = _Batch()


def _together_bytes(pids: list[int]) -> int:
    """Their memory, and what lies in their own /tmp and /dev/shm without being mapped by any."""
    private, shared = map(sum, zip(*map(_private_bytes, pids), strict=True))
    return private + max(0, _tmpfs_bytes(pids[0]) - shared)


def _tmpfs_bytes(pid: int) -> int:
    """What its own /tmp and /dev/shm hold; 0 where it has none, or we may not look."""
    root = _PROC / str(pid) / "root"
    try:
        if root.stat().st_dev == Path("/").stat().st_dev:
            return 0  # no fence: those are everybody's
        held = [os.statvfs(root / name) for name in ("tmp", "dev/shm")]
    except OSError:
        return 0
    return sum((of.f_blocks - of.f_bfree) * of.f_frsize for of in held)


def _written_bytes(pid: int) -> int:
    """Source: write_bytes in proc_pid_io(5); 0 where we may not look."""
    try:
        text = (_PROC / str(pid) / "io").read_text()
        return int(text.split("write_bytes:")[1].split(None, 1)[0])
    except (OSError, IndexError, ValueError):
        return 0


def _private_bytes(pid: int) -> tuple[int, int]:
    """Pages that only this process has, in memory or swapped out, or its part of shared memory.

    The second number is that part alone. What siblings share with the process they were forked
    from costs nobody anything.
    Source: smaps_rollup in proc_pid_smaps(5), in kB.
    """
    sizes: dict[str, int] = {}
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]
    except OSError:  # it has ended
        return 0, 0
    for line in lines:
        name, _, rest = line.partition(":")
        sizes[name] = int(rest.split()[0]) * 1024
    private = ("Private_Clean", "Private_Dirty", "Private_Hugetlb", "SwapPss")
    shared = sizes.get("Pss_Shmem", 0)
    return max(sum(sizes.get(name, 0) for name in private), shared), shared


def _cpu_seconds(pid: int) -> float:
    """User and system time, ended children's too. Source: fields 14 to 17 of proc_pid_stat(5)."""
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
