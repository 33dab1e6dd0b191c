"""Folders and files held by descriptor: a link swapped in between check and use does no harm.

A person's own code may change their folder at any moment; `safe_join` alone would look, then leap.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.files import safe_join

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: opening a named pipe must not wait for somebody to write into it.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def held_folder(root: Path, relative: str = "") -> Iterator[int]:
    """A descriptor of `root / relative` while the block runs; "" is `root` itself.

    Links inside `root` are followed when they stay inside. Raises NotFoundError.
    """
    parts = _real_parts(root, relative) if relative else ()
    descriptor = _walk(root, parts)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def open_file(root: Path, relative: str) -> int:
    """A read-only descriptor of the regular file `root / relative`; the caller closes it.

    Raises NotFoundError for anything else: a folder, a pipe, a hidden name, a way out of `root`.
    """
    *folders, name = _real_parts(root, relative)
    folder = _walk(root, tuple(folders))
    try:
        return open_file_in(folder, name)
    finally:
        os.close(folder)


def open_file_in(folder: int, name: str) -> int:
    """A read-only descriptor of the regular file `name`, no link, in an open folder.

    Raises NotFoundError.
    """
    try:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        raise missing() from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise missing()
    return descriptor


def open_folder(root: Path, parts: Sequence[str]) -> int:
    """A descriptor of the folder these names lead to from `root`, no link followed on the way.

    The caller closes it. Raises NotFoundError.
    """
    return _walk(root, tuple(parts))


def split_path(relative: str) -> tuple[str, str]:
    """(`folder`, `name`) of a path with "/" between its parts; folder "" is the root."""
    folder, _, name = relative.rpartition("/")
    return folder, name


def missing() -> NotFoundError:
    """The answer to a path that is not there, or may not be known to be there."""
    return NotFoundError("There is no such file.", "Go back to your files.")


def _real_parts(root: Path, relative: str) -> tuple[str, ...]:
    try:
        parts = safe_join(root, relative).relative_to(root.resolve()).parts
    except (OSError, RuntimeError, UnicodeError) as error:  # too long, a ring of links, a surrogate
        raise missing() from error
    if any(part.startswith(".") for part in parts):  # a link to a hidden file is hidden too
        raise missing()
    return parts


def _walk(root: Path, parts: tuple[str, ...]) -> int:
    try:
        descriptor = os.open(root, _FOLDER)
    except (OSError, ValueError) as error:
        raise missing() from error
    for part in parts:
        try:
            inner = os.open(part, _FOLDER, dir_fd=descriptor)
        except (OSError, ValueError) as error:
            raise missing() from error
        finally:
            os.close(descriptor)
        descriptor = inner
    return descriptor
