"""Walks a workspace's folder: every file in it, within bounds, and never out of it.

A person's code may make anything in there while we walk: links, pipes, a folder in a folder without
end. So folders are held by descriptor, no link is followed, and depth, number and time have an end.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lookin.core.lib.clock import monotonic
from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.folders import open_folder

PATH_BYTES = 1024  # as a notebook's row can hold
SLICE = 500  # files in one answer
# What programs put beside people's work, thousands of files at a time.
PASSED_OVER = frozenset({"__pycache__", "node_modules", "site-packages"})


@dataclass(frozen=True, slots=True)
class Item:
    """A file. `path` from the workspace's top, "/" between parts; `size` in bytes."""

    path: str
    changed_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far one walk goes. `most_items` counts folders too; `seconds` of the clock."""

    most_items: int = 200_000
    deepest: int = 32
    seconds: float = 120.0


class Walk:
    """One walk, the upper folders first. `cut_short`: there was more than the bounds allow."""

    def __init__(self, root: Path, start: str = "", bounds: Bounds | None = None) -> None:
        self.cut_short = False
        self._root = root
        self._bounds = bounds or Bounds()
        self._waiting = deque([start])
        self._seen = 0

    def slices(self, enter: Callable[[int, str], None]) -> Iterator[list[Item]]:
        """The files, some at a time; `enter` gets each folder's descriptor and path before them.

        Never raises: what cannot be read is not there.
        """
        deadline = monotonic() + self._bounds.seconds
        while self._waiting:
            folder = self._waiting.popleft()
            yield from self._folder(folder, enter)
            if self._seen >= self._bounds.most_items or monotonic() > deadline:
                self.cut_short = True
                return

    def _folder(self, folder: str, enter: Callable[[int, str], None]) -> Iterator[list[Item]]:
        try:
            descriptor = open_folder(self._root, folder.split("/") if folder else ())
        except NotFoundError:
            return
        try:
            enter(descriptor, folder)
            items: list[Item] = []
            with os.scandir(descriptor) as found:
                for entry in found:
                    self._seen += 1
                    if self._seen > self._bounds.most_items:
                        break
                    item = self._item(entry, folder)
                    if item is not None:
                        items.append(item)
                    if len(items) >= SLICE or self._seen % SLICE == 0:
                        yield items
                        items = []
            yield items
        except OSError:
            return
        finally:
            os.close(descriptor)

    def _item(self, entry: os.DirEntry[str], folder: str) -> Item | None:
        path = f"{folder}/{entry.name}" if folder else entry.name
        if not is_shown(entry.name) or not fits(path):
            return None
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            return None
        if stat.S_ISREG(status.st_mode):
            return Item(path, status.st_mtime_ns, status.st_size)
        if stat.S_ISDIR(status.st_mode) and entry.name not in PASSED_OVER:
            if path.count("/") < self._bounds.deepest:
                self._waiting.append(path)
            else:
                self.cut_short = True
        return None


def is_shown(name: str) -> bool:
    """Whether people see a file of this name: not hidden, and text at all."""
    return not name.startswith(".") and not any("\ud800" <= c <= "\udfff" for c in name)


def fits(path: str) -> bool:
    """Whether a row could hold this path."""
    return len(path) <= PATH_BYTES // 4 or len(path.encode()) <= PATH_BYTES


def is_walked(path: str, deepest: int = Bounds().deepest) -> bool:
    """Whether a walk could come to this path."""
    *folders, name = path.split("/")
    if not is_shown(name) or not fits(path) or len(folders) > deepest:
        return False
    return all(is_shown(folder) and folder not in PASSED_OVER for folder in folders)
