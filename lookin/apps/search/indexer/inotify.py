"""What changes in folders, from Linux itself (inotify(7)), by descriptors that no link misleads.

Ready-made watchers walk a tree by its names and through its links: one link to / in one person's
folder, and they watch the whole machine. Here each folder is watched by the walk that opened it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass

_CREATE, _MODIFY, _CLOSE_WRITE = 0x100, 0x2, 0x8
_MOVED_FROM, _MOVED_TO, _DELETE = 0x40, 0x80, 0x200
_OVERFLOW, _IGNORED, _ISDIR, _ONLYDIR = 0x4000, 0x8000, 0x40000000, 0x01000000
_WANTED = _CREATE | _MODIFY | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _DELETE
_HEAD = struct.Struct("iIII")
_READ_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened to `name` in a folder; without a name: the folder is gone.

    `came_from`, `went_to`: cookies by which the two halves of a rename belong together.
    """

    watch: int
    name: str
    is_folder: bool = False
    came_from: int = 0
    went_to: int = 0


LOST = Change(-1, "")  # more happened than the system kept


class NoWatchLeftError(Exception):
    """The system watches no more folders for this account."""


class Inotify:
    """One queue of changes. Raises OSError where the system has none left, or none at all."""

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise OSError(errno.ENOSYS, "no inotify here")
        self._c = ctypes.CDLL(None, use_errno=True)
        self.descriptor: int = self._c.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.descriptor < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    def watch(self, folder: int) -> int | None:
        """Watch an open folder; the watch's number, the same for the same folder.

        None for a folder that is gone. Raises NoWatchLeftError.
        """
        path = f"/proc/self/fd/{folder}".encode()
        number: int = self._c.inotify_add_watch(self.descriptor, path, _WANTED | _ONLYDIR)
        if number >= 0:
            return number
        if ctypes.get_errno() in {errno.ENOSPC, errno.ENOMEM, errno.EMFILE}:
            raise NoWatchLeftError
        return None

    def forget(self, watch: int) -> None:
        """Watch this folder no more."""
        self._c.inotify_rm_watch(self.descriptor, watch)

    def read(self) -> list[Change]:
        """What happened since, at most a few thousand things; never waits."""
        try:
            data = os.read(self.descriptor, _READ_BYTES)
        except BlockingIOError:
            return []
        return list(_changes(data))

    def close(self) -> None:
        """Watch nothing any more."""
        os.close(self.descriptor)


def _changes(data: bytes) -> Iterator[Change]:
    at = 0
    while at < len(data):
        watch, mask, cookie, length = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        name = data[at : at + length].rstrip(b"\0")
        at += length
        if mask & _OVERFLOW:
            yield LOST
        elif mask & _IGNORED:
            yield Change(watch, "")
        elif name:
            came, went = cookie if mask & _MOVED_TO else 0, cookie if mask & _MOVED_FROM else 0
            yield Change(watch, os.fsdecode(name), bool(mask & _ISDIR), came, went)
