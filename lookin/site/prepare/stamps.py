"""Stamps: a small file inside what a stage made, holding a digest of what it was made from.

A missing or different stamp means that the stage is due. It is written last, so that a stage which
was interrupted is done again. Not a cache: nothing is read back but "the same or not".
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

# What editors and systems leave in source folders; it never reaches a build.
_IGNORED = {".DS_Store", "__pycache__"}


def digest_of(*parts: Path | str) -> str:
    """SHA-256 over the parts in their order: a text itself, a file's content, a folder's tree.

    A path that does not exist counts as absent, which is itself part of the digest.
    """
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            _add(total, b"text", part.encode())
            continue
        for file in _files(part):
            _add(total, str(file.relative_to(part.parent)).encode(), file.read_bytes())
    return total.hexdigest()


def listing_of(folder: Path, *, leave_out: str) -> str:
    """Names, sizes and times of the files in `folder`, which are too large to read each time."""
    rows = []
    for file in _files(folder):
        if file.name != leave_out:
            state = file.stat()
            rows.append(f"{file.relative_to(folder)} {state.st_size} {state.st_mtime_ns}")
    return "\n".join(rows)


def is_stamped(stamp: Path, digest: str) -> bool:
    """Whether `stamp` holds `digest`."""
    try:
        return stamp.read_text() == digest
    except OSError:
        return False


def write_stamp(stamp: Path, digest: str) -> None:
    """Write the stamp whole or not at all."""
    temporary = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    temporary.write_text(digest)
    temporary.replace(stamp)


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path]
    return sorted(
        file for file in path.rglob("*") if _IGNORED.isdisjoint(file.parts) and file.is_file()
    )


def _add(total: hashlib._Hash, name: bytes, content: bytes) -> None:
    for part in (name, content):  # lengths first, so that no two lists of parts look alike
        total.update(len(part).to_bytes(8, "big") + part)
