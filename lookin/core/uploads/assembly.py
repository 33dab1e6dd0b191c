"""One file while it arrives: hidden, bounded, and gone without a trace unless it is finished.

Not for HTTP: chunks come in, a name comes out. Nothing here runs on the event loop.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from lookin.core.lib.errors import LookinError
from lookin.core.lib.files import disk_error, safe_name
from lookin.core.lib.ids import new_token
from lookin.core.uploads.claiming import claim_free_name

# Incomplete files are hidden (nothing lists or serves a dotfile) and swept up after a crash.
PREFIX = ".incoming-"


@dataclass(frozen=True)
class Arrived:
    """A whole file under its own name."""

    name: str
    size: int


class Assembly:
    """A file in the making. Write chunks, then `finish` or `abandon`.

    `folder` is an open descriptor of the folder it is for (copied, the caller closes their own);
    `limit` is in bytes. Raises LookinError: `bad_name`, `too_large` (413) or `disk` (507); after
    any of them nothing of the file is left.
    """

    def __init__(self, folder: int, name: str, *, limit: int) -> None:
        self.name = safe_name(name)
        self.size = 0
        self._limit = limit
        self._hidden = f"{PREFIX}{new_token()[:16]}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        self._file: int | None = None
        try:
            self._folder: int | None = os.dup(folder)
            self._file = os.open(self._hidden, flags, 0o600, dir_fd=folder)
        except OSError as error:
            self._close()
            raise disk_error(error) from error

    def write(self, chunk: bytes) -> None:
        """Append one chunk. Refuses the chunk that would pass the limit, before writing it."""
        assert self._file is not None
        if self.size + len(chunk) > self._limit:
            self.abandon()
            raise too_large(self._limit)
        try:
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            self.abandon()
            raise disk_error(error) from error
        self.size += len(chunk)

    def finish(self) -> Arrived:
        """Give the whole file its name (`data.csv`, or `data (2).csv` when that is taken).

        The bytes are on the disk before the name is: a crash leaves all of the file or none.
        """
        assert self._file is not None
        assert self._folder is not None
        try:
            os.fchmod(self._file, 0o644)
            os.fsync(self._file)
            name = claim_free_name(self._hidden, self._folder, self.name, self._folder)
            os.fsync(self._folder)
        except OSError as error:
            self.abandon()
            raise disk_error(error) from error
        except LookinError:
            self.abandon()
            raise
        self._close()
        return Arrived(name, self.size)

    def abandon(self) -> None:
        """Leave nothing behind. Harmless when called twice or after `finish`."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                os.unlink(self._hidden, dir_fd=self._folder)
        self._close()

    def _close(self) -> None:
        for descriptor in (self._file, self._folder):
            if descriptor is not None:
                os.close(descriptor)
        self._file = self._folder = None


def too_large(limit: int) -> LookinError:
    """The refusal of a file above `limit` bytes."""
    return LookinError(
        "The file is larger than {limit} MB, the most this place takes.",
        "Nothing was kept. Make it smaller or split it, then try again.",
        code="too_large",
        status=413,
        values={"limit": round(limit / 1_000_000, 1) if limit < 10_000_000 else limit // 1_000_000},
    )


def sweep(folder: Path, *, older_than: float) -> int:
    """Remove what a crash left of files in the making; returns how many.

    `older_than` is a time in seconds since 1970: anything written to later may still be arriving.
    """
    count = 0
    for path in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if path.lstat().st_mtime < older_than:
                path.unlink()
                count += 1
    return count
