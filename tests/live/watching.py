"""Watches folders for every file that is written, also one that is gone again at once (Linux)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

_MODIFY, _CLOSE_WRITE, _MOVED_TO, _CREATE = 0x2, 0x8, 0x80, 0x100
_IS_FOLDER = 0x40000000
_EVENT = struct.Struct("iIII")


class Watch:
    """Files below the watched folders that were made, changed or moved there since the start.

    A folder that is made later is watched as soon as it is noticed, with what it holds by then.
    """

    def __init__(self, *folders: Path) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd = self._libc.inotify_init1(os.O_CLOEXEC)
        assert self._fd >= 0, os.strerror(ctypes.get_errno())
        self._folders: dict[int, Path] = {}
        self.written: set[Path] = set()
        self._stop_read, self._stop_write = os.pipe()
        for folder in folders:
            self._add(folder)
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take in what is still waiting, and stop."""
        os.write(self._stop_write, b"x")
        self._thread.join(10)
        for fd in (self._fd, self._stop_read, self._stop_write):
            os.close(fd)

    def _add(self, folder: Path) -> None:
        mask = _MODIFY | _CLOSE_WRITE | _MOVED_TO | _CREATE
        number = self._libc.inotify_add_watch(self._fd, str(folder).encode(), mask)
        if number < 0:
            return  # gone already
        self._folders[number] = folder
        with contextlib.suppress(OSError):
            for found in folder.iterdir():
                if found.is_dir() and not found.is_symlink():
                    self._add(found)

    def _follow(self) -> None:
        import select

        while True:
            ready, _, _ = select.select([self._fd, self._stop_read], [], [])
            if self._fd in ready:
                self._take(os.read(self._fd, 65_536))
            elif ready:
                return

    def _take(self, data: bytes) -> None:
        place = 0
        while place < len(data):
            number, mask, _, length = _EVENT.unpack_from(data, place)
            start = place + _EVENT.size
            name = data[start : start + length].rstrip(b"\0").decode()
            place = start + length
            path = self._folders[number] / name if number in self._folders else None
            if path is None or not name:
                continue
            if mask & _IS_FOLDER:
                self._add(path)
                with contextlib.suppress(OSError):
                    self.written.update(one for one in path.rglob("*") if one.is_file())
            else:
                self.written.add(path)


@contextlib.contextmanager
def watched(*folders: Path) -> Iterator[Watch]:
    """A watch for the time of a block; its `written` is whole after it."""
    watch = Watch(*folders)
    try:
        yield watch
    finally:
        watch.close()
