"""The notebook's file: loaded, and saved so that nothing of anybody's is overwritten unseen.

Blocking; called in a thread. When to save is the room's business.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookin.core.documents.document import Document
from lookin.core.documents.ipynb import read_ipynb, write_ipynb
from lookin.core.lib.errors import LookinError, NotFoundError
from lookin.core.lib.files import disk_error, free_name, write_atomic


@dataclass(frozen=True, slots=True)
class Print:
    """What the file was when we last read or wrote it. `digest` is SHA-256 of its content."""

    mtime_ns: int
    size: int
    digest: str

    def to_json(self) -> dict[str, Any]:
        """For the log."""
        return {"mtime_ns": self.mtime_ns, "size": self.size, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Saved:
    """A save that went well. `rescued` names the file that holds another program's version."""

    print: Print
    rescued: str | None


class NotebookFile:
    """One .ipynb inside one workspace folder."""

    def __init__(self, path: Path, folder: Path) -> None:
        """Raises NotFoundError when `path` is not inside `folder`, links followed."""
        self.path = path
        self.folder = folder
        self.known: Print | None = None
        self._check_place()

    def load(self) -> Document:
        """Read the file. Raises NotFoundError, or BrokenNotebookError (`broken_notebook`)."""
        data = self._read()
        if data is None:
            raise NotFoundError("There is no such notebook.", "It may have been moved or deleted.")
        document = read_ipynb(data)
        self.known = self._print(data)
        return document

    def changed_on_disk(self) -> bool:
        """Whether another program has written the file since we last read or wrote it.

        A file that is gone counts as unchanged: saving brings it back.
        """
        try:
            now = self.path.stat()
        except OSError:
            return False
        known = self.known
        if known and (now.st_mtime_ns, now.st_size) == (known.mtime_ns, known.size):
            return False
        data = self._read()
        if data is None:
            return False
        if known and hashlib.sha256(data).hexdigest() == known.digest:
            self.known = self._print(data)
            return False
        return True

    def save(self, document: Document) -> Saved:
        """Replace the file atomically; another program's version is first kept beside it.

        Raises LookinError: `disk`, `folder_gone`, `not_found`.
        """
        if not self.folder.is_dir() or not self.path.parent.is_dir():
            raise LookinError(
                "The folder of this notebook is gone, so it cannot be saved.",
                "Copy what you need from this page; the page still has everything.",
                code="folder_gone",
                status=410,
            )
        self._check_place()
        rescued = self._rescue() if self.changed_on_disk() else None
        data = write_ipynb(document)
        write_atomic(self.path, data)
        self.known = self._print(data)
        return Saved(self.known, rescued)

    def _check_place(self) -> None:
        real = self.path.parent.resolve()
        if self.path.is_symlink() or not real.is_relative_to(self.folder.resolve()):
            raise NotFoundError("There is no such notebook.", "It may have been moved or deleted.")

    def _read(self) -> bytes | None:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read()

    def _rescue(self) -> str:
        name = free_name(self.path.parent, f"{self.path.stem} (from disk).ipynb")
        try:
            os.link(self.path, self.path.with_name(name))
        except OSError as error:
            raise disk_error(error) from error
        return name

    def _print(self, data: bytes) -> Print:
        status = self.path.stat()
        return Print(status.st_mtime_ns, status.st_size, hashlib.sha256(data).hexdigest())
