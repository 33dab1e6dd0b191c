"""The log of one live notebook: a snapshot, then appends, one JSON object a line, append-only.

What is in it survives kill -9 at any point; what it was told to `sync` survives a power cut too.
A line holds one append, so that it is there as a whole or not at all: `{events, heard, notes}`.
The first line is the snapshot; compaction replaces the whole file atomically.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookin.apps.kernels.broker.blobfiles import BlobFiles
from lookin.apps.kernels.broker.textfiles import TextFiles
from lookin.core.documents.document import (
    BrokenEventError,
    Document,
    Event,
    apply,
    document_from_json,
)
from lookin.core.documents.resuming import joined_notes, line_after
from lookin.core.lib.files import sync_folder
from lookin.core.lib.ids import new_token

Json = dict[str, Any]
NOT_IN_FILE = frozenset({"kernel_changed", "noticed"})  # events that no .ipynb shows


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a log holds: the document after its last whole line.

    `lines` are (seq, event JSON) since the snapshot; `saved` is the last remark about the file;
    `line` the cells that wait for their turn; `notes` as in core/documents/resuming.py; `heard` a
    kernel's id and the number of its last report whose consequences are in all this.
    """

    epoch: str
    seq: int
    document: Document
    lines: tuple[tuple[int, str], ...]
    saved: Json
    unsaved: bool  # whether events came after the last save
    same_boot: bool
    line: tuple[str, ...] = ()
    notes: Json = field(default_factory=dict)
    heard: tuple[str, int] | None = None


class EventLog:
    """Appends to one notebook's log. One process owns it. What lies beside the log, and may be left
    out, leaves `reserve` bytes of the disk free for it."""

    def __init__(self, folder: Path, reserve: int = 0) -> None:
        self._folder = folder
        self._path = folder / "log.jsonl"
        self.texts = TextFiles(folder, reserve)  # what its documents have no room for
        self.blobs = BlobFiles(folder, reserve)  # what its events name by address
        self._descriptor: int | None = None
        self._size = 0
        self._changing = threading.Lock()  # a descriptor must not be closed while it is synced
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

    def begin(self, head: Json, document: Iterable[str]) -> None:
        """Start the file anew with a snapshot: `head` and its document, in pieces. Atomic. Blocks.

        `head` is `{epoch, seq, saved, unsaved, line, notes, heard}`, as in Recovered.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = self.prepare(head, document)
        size = temporary.stat().st_size
        temporary.replace(self._path)
        sync_folder(self._folder)
        sync_folder(self._folder.parent)
        self._open(size, size)

    def _open(self, size: int, snapshot: int) -> None:
        with self._changing:
            if self._descriptor is not None:
                os.close(self._descriptor)
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        self._size, self.snapshot_bytes = size, snapshot

    def prepare(self, head: Json, document: Iterable[str]) -> Path:
        """Write a snapshot beside the log: `head` without its document, which comes in pieces.

        Call it in a thread. The log may grow meanwhile. Raises OSError.
        """
        temporary = self._folder / f".{new_token()[:12]}.tmp"
        opening = json.dumps({**head, "boot": _boot()}, separators=(",", ":")).encode()
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            descriptor = os.open(temporary, flags, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(opening[:-1] + b',"document":')
                file.writelines(piece.encode() for piece in document)
                file.write(b"}\n")
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return temporary

    def replace(self, temporary: Path, since: int) -> None:
        """Put the prepared file in the log's place, with what was appended from byte `since` on.

        Call it in a thread, while nothing is appended. Atomic. Raises OSError; then all is as it
        was.
        """
        try:
            with self._path.open("rb") as old, temporary.open("ab") as new:
                snapshot = new.tell()
                old.seek(since)
                while chunk := old.read(min(1_000_000, self._size - old.tell())):
                    new.write(chunk)
                new.flush()
                os.fsync(new.fileno())
                size = new.tell()
            temporary.replace(self._path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(self._folder)
        self._open(size, snapshot)

    def append(self, line: str) -> None:
        """Write a line: all of it or nothing, and half of it is cut off again. Raises OSError."""
        assert self._descriptor is not None
        data = memoryview(f"{line}\n".encode())
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
        self.blobs.sync()
        with self._changing:
            if self._descriptor is not None:
                os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Close the file and keep it."""
        with self._changing:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def remove(self) -> None:
        """Close and delete: the notebook's file holds everything."""
        self.close()
        self._path.unlink(missing_ok=True)
        self.blobs.remove()
        if self._folder.is_dir() and not any(self._folder.iterdir()):
            self._folder.rmdir()


def event_line(seq: int, event: Event) -> str:
    """An event as it stands in the log and in the frames to browsers."""
    return json.dumps({"seq": seq, **event}, allow_nan=False, separators=(",", ":"))


def append_line(events: list[str], heard: tuple[str, int] | None, notes: Json) -> str:
    """One append as it stands in the log: events as `event_line` writes them."""
    more = {**({"heard": heard} if heard else {}), **({"notes": notes} if notes else {})}
    rest = json.dumps(more, separators=(",", ":"))[1:]
    return '{"events":[' + ",".join(events) + ("]," if more else "]") + rest


class _Replay:
    """A log as it is read, append by append."""

    def __init__(self, head: Json, document: Document) -> None:
        self.document = document
        self.seq: int = head["seq"]
        self.saved: Json = head["saved"]
        self.unsaved = bool(head.get("unsaved"))
        self.line = tuple(head.get("line", ()))
        self.notes: Json = head.get("notes", {})
        self.heard: list[Any] | None = head.get("heard")
        self.lines: list[tuple[int, str]] = []

    def take(self, value: Json) -> None:
        """One append. Raises for what no log of ours holds; then nothing of it was taken."""
        if "saved" in value:
            self.saved, self.unsaved = value["saved"], value["unsaved"]
            return
        document, line, seq, unsaved = self.document, self.line, self.seq, self.unsaved
        lines: list[tuple[int, str]] = []
        for event in value["events"]:
            document, line = apply(document, event), line_after(line, event)
            seq = event["seq"]
            lines.append((seq, json.dumps(event, separators=(",", ":"))))
            unsaved = unsaved or event["type"] not in NOT_IN_FILE
        self.notes = joined_notes(self.notes, value.get("notes", {}))
        self.heard = value.get("heard", self.heard)
        self.document, self.line, self.seq, self.unsaved = document, line, seq, unsaved
        self.lines += lines


def _replayed(head: Json, document: Document, rest: list[bytes]) -> Recovered:
    replay = _Replay(head, document)
    for raw in rest:
        try:
            replay.take(json.loads(raw))
        except (ValueError, KeyError, TypeError, BrokenEventError):
            break
    return Recovered(
        head["epoch"],
        replay.seq,
        replay.document,
        tuple(replay.lines),
        replay.saved,
        replay.unsaved,
        head.get("boot") == _boot(),
        replay.line,
        replay.notes,
        (str(replay.heard[0]), int(replay.heard[1])) if replay.heard else None,
    )


def _boot() -> str:
    """This start of the machine: after another one, the page cache may have lost the end."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
