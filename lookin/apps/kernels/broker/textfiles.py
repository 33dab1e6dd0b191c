"""Printed text for which a live notebook has no room: one file for each cell, beside the log.

What the document shows of it is a mark with the number of characters; a file that holds as many
belongs to that mark, also after the notebook was closed and opened again. Blocking, but quick.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from lookin.core.documents.printed import printed_text
from lookin.core.documents.session import Session
from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.files import check_space
from lookin.core.lib.ids import is_cell_id

FOLDER = "texts"
CELL_BYTES = 50_000_000
NOTEBOOK_BYTES = 400_000_000


class Shown(Protocol):
    """A room, as far as its printed text is asked for."""

    session: Session


def printed(room: Shown, cell: object) -> dict[str, object]:
    """What a cell printed: before and after what its document had no room for; how much that is.

    Raises NotFoundError.
    """
    found = room.session.document.cells.get(cell) if isinstance(cell, str) else None
    if found is None:
        raise NotFoundError("That cell has been deleted.")
    before, left_out, after = printed_text(found.outputs)
    return {"before": before, "left_out": left_out, "after": after}


class TextFiles:
    """In `<folder>/texts`. One process writes; others read. `reserve` as of BlobFiles.

    When all together are too much, the oldest go: of cells that ran long ago, or are gone.
    """

    def __init__(self, folder: Path, reserve: int = 0) -> None:
        self._folder = folder / FOLDER
        self._reserve = reserve
        self._chars: dict[str, int] = {}  # in a cell's file, once known
        self._bytes: dict[str, int] | None = None  # once looked; the file written last at the end

    def put(self, cell: str, at: int, text: str) -> bool:
        """Append `text` to what was left out of `cell`, `at` characters so far; whether it fitted.

        What a killed broker wrote beyond `at` is cut off again: it comes once more. Raises OSError.
        """
        if not is_cell_id(cell):
            return False
        path = self._folder / cell
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (at == 0 or self._known(path) != at) and not self._cut(path, at):
            return False
        data = text.encode()
        size = self._sizes().get(cell, 0) + len(data)
        if size > CELL_BYTES:
            return False
        self._make_room(cell, size)
        check_space(self._folder, len(data), self._reserve)
        with _opened(path, os.O_APPEND) as descriptor:
            _write_all(descriptor, data)
        self._set(cell, at + len(text), size)
        return True

    def read(self, cell: str) -> str | None:
        """All that was left out of the cell; None when there is nothing."""
        if not is_cell_id(cell):
            return None
        try:
            return (self._folder / cell).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None

    def remove(self) -> None:
        """Throw everything away: the notebook was deleted."""
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                path.unlink(missing_ok=True)
            self._folder.rmdir()
        self._chars, self._bytes = {}, None

    def _known(self, path: Path) -> int:
        if path.name not in self._chars:
            text = self.read(path.name) or ""
            self._set(path.name, len(text), len(text.encode()))
        return self._chars[path.name]

    def _cut(self, path: Path, at: int) -> bool:
        """Leave the first `at` characters; False when there are fewer, so that some are missing."""
        text = (self.read(path.name) or "")[:at] if at else ""
        if len(text) < at:
            return False
        data = text.encode()
        with _opened(path, os.O_TRUNC) as descriptor:
            _write_all(descriptor, data)
        self._set(path.name, at, len(data))
        return True

    def _set(self, cell: str, chars: int, size: int) -> None:
        sizes = self._sizes()
        sizes.pop(cell, None)
        self._chars[cell], sizes[cell] = chars, size

    def _sizes(self) -> dict[str, int]:
        if self._bytes is None:
            self._bytes = {}
            with contextlib.suppress(OSError):
                found = [(entry.stat(), entry.name) for entry in os.scandir(self._folder)]
                found.sort(key=lambda item: item[0].st_mtime_ns)
                self._bytes = {name: stat.st_size for stat, name in found}
        return self._bytes

    def _make_room(self, cell: str, size: int) -> None:
        sizes = self._sizes()
        others = sum(sizes.values()) - sizes.get(cell, 0)
        for name in [name for name in sizes if name != cell]:
            if others + size <= NOTEBOOK_BYTES:
                return
            (self._folder / name).unlink(missing_ok=True)
            others -= sizes.pop(name)
            self._chars.pop(name, None)


@contextlib.contextmanager
def _opened(path: Path, flag: int) -> Iterator[int]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | flag
    descriptor = os.open(path, flags, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
