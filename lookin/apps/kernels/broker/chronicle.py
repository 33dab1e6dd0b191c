"""What one room leaves to its history: a version after each busy stretch, a record of each run.

Never in the way of the notebook itself: a disk that refuses is told once, and work goes on. How
things lie on disk is core/history; bringing a version back is `recalling.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from lookin.apps.kernels.broker.blobfiles import BlobFiles
from lookin.apps.kernels.broker.eventlog import NOT_IN_FILE
from lookin.core.documents.blobs import addresses_in
from lookin.core.documents.document import Cell, Document, Event, request_of
from lookin.core.documents.session import Session
from lookin.core.history.runs import RunFile, RunRecord, source_digest
from lookin.core.history.shelf import Shelf
from lookin.core.history.stretches import Stretch
from lookin.core.history.versions import Entry, Manifest, Things, Version, record_cell
from lookin.core.lib.clock import now_ms
from lookin.core.lib.errors import LookinError
from lookin.core.lib.files import check_space, disk_error

log = logging.getLogger("lookin.broker")
MOST_NAMED = 300
MOST_ENDED = 1_000  # runs that wait for a refusing disk; the oldest of more are forgotten
CLOSE_SECONDS = 3.0
_AWAITED = {"asked", "restore"}
_BUSY = {"queued", "running"}


@dataclass(frozen=True, slots=True)
class HistoryPlace:
    """Where a notebook's history lies, and its rules: bytes, milliseconds of a stretch, and what
    of the disk must stay free for more urgent things."""

    folder: Path
    most_bytes: int
    quiet_ms: int
    longest_ms: int
    reserve: int = 0


class Chronicled(Protocol):
    """The room, as far as its history needs it."""

    session: Session
    blobs: BlobFiles

    def record(self, event: Event) -> None:
        """Record an event that comes from no input."""


class Chronicle:
    """Of one room; without a place (`None`) it keeps nothing."""

    def __init__(self, room: Chronicled, place: HistoryPlace | None) -> None:
        self.place = place
        self.shelf = Shelf(place.folder) if place else None
        self.lock = asyncio.Lock()  # whoever writes to the shelf holds it
        self._runs = RunFile(place.folder) if place else None
        self._room = room
        self._stretch = Stretch()
        self._opened: Document | None = room.session.document
        self._before: tuple[Document, int] | None = None  # what was here until now, and until when
        self._last: Manifest | None = None
        self._entries: dict[str, tuple[Cell, Entry]] = {}  # of the last version
        self._sent: dict[str, tuple[str, str]] = {}  # request -> (text, kernel)
        self._ended: list[tuple[RunRecord, str]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._told = False

    @property
    def people(self) -> tuple[str, ...]:
        """Who took part since the last version."""
        return self._stretch.people

    # ---- what happens in the room; these return at once

    def note(self, event: Event) -> None:
        """An event was recorded, and is applied already."""
        if self.place is None or event["type"] in NOT_IN_FILE:
            return
        if self._opened is not None:
            self._before, self._opened = (self._opened, now_ms()), None
            self._begin(self._keep_before())
        self._stretch = self._stretch.with_change(now_ms(), event.get("by", ""))
        if event["type"] == "run_finished":
            self._run_ended(event["cell"])
        if self._timer is None:
            self._look_later()

    def sent(self, request: str, code: str, kernel: str) -> None:
        """The kernel got this code for this run."""
        self._sent[request] = (code, kernel)

    def take_up(self, events: Iterable[Event]) -> None:
        """What a broker that died left in the log: in no version yet, as far as we know."""
        self._opened = None
        for event in events:
            self.note(event)

    def pause(self) -> None:
        """The last page has left."""
        if not self._stretch.empty:
            self._begin(self.keep("left"))

    async def close(self) -> None:
        """Keep what is in no version yet, but do not wait long for it."""
        if self._timer is not None:
            self._timer.cancel()
        if not self._stretch.empty:
            self._begin(self.keep("closed"))
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_SECONDS)

    # ---- versions

    async def keep(
        self, reason: str, *, name: str = "", person: str = "", document: Document | None = None
    ) -> Version | None:
        """The version of the document, as it is now unless one is given: a new one, or the last.

        A last version without a name that is the same gets the name. None when there is no history
        here, or when the disk refused, which is told; it is raised (LookinError) for a reason that
        somebody waits for: "asked", "restore".
        """
        if self.shelf is None:
            return None
        await self._keep_before()
        async with self.lock:
            stretch = self._stretch.with_person(person)
            if document is None:
                document, self._stretch = self._room.session.document, Stretch()
            else:
                stretch = Stretch().with_person(person)  # it was so before this stretch
            about = Version("", now_ms(), stretch.people, reason, name)
            try:
                made = await asyncio.to_thread(self._write, document, about)
            except (LookinError, OSError) as error:
                self._stretch = self._stretch.with_change(now_ms())  # it is in no version yet
                problem = error if isinstance(error, LookinError) else disk_error(error)
                if reason in _AWAITED:
                    raise problem from error
                self._tell(problem)
                return None
            self._told = False
            return made

    async def _keep_before(self) -> None:
        """What was here before the first change, so that it can be brought back too."""
        async with self.lock:
            before, self._before = self._before, None
            if before is not None:
                try:
                    about = Version("", before[1], (), "before")
                    await asyncio.to_thread(self._write, before[0], about)
                except (LookinError, OSError) as error:
                    self._tell(error if isinstance(error, LookinError) else disk_error(error))

    def manifest_of(self, document: Document, things: Things | None = None) -> Manifest:
        """What the document consists of; what is new since the last version goes to `things`.

        Blocking: call it in a thread.
        """
        entries = []
        for cell in document:
            known = self._entries.get(cell.id)
            if known is not None and known[0] is cell:
                entries.append(known[1])
                continue
            blobs = set(addresses_in(cell.outputs))
            entry, made = record_cell(cell.to_json(), blobs)
            entries.append(entry)
            if things is not None:
                things |= made
                things |= self._blobs(blobs)
        return Manifest(tuple(entries), dict(document.metadata))

    def check_room(self) -> None:
        """Named versions stay, so there must be an end. Blocking. Raises LookinError."""
        assert self.shelf is not None
        assert self.place is not None
        named = sum(bool(version.name) for version in self.shelf.versions())
        if named >= MOST_NAMED or self.shelf.size() > self.place.most_bytes:
            raise LookinError(
                "The history of this notebook has no room for another version with a name.",
                "Take the name of an older version away, then try again.",
                code="history_full",
                status=507,
            )

    def forget(self) -> None:
        """Everything that was kept goes. Blocking, under the lock."""
        assert self.shelf is not None
        self.shelf.remove()
        self._last, self._entries, self._runs = None, {}, RunFile(self.shelf.folder)
        self._opened = self._before = None

    def _blobs(self, digests: Iterable[str]) -> Things:
        assert self.shelf is not None
        lacking = [digest for digest in digests if not self.shelf.has(digest)]
        found = {digest: self._room.blobs.read(digest) for digest in lacking}
        return {digest: data for digest, data in found.items() if data is not None}

    def _write(self, document: Document, about: Version) -> Version:
        assert self.shelf is not None
        assert self.place is not None
        newest = self.shelf.newest()
        if self._last is None and newest is not None:
            self._last = self.shelf.manifest_or_none(newest.id)
        things = Things()
        manifest = self.manifest_of(document, things)
        if about.name:
            self.check_room()
        if manifest == self._last and newest is not None and not (about.name and newest.name):
            if not about.name:
                return newest
            self.shelf.rename(newest.id, about.name)
            return replace(newest, name=about.name)
        check_space(
            self.place.folder.parent.parent, sum(map(len, things.values())), self.place.reserve
        )
        made = self.shelf.keep(about, manifest, things)
        self._last = manifest
        self._entries = {
            cell.id: (cell, entry) for cell, entry in zip(document, manifest.entries, strict=True)
        }
        self.shelf.thin(now_ms(), self.place.most_bytes)
        return made

    def _look_later(self) -> None:
        assert self.place is not None
        due = self._stretch.due(self.place.quiet_ms, self.place.longest_ms)
        if due is not None:
            seconds = max(0.01, (due - now_ms()) / 1000)
            self._timer = asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        assert self.place is not None
        self._timer = None
        due = self._stretch.due(self.place.quiet_ms, self.place.longest_ms)
        if due is not None and due <= now_ms():
            self._begin(self.keep("busy"))
        elif due is not None:
            self._look_later()

    # ---- runs

    def _run_ended(self, id_: str) -> None:
        cell = self._room.session.document.cells.get(id_)
        if cell is None or not cell.run or cell.run["state"] in _BUSY:
            return
        run, request = cell.run, request_of(cell) or ""
        code, kernel = self._sent.pop(request, (cell.source, ""))
        errors = [o["ename"] for o in cell.outputs if o.get("output_type") == "error"]
        record = RunRecord(
            cell=id_,
            source=source_digest(code),
            by=str(run.get("by") or ""),
            queued_at=run["queued_at"],
            started_at=run["started_at"],
            ended_at=run["ended_at"],
            state=run["state"],
            error=str(errors[-1])[:200] if errors and run["state"] == "failed" else "",
            kernel=kernel,
            count=cell.execution_count if run["started_at"] else None,
        )
        self._ended = [*self._ended, (record, code)][-MOST_ENDED:]
        if len(self._ended) == 1:
            self._begin(self._write_runs())

    async def _write_runs(self) -> None:
        assert self._runs is not None
        while self._ended:
            async with self.lock:
                ended, self._ended = self._ended, []
                try:
                    await asyncio.to_thread(self._runs.append, ended)
                except LookinError as error:
                    self._ended = [*ended, *self._ended][-MOST_ENDED:]
                    self._tell(error)
                    return  # they go with the next that ends

    # ---- everything else

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A version could not be kept: %r", error)

    def _tell(self, problem: LookinError) -> None:
        """Once until it goes well again. Looks again after a while by itself."""
        log.warning("A history could not be written: %s", problem.sentence())
        if self._timer is None and not self._stretch.empty:
            self._look_later()
        if not self._told:
            self._told = True
            self._room.record(
                {
                    "type": "noticed",
                    "code": "history_failed",
                    "message": "The disk would not take an earlier version of this notebook.",
                    "hint": "The notebook itself goes on. Tell the person who runs this place.",
                    "values": {},
                }
            )
