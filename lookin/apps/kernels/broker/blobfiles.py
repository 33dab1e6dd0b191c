"""The blobs of one live notebook on disk: content under its own SHA-256, kept while it is needed.

Blocking, but quick: a write goes to the page cache; `sync` makes it survive a power cut. Not for
what a blob means (core/documents/blobs.py), nor for who may see one (apps/notebooks).
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lookin.core.documents import inputs
from lookin.core.documents.blobs import digest_of, is_digest, stowed, without_addresses
from lookin.core.lib.clock import monotonic
from lookin.core.lib.files import check_space, sync_folder
from lookin.core.lib.ids import new_token

FOLDER = "blobs"
GRACE_SECONDS = 60.0  # something may have been let go in a change that the log does not have yet
MOST_BYTES = 1_000_000_000  # of one notebook, what is not swept yet among it
SWEEP_BYTES = 20_000_000  # below this nothing is thrown away


def with_addresses(input_: inputs.Input, blobs: BlobFiles) -> inputs.Input:
    """What a kernel shows, its pictures and long values stored and named by address.

    When the disk refuses, as it is: the event holds all of it, and waits for the disk anyway.
    """
    try:
        match input_:
            case inputs.Shown():
                return replace(input_, output=stowed(input_.output, blobs.keep))
            case inputs.DisplayUpdated():
                return replace(input_, news=stowed(dict(input_.news), blobs.keep))
    except OSError:
        pass
    match input_:
        case inputs.Shown():
            return replace(input_, output=without_addresses(input_.output))
        case inputs.DisplayUpdated():
            return replace(input_, news=without_addresses(dict(input_.news)))
    return input_


class BlobFiles:
    """In `<folder>/blobs`. One process writes; others read. Safe to use from several threads.

    Takes nothing when less than `reserve` bytes of the disk would stay free: a kernel must not fill
    it by pictures, which count for no workspace.
    """

    def __init__(self, folder: Path, reserve: int = 0) -> None:
        self._folder = folder / FOLDER
        self._reserve = reserve
        self._sizes: dict[str, int] | None = None  # of what lies there, once looked
        self._unsynced: set[str] = set()
        self._unwanted: dict[str, float] = {}  # since when nothing refers to it
        self._changing = threading.Lock()

    @property
    def total_bytes(self) -> int:
        """What lies there."""
        with self._changing:
            return sum(self._known().values())

    def keep(self, content: bytes) -> str:
        """Store `content`; its digest. Raises OSError; then nothing of it is there."""
        digest = digest_of(content)
        with self._changing:
            self._unwanted.pop(digest, None)
            if digest not in self._known():
                self._write(digest, content)
                self._known()[digest] = len(content)
                self._unsynced.add(digest)
        return digest

    def read(self, digest: str) -> bytes | None:
        """The content, or None when there is none of that digest."""
        if not is_digest(digest):
            return None
        try:
            return (self._folder / digest).read_bytes()
        except OSError:
            return None

    def sync(self) -> None:
        """Make what was kept survive a power cut. Raises OSError; then it is tried again later."""
        with self._changing:
            waiting = set(self._unsynced)
        for digest in waiting:
            try:
                descriptor = os.open(self._folder / digest, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                continue  # swept meanwhile
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        if waiting:
            sync_folder(self._folder)
            with self._changing:
                self._unsynced -= waiting

    def sweep(self, wanted: Iterable[str]) -> int:
        """Throw away what has not been `wanted` for a while; how many. Raises OSError."""
        kept, now, gone = set(wanted), monotonic(), 0
        with self._changing:
            sizes = self._known()
            self._unwanted = {d: self._unwanted.get(d, now) for d in sizes if d not in kept}
            for digest, since in list(self._unwanted.items()):
                if now - since >= GRACE_SECONDS:
                    (self._folder / digest).unlink(missing_ok=True)
                    del sizes[digest], self._unwanted[digest]
                    self._unsynced.discard(digest)
                    gone += 1
        return gone

    def wants_sweep(self, wanted_bytes: int) -> bool:
        """Whether so much lies there unwanted that a sweep is worth its time."""
        return self.total_bytes > max(SWEEP_BYTES, 2 * wanted_bytes)

    def remove(self) -> None:
        """Throw everything away: the notebook's file holds it all."""
        with self._changing:
            if self._folder.is_dir():
                for path in self._folder.iterdir():
                    path.unlink(missing_ok=True)
                self._folder.rmdir()
            self._sizes, self._unsynced, self._unwanted = None, set(), {}

    def _known(self) -> dict[str, int]:
        if self._sizes is None:
            self._sizes = {}
            if self._folder.is_dir():
                for entry in os.scandir(self._folder):
                    if is_digest(entry.name):
                        self._sizes[entry.name] = entry.stat().st_size
        return self._sizes

    def _write(self, digest: str, content: bytes) -> None:
        """Whole or not at all, under a kill at any point."""
        if sum(self._known().values()) + len(content) > MOST_BYTES:
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        check_space(self._folder, len(content), self._reserve)
        temporary = self._folder / f".{new_token()[:12]}.tmp"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
                file.write(content)
            temporary.rename(self._folder / digest)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
