"""How full the folders of kernels and their disk are, and which kernel fills them.

Bounded: a look takes at most so many entries, and pauses grow with what a look took.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lookin.apps.kernels.broker.room import Room
from lookin.apps.kernels.broker.rules import HouseRules

LOOK_SECONDS = 3.0
SHARE = 20.0  # a look may take one part in so many of the time
MOST_ENTRIES = 200_000
FILLING_BYTES = 16_000_000  # less free than at the last look: somebody writes
SELDOM = 10  # every so many looks all folders are looked at


@dataclass(frozen=True, slots=True)
class Watched:
    """A room with a kernel: whether that does anything, and the bytes it wrote so far."""

    room: Room
    restless: bool
    written: int


@dataclass(slots=True)
class _Seen:
    size: int
    free: int


@dataclass
class DiskWatch:
    """Remembers the last look at each folder, to know what grows."""

    rules: HouseRules
    pause: float = LOOK_SECONDS
    _folders: dict[Path, _Seen] = field(default_factory=dict)
    _written: dict[str, int] = field(default_factory=dict)
    _free: int | None = None
    _looks: int = 0

    async def writers(self, rooms: Iterable[Watched]) -> list[Room]:
        """Of all rooms with a kernel, those whose kernels must end: one in each folder that is too
        full and grows. Folders of quiet kernels are looked at when the disk fills, and seldom.
        """
        by_folder: dict[Path, list[Watched]] = {}
        for watched in rooms:
            by_folder.setdefault(watched.room.address.folder, []).append(watched)
        everywhere = await self._is_filling(list(by_folder))
        asked = [f for f, at in by_folder.items() if everywhere or any(w.restless for w in at)]
        seen, took = await asyncio.to_thread(_look_at_all, asked)
        self.pause = max(LOOK_SECONDS, SHARE * took)
        guilty = [
            self._writer(by_folder[folder])
            for folder, now in seen.items()
            if now is not None and self._is_too_full(folder, now)
        ]
        news = {folder: now for folder, now in seen.items() if now is not None}
        old = {folder: then for folder, then in self._folders.items() if folder in by_folder}
        self._folders = old | news
        self._written = {w.room.id: w.written for at in by_folder.values() for w in at}
        return guilty

    async def _is_filling(self, folders: list[Path]) -> bool:
        """Whether somebody seems to fill a disk, or it is time to look everywhere."""
        free = await asyncio.to_thread(lambda: sum(_free_bytes(f) for f in folders))
        before, self._free = self._free, free
        self._looks += 1
        fell = before is None or before - free > FILLING_BYTES
        return fell or self._looks % SELDOM == 0

    def _is_too_full(self, folder: Path, now: _Seen) -> bool:
        before = self._folders.get(folder)
        if before is not None and now.size <= before.size:
            return False  # somebody else fills the disk
        most, reserve = self.rules.workspace_bytes, self.rules.disk_reserve_bytes
        if before is None:  # it may have been too full before the kernel began
            return bool(reserve) and now.free < reserve // 2
        return bool(most and now.size > most) or bool(reserve and now.free < reserve)

    def _writer(self, rooms: list[Watched]) -> Room:
        """Who wrote most since the last look; of those who wrote as much, who does something."""

        def wrote(watched: Watched) -> tuple[int, bool]:
            return watched.written - self._written.get(watched.room.id, 0), watched.restless

        return max(rooms, key=wrote).room


def _free_bytes(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def _look_at_all(folders: list[Path]) -> tuple[dict[Path, _Seen | None], float]:
    """What is seen, and the processor's seconds that it took: waiting costs others nothing."""
    began = time.thread_time()
    return {folder: _look(folder) for folder in folders}, time.thread_time() - began


def _look(folder: Path) -> _Seen | None:
    try:
        return _Seen(folder_bytes(folder, MOST_ENTRIES), shutil.disk_usage(folder).free)
    except OSError:
        return None


def folder_bytes(folder: Path, most_entries: int) -> int:
    """What the files in `folder` take on the disk, links not followed; at least, if there are more.

    Blocking. Raises OSError when `folder` itself cannot be read.
    """
    total, left = 0, most_entries
    todo = [os.fspath(folder)]
    while todo and left > 0:
        name = todo.pop()
        try:
            entries = os.scandir(name)
        except OSError:
            if name == os.fspath(folder):
                raise
            continue  # it was deleted meanwhile, or hides
        with entries:
            for entry in entries:
                left -= 1
                try:
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
                except OSError:
                    continue
    return total
