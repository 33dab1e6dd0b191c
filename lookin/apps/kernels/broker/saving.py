"""The notebook's file: loaded, and saved so that nothing of anybody's is overwritten unseen.

Blocking; called in a thread. When to save is the room's business.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookin.apps.kernels.broker.blobfiles import BlobFiles
from lookin.core.documents.blobs import (
    document_without_addresses,
    restored_document,
    stowed_document,
)
from lookin.core.documents.document import Document
from lookin.core.documents.ipynb import FILE_BYTES, read_ipynb, write_ipynb
from lookin.core.lib.errors import LookinError, NotFoundError
from lookin.core.lib.files import disk_error, numbered_names, write_atomic_in
from lookin.core.lib.folders import held_folder, open_file_in


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


@dataclass(frozen=True, slots=True)
class Theirs:
    """What another program wrote: the document, its print, and when (ms since 1970)."""

    document: Document
    print: Print
    at_ms: int


class NotebookFile:
    """One .ipynb inside one workspace folder, whose people's code may move anything at any time.

    So the folder it lies in is held open from the check to the last use (`core/lib/folders.py`).
    """

    def __init__(self, path: Path, folder: Path, blobs: BlobFiles | None = None) -> None:
        """Raises NotFoundError when `path` is not inside `folder`, links followed.

        With `blobs`, what is loaded holds addresses, and what is saved the real content.
        """
        self.blobs = blobs
        self.path = path
        self.folder = folder
        self.known: Print | None = None
        if self.path.is_symlink():
            raise _missing()
        with self._held():
            pass

    def load(self) -> Document:
        """Read the file. Raises NotFoundError, or BrokenNotebookError (`broken_notebook`)."""
        theirs = self.read_theirs()
        self.known = theirs.print
        return theirs.document

    def read_theirs(self) -> Theirs:
        """What the file holds now, without taking it for known. Raises as `load`."""
        with self._held() as place:
            data = self._read(place)
            if data is None:
                raise _missing()
            found = self._print(place, data)
        return Theirs(self._stowed(read_ipynb(data)), found, found.mtime_ns // 1_000_000)

    def form(self) -> object:
        """Equal at two moments when nothing was written between them; None when it is gone."""
        try:
            with self._held() as place:
                now = os.stat(self.path.name, dir_fd=place, follow_symlinks=False)
        except (OSError, NotFoundError):
            return None
        return now.st_mtime_ns, now.st_size, now.st_ino

    def keep_beside(self) -> str:
        """Give what the file holds now a name of its own too; returns it. Raises `disk`."""
        with self._held() as place:
            return self._rescue(place)

    def _stowed(self, document: Document) -> Document:
        """With addresses, or as it is when the disk refuses: then nothing is lost but speed."""
        if self.blobs is None:
            return document
        try:
            return stowed_document(document, self.blobs.keep)
        except OSError:
            return document_without_addresses(document)

    def content_of(self, document: Document) -> bytes:
        """What the file of this document holds."""
        blobs = self.blobs
        return write_ipynb(document if blobs is None else restored_document(document, blobs.read))

    def changed_on_disk(self) -> bool:
        """Whether another program has written the file since we last read or wrote it.

        A file that is gone counts as unchanged: saving brings it back.
        """
        try:
            with self._held() as place:
                return self._has_changed(place)
        except NotFoundError:
            return False

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
        with self._held() as place:
            rescued = self._rescue(place) if self._has_changed(place) else None
            data = self.content_of(document)
            write_atomic_in(place, self.path.name, data)
            self.known = self._print(place, data)
        return Saved(self.known, rescued)

    @contextmanager
    def _held(self) -> Iterator[int]:
        """The folder that the file lies in, open. Raises NotFoundError."""
        try:
            inner = self.path.parent.relative_to(self.folder).as_posix()
        except ValueError as error:
            raise _missing() from error
        with held_folder(self.folder, "" if inner == "." else inner) as place:
            yield place

    def _has_changed(self, place: int) -> bool:
        known = self.known
        try:
            now = os.stat(self.path.name, dir_fd=place, follow_symlinks=False)
        except OSError:
            return False
        if known and (now.st_mtime_ns, now.st_size) == (known.mtime_ns, known.size):
            return False
        data = self._read(place)
        if data is None:
            return False
        if known and hashlib.sha256(data).hexdigest() == known.digest:
            self.known = self._print(place, data)
            return False
        return True

    def _read(self, place: int) -> bytes | None:
        """Its content, cut just above what we open at all; None when it is no file (any more)."""
        try:
            descriptor = open_file_in(place, self.path.name)
        except NotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read(FILE_BYTES + 1)

    def _rescue(self, place: int) -> str:
        for name in numbered_names(f"{self.path.stem} (from disk).ipynb"):
            try:
                os.link(
                    self.path.name,
                    name,
                    src_dir_fd=place,
                    dst_dir_fd=place,
                    follow_symlinks=False,
                )
            except FileExistsError:
                continue
            except OSError as error:
                raise disk_error(error) from error
            return name
        raise LookinError("Too many files have that name.", "Choose another name.", code="bad_name")

    def _print(self, place: int, data: bytes) -> Print:
        status = os.stat(self.path.name, dir_fd=place, follow_symlinks=False)
        return Print(status.st_mtime_ns, status.st_size, hashlib.sha256(data).hexdigest())


def _missing() -> NotFoundError:
    return NotFoundError("There is no such notebook.", "It may have been moved or deleted.")
