"""How full the folders of running kernels and their disk are, and which kernel fills them.

Bounded: a look takes at most so many entries, and pauses grow with what a look took.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lookin.apps.kernels.broker.room import Room
from lookin.apps.kernels.broker.rules import HouseRules
from lookin.core.lib.clock import monotonic

LOOK_SECONDS = 3.0
SHARE = 20.0  # a look may take one part in so many of the time
MOST_ENTRIES = 200_000


@dataclass(slots=True)
class _Seen:
    size: int
    free: int


@dataclass
class DiskWatch:
    """Remembers the last look, to know what grows."""

    rules: HouseRules
    pause: float = LOOK_SECONDS
    _folders: dict[Path, _Seen] = field(default_factory=dict)
    _written: dict[str, int] = field(default_factory=dict)

    async def writers(self, rooms: Iterable[Room]) -> list[Room]:
        """The rooms whose kernels must end: in each folder that is too full and grows, one."""
        by_folder: dict[Path, list[Room]] = {}
        for room in rooms:
            by_folder.setdefault(room.address.folder, []).append(room)
        began = monotonic()
        seen = await asyncio.to_thread(lambda: {f: _look(f) for f in by_folder})
        self.pause = max(LOOK_SECONDS, SHARE * (monotonic() - began))
        guilty = [
            self._writer(by_folder[folder])
            for folder, now in seen.items()
            if now is not None and self._is_too_full(folder, now)
        ]
        self._folders = {folder: now for folder, now in seen.items() if now is not None}
        self._written = {r.id: _written(r) for rooms_ in by_folder.values() for r in rooms_}
        return guilty

    def _is_too_full(self, folder: Path, now: _Seen) -> bool:
        before = self._folders.get(folder)
        if before is not None and now.size <= before.size:
            return False  # somebody else fills the disk
        most, reserve = self.rules.workspace_bytes, self.rules.disk_reserve_bytes
        if before is None:  # it may have been too full before the kernel began
            return bool(reserve) and now.free < reserve // 2
        return bool(most and now.size > most) or bool(reserve and now.free < reserve)

    def _writer(self, rooms: list[Room]) -> Room:
        """Who wrote most since the last look."""

        def wrote(room: Room) -> int:
            return _written(room) - self._written.get(room.id, 0)

        return max(rooms, key=wrote)


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


def _written(room: Room) -> int:
    """Bytes that the kernel's process wrote so far, 0 where the system does not tell (proc(5))."""
    pid = room.seat.kernel.pid if room.seat.kernel else None
    try:
        text = Path(f"/proc/{pid}/io").read_text()
        return int(text.split("write_bytes:")[1].split(None, 1)[0])
    except (OSError, IndexError, ValueError):
        return 0
