"""A record of every run of a notebook: one JSON object a line, append-only, bounded.

A torn or damaged line is passed over. Blocking; one process writes, others read. Not for outputs.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import os
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from lookin.core.history.versions import digest_of, is_digest
from lookin.core.lib.files import disk_error, write_atomic

log = logging.getLogger("lookin.history")

MOST_BYTES = 8_000_000  # of the file; then the older half goes
LINE_BYTES = 4_000_000
SOURCE_CHARS = 1_000_000
STATES = frozenset({"done", "failed", "interrupted", "lost"})
_TEXTS = ("cell", "source", "by", "state", "error", "kernel")


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run that is over. Times in ms since 1970, `started_at` None for one that never began.

    `source` is the digest of the text that ran, `by` a person's uuid ("" unknown), `error` the name
    of the exception ("" none), `kernel` the kernel's id.
    """

    cell: str
    source: str
    by: str
    queued_at: int
    started_at: int | None
    ended_at: int
    state: str
    error: str = ""
    kernel: str = ""
    count: int | None = None

    @property
    def request(self) -> str:
        """What it is known by: no cell is queued twice at the same moment."""
        return f"{self.cell}.{self.queued_at}"


@dataclass(slots=True)
class _Known:
    """Whose text the file has, and which runs."""

    sources: set[str]
    requests: set[str]


class RunFile:
    """`runs.jsonl` of one history's folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "runs.jsonl"
        self._known: _Known | None = None  # what the file has; None before we looked

    def append(self, runs: Iterable[tuple[RunRecord, str]]) -> None:
        """Add runs with the texts that ran; a run that is there already stays as it is. Synced.

        Raises LookinError (`disk`); then the file is as it was, but for a torn line.
        """
        known, torn = self._look()
        lines: list[str] = []
        for record, text in runs:
            if record.request in known.requests:
                continue
            known.requests.add(record.request)
            if record.source not in known.sources:
                known.sources.add(record.source)
                lines.append(_source_line(record.source, text))
            lines.append(json.dumps(asdict(record), ensure_ascii=False, separators=(",", ":")))
        if not lines:
            return
        data = ("\n" if torn else "") + "".join(f"{line}\n" for line in lines)
        try:
            self._write(data.encode("utf-8", "surrogatepass"))
        except OSError as error:
            self._known = None
            raise disk_error(error) from error
        if self._path.stat().st_size > MOST_BYTES:
            self._halve()

    def runs(self) -> list[RunRecord]:
        """All that are there, the oldest first; each once."""
        found: dict[str, RunRecord] = {}
        for value in self._lines():
            record = _record(value)
            if record is not None:
                found.pop(record.request, None)
                found[record.request] = record
        return list(found.values())

    def source(self, digest: str) -> str | None:
        """The text of that digest; None when it is not there (any more)."""
        wanted = (value for value in self._lines() if value.get("digest") == digest)
        return next((text for v in wanted if (text := _text(v)) is not None), None)

    def _write(self, data: bytes) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def _look(self) -> tuple[_Known, bool]:
        """What the file has, and whether it ends in half a line."""
        torn = False
        try:
            with self._path.open("rb") as file:
                if file.seek(0, os.SEEK_END):
                    file.seek(-1, os.SEEK_END)
                    torn = file.read(1) != b"\n"
        except FileNotFoundError:
            self._known = None
        if self._known is None:
            sources = {v["digest"] for v in self._lines() if is_digest(v.get("digest"))}
            self._known = _Known(sources, {run.request for run in self.runs()})
        return self._known, torn

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            file = self._path.open("rb")
        except OSError:
            return
        with file:
            while line := file.readline(LINE_BYTES):
                try:
                    value = json.loads(line.decode("utf-8", "surrogatepass"))
                except ValueError:
                    value = None
                if isinstance(value, dict):
                    yield value
                elif line.strip():
                    log.warning("A damaged line of a record of runs was left aside")

    def _halve(self) -> None:
        """Keep the newer half, with the texts that it needs. Atomic."""
        kept: deque[str] = deque()
        size, sources = 0, {v["digest"]: v for v in self._lines() if "digest" in v}
        needed: set[str] = set()
        for record in reversed(self.runs()):
            lines = [json.dumps(asdict(record), ensure_ascii=False, separators=(",", ":"))]
            if record.source not in needed and record.source in sources:
                lines.insert(0, json.dumps(sources[record.source], separators=(",", ":")))
            size += sum(map(len, lines))
            if size > MOST_BYTES // 2:
                break
            needed.add(record.source)
            kept.extendleft(reversed(lines))
        text = "".join(f"{line}\n" for line in kept)
        write_atomic(self._path, text.encode("utf-8", "surrogatepass"), mode=0o600)
        self._known = None


def source_digest(text: str) -> str:
    """What a text that ran is known by."""
    return digest_of(text.encode("utf-8", "surrogatepass"))


def _source_line(digest: str, text: str) -> str:
    data = zlib.compress(text[:SOURCE_CHARS].encode("utf-8", "surrogatepass"))
    return json.dumps({"digest": digest, "packed": base64.b64encode(data).decode()})


def _text(value: dict[str, Any]) -> str | None:
    try:
        data = base64.b64decode(value["packed"])
        unpacked = zlib.decompressobj().decompress(data, 4 * SOURCE_CHARS)
        return unpacked.decode("utf-8", "surrogatepass")
    except (KeyError, TypeError, ValueError, binascii.Error, zlib.error):
        return None


def _record(value: dict[str, Any]) -> RunRecord | None:
    names = {field.name for field in fields(RunRecord)}
    try:
        record = RunRecord(**{key: item for key, item in value.items() if key in names})
    except TypeError:
        return None
    times = (record.queued_at, record.ended_at)
    whole = all(type(time) is int for time in times) and record.state in STATES
    return record if whole and all(isinstance(getattr(record, k), str) for k in _TEXTS) else None
