"""What the indexer says of itself, in a file, for `lookin doctor` and `lookin search rebuild`."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

_STATUS, _LOCK = "indexer.json", ".indexer.lock"


@dataclass(slots=True)
class Status:
    """`swept_ms`: when all workspaces were last swept to the end, 0 for never; `waiting`: sweeps
    and paths. `unwatched`: why not every folder is watched; `trouble`: what keeps it from writing.
    """

    pid: int = 0
    at_ms: int = 0
    swept_ms: int = 0
    waiting: int = 0
    folders: int = 0
    unwatched: str = ""
    trouble: str = ""


def write_status(folder: Path, status: Status) -> None:
    """Replace the last word. A disk that refuses is passed over: there is nothing to lose."""
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = folder / f".{_STATUS}.tmp"
        temporary.write_text(json.dumps(asdict(status)))
        temporary.replace(folder / _STATUS)


def read_status(folder: Path) -> Status | None:
    """The last word; None when there is none."""
    try:
        value = json.loads((folder / _STATUS).read_text())
        return Status(**{field.name: value[field.name] for field in fields(Status)})
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextlib.contextmanager
def held_indexes(folder: Path) -> Iterator[bool]:
    """Whether this process alone may write indexes, while the block runs. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
