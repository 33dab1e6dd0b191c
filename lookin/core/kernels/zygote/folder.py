"""A kernel's private folder as its warden holds it: open from before the root was changed.

Not for the driver, which makes the folder and reads it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
from pathlib import Path


class Folder:
    """Open descriptors of the folder and of the one it lies in. Raises OSError."""

    def __init__(self, path: str) -> None:
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        self.path = path
        self._name = Path(path).name
        self._folder = os.open(path, flags)
        self._above = os.open(Path(path).parent, flags)

    @property
    def descriptors(self) -> tuple[int, int]:
        """What must stay open."""
        return self._folder, self._above

    def bind(self, name: str) -> socket.socket:
        """A unix socket in it, which does not listen yet."""
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        door.bind(f"{self.path}/{name}")
        return door

    def listen(self, name: str) -> socket.socket:
        """A listening unix socket in it, as ZeroMQ wants it for ZMQ_USE_FD."""
        listener = self.bind(name)
        listener.listen(100)
        listener.setblocking(False)
        return listener

    def write(self, name: str, content: bytes) -> None:
        """Write a file (0600) whole or not at all."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        descriptor = os.open(f".{name}", flags, 0o600, dir_fd=self._folder)
        try:
            os.write(descriptor, content)
        finally:
            os.close(descriptor)
        os.rename(f".{name}", name, src_dir_fd=self._folder, dst_dir_fd=self._folder)

    def remove(self) -> None:
        """Remove it with everything in it."""
        with contextlib.suppress(OSError):
            shutil.rmtree(self._name, dir_fd=self._above)
