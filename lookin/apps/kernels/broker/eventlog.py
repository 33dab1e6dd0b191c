"""The log of one live notebook: a snapshot, then events, one JSON object a line, append-only.

What is in it survives kill -9 at any point; what it was told to `sync` survives a power cut too.
The first line is the snapshot; compaction replaces the whole file atomically.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookin.core.documents.document import (
    BrokenEventError,
    Document,
    Event,
    apply,
    document_from_json,
)
from lookin.core.lib.files import sync_folder, write_atomic

Json = dict[str, Any]
NOT_IN_FILE = frozenset({"kernel_changed", "noticed"})  # events that no .ipynb shows


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a log holds: the document after its last whole line.

    `lines` are (seq, event JSON) since the snapshot; `saved` is the last remark about the file.
    """

    epoch: str
    seq: int
    document: Document
    lines: tuple[tuple[int, str], ...]
    saved: Json
    unsaved: bool  # whether events came after the last save
    same_boot: bool


class EventLog:
    """Appends to one notebook's log. One process owns it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "log.jsonl"
        self._descriptor: int | None = None
        self._size = 0
        self.snapshot_bytes = 0

    @property
    def size(self) -> int:
        """Bytes in the file that are whole lines."""
        return self._size

    def recover(self) -> Recovered | None:
        """Read what an earlier process left; None when there is nothing to recover.

        A torn or damaged last line ends the reading; it was never announced.
        """
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return None
        first, *rest = data.split(b"\n")[:-1] or [b""]
        try:
            head = json.loads(first)
            document = document_from_json(head["document"])
        except (ValueError, KeyError, TypeError):
            return None
        return _replayed(head, document, rest)

    def begin(self, head: Json) -> None:
        """Start the file anew with a snapshot `{epoch, seq, document, saved, unsaved}`. Atomic."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = json.dumps({**head, "boot": _boot()}, separators=(",", ":")).encode() + b"\n"
        write_atomic(self._path, line, mode=0o600)
        sync_folder(self._folder.parent)
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        self._size = self.snapshot_bytes = len(line)

    def append(self, lines: list[str]) -> None:
        """Write lines. All or none: a half-written batch is cut off again. Raises OSError."""
        assert self._descriptor is not None
        data = memoryview("".join(f"{line}\n" for line in lines).encode())
        written = 0
        try:
            while written < len(data):
                written += os.write(self._descriptor, data[written:])
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(data)

    def sync(self) -> None:
        """Make what was appended survive a power cut. Blocks; call it in a thread."""
        if self._descriptor is not None:
            os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Close the file and keep it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def remove(self) -> None:
        """Close and delete: the notebook's file holds everything."""
        self.close()
        self._path.unlink(missing_ok=True)
        if self._folder.is_dir() and not any(self._folder.iterdir()):
            self._folder.rmdir()


def event_line(seq: int, event: Event) -> str:
    """An event as it stands in the log and in the frames to browsers."""
    return json.dumps({"seq": seq, **event}, allow_nan=False, separators=(",", ":"))


def _replayed(head: Json, document: Document, rest: list[bytes]) -> Recovered:
    seq, saved, unsaved = head["seq"], head["saved"], bool(head.get("unsaved"))
    lines: list[tuple[int, str]] = []
    for raw in rest:
        try:
            value = json.loads(raw)
            if "saved" in value:
                saved, unsaved = value["saved"], value["unsaved"]
                continue
            document = apply(document, value)
            seq = value["seq"]
        except (ValueError, KeyError, TypeError, BrokenEventError):
            break
        lines.append((seq, raw.decode()))
        unsaved = unsaved or value["type"] not in NOT_IN_FILE
    same_boot = head.get("boot") == _boot()
    return Recovered(head["epoch"], seq, document, tuple(lines), saved, unsaved, same_boot)


def _boot() -> str:
    """This start of the machine: after another one, the page cache may have lost the end."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
