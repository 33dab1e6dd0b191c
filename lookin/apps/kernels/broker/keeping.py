"""When a room's file is saved, and what happens when another program wrote it.

A second after the last change, five at most; again and again while the disk refuses. How a file is
written is `saving.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from lookin.apps.kernels.broker.chronicle import Chronicle
from lookin.apps.kernels.broker.eventlog import NOT_IN_FILE, EventLog
from lookin.apps.kernels.broker.journal import Journal
from lookin.apps.kernels.broker.outside import STILL_SECONDS, Met, Outside, rescued, unreadable
from lookin.apps.kernels.broker.saving import NotebookFile, Saved
from lookin.core.documents.blobs import addresses_of, blob_bytes, held_cells
from lookin.core.documents.document import Event, Json
from lookin.core.documents.inputs import Became
from lookin.core.documents.pieces import json_pieces
from lookin.core.documents.resuming import line_of
from lookin.core.documents.session import Session
from lookin.core.lib.clock import monotonic, now_ms
from lookin.core.lib.errors import LookinError

log = logging.getLogger("lookin.broker")

QUIET_SECONDS = 1.0
LONGEST_SECONDS = 5.0
RETRY_SECONDS = 5.0
LOOK_SECONDS = 2.0
GONE_SECONDS = 3.0
STRANGE_SECONDS = 30.0
COMPACT_BYTES = 1_000_000


class Kept(Protocol):
    """The room, as far as it is kept."""

    session: Session
    journal: Journal
    chronicle: Chronicle

    @property
    def watched(self) -> bool:
        """Whether anybody looks."""

    def broadcast(self, frame: Json) -> None:
        """To everybody."""

    def all_notes(self) -> Json:
        """What the log should know besides events."""

    def record(self, event: Event) -> None:
        """Record an event."""

    def take(self, input_: Became) -> None:
        """Make the document another one."""


class Keeper:
    """Of one room."""

    def __init__(self, room: Kept, file: NotebookFile, eventlog: EventLog) -> None:
        self.file = file
        self._room = room
        self._log = eventlog
        self._dirty = False
        self._first = self._last = 0.0
        self._not_before = 0.0
        self._look_at = 0.0
        self._gone_at: float | None = None
        self.outside = Outside(room, lambda: self.file)
        self._wake = asyncio.Event()
        self._busy = asyncio.Lock()
        self._task = asyncio.create_task(self._keep_on())

    @property
    def dirty(self) -> bool:
        """Whether the file lacks something."""
        return self._dirty

    def note(self, event: Event) -> None:
        """An event was recorded."""
        if event["type"] not in NOT_IN_FILE:
            self.mark()

    def mark(self) -> None:
        """The file lacks something."""
        self._last = monotonic()
        if not self._dirty:
            self._dirty, self._first = True, self._last
            self._wake.set()

    def look(self) -> None:
        """Look soon whether another program wrote the file."""
        self._look_at = 0.0
        self._wake.set()

    def head(self) -> dict[str, Any]:
        """The first line of a new log, without its document, for a moment of a quiet journal."""
        known, journal, session = self.file.known, self._room.journal, self._room.session
        return {
            "epoch": journal.numbering.epoch,
            "seq": journal.seq,
            "saved": known.to_json() if known else {},
            "unsaved": self._dirty,
            "line": line_of(session),
            "notes": self._room.all_notes(),
            "heard": journal.mark,
        }

    async def save(self) -> None:
        """Save now what is unsaved; a failure is told to everybody and tried again later."""
        async with self._busy:
            if self._dirty:
                await self._save()

    async def close(self) -> None:
        """Save what is unsaved, once; then remove the log, or keep it when that failed."""
        await self.stop()
        async with self._busy:
            if self._dirty:
                await self._save(patient=False)
        await self._room.journal.settle()
        if self._dirty:
            self._log.close()
        else:
            self._log.remove()

    async def move(self, path: Path) -> None:
        """The file has another name now, with the same content."""
        async with self._busy:
            known = self.file.known
            self.file = NotebookFile(path, self.file.folder, self.file.blobs)
            self.file.known = known

    async def abandon(self) -> None:
        """Stop without saving: the file was deleted on purpose."""
        await self.stop()
        self._log.texts.remove()
        self._log.remove()

    async def stop(self) -> None:
        """Save nothing by itself any more."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _keep_on(self) -> None:
        while True:
            # Not wait_for: in Python 3.11 it can lose a cancellation that comes with the wake.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):
                    await self._wake.wait()
            self._wake.clear()
            try:
                async with self._busy:
                    await self._keep()
            except Exception:
                log.exception("Keeping a notebook failed")
                self._not_before = monotonic() + RETRY_SECONDS

    def _due(self) -> float:
        return max(self._not_before, min(self._last + QUIET_SECONDS, self._first + LONGEST_SECONDS))

    def _pause(self) -> float:
        now = monotonic()
        if self._dirty:
            return max(0.01, self._due() - now)
        soon = self._look_at - now
        return soon if self._room.watched and 0 < soon < LOOK_SECONDS else LOOK_SECONDS

    async def _keep(self) -> None:
        now = monotonic()
        if self._dirty:
            if now >= self._due() and not self._is_moving(now):
                await self._save()
        elif self._room.watched and now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            self.outside.gone(is_gone=self._is_gone(now))
            if await asyncio.to_thread(self.file.changed_on_disk):
                await self._reload()

    def _is_gone(self, now: float) -> bool:
        """Whether the file is gone, and not only being renamed by somebody who will tell us."""
        self._is_moving(now)
        return self._gone_at is not None and now - self._gone_at >= GONE_SECONDS

    def _is_moving(self, now: float) -> bool:
        """Whether the file is gone so freshly that a rename or delete may yet be told to us."""
        if self.file.known is None or self.file.path.exists():
            self._gone_at = None
            return False
        if self._gone_at is None:
            self._gone_at = now
        self._not_before = self._gone_at + GONE_SECONDS
        return now < self._not_before

    async def _save(self, *, patient: bool = True) -> None:
        """Save, after taking in what another program wrote; a file in the making is waited for."""
        try:
            if await self._meet(patient=patient) is Met.LATER:
                self._not_before = monotonic() + STILL_SECONDS
                return
        except LookinError as error:
            self._tell_failed(error)
            return
        document, seq = self._room.session.document, self._room.journal.numbering.seq
        self._dirty = False
        try:
            saved = await asyncio.to_thread(self.file.save, document)
        except LookinError as error:
            self._tell_failed(error)
            return
        except BaseException:
            self.mark()
            raise
        self.outside.base = document
        await self._after(saved, seq)

    def _tell_failed(self, error: LookinError) -> None:
        self.mark()
        self._not_before = monotonic() + RETRY_SECONDS
        message = error.message.format(**error.values) if error.values else error.message
        told = {"code": error.code, "message": message, "hint": error.hint}
        self._room.broadcast({"t": "save_failed", **told})

    async def _meet(self, *, patient: bool) -> Met:
        if not await asyncio.to_thread(self.file.changed_on_disk):
            return Met.SAME
        return await self.outside.meet(unsaved=self._dirty, patient=patient)

    async def _after(self, saved: Saved, seq: int) -> None:
        if saved.rescued is not None:
            self._room.record(rescued(saved.rescued))
        told = {"t": "saved", "seq": seq, "at": now_ms()}
        self._room.journal.logged(partial(self._remark, saved))
        self._room.journal.answer(lambda _: self._room.broadcast(told))
        await self._sweep()
        if self._log.size > max(COMPACT_BYTES, 2 * self._log.snapshot_bytes):
            await self._compact()

    async def _sweep(self) -> None:
        """Throw blobs away that no output has named for a while, where many lie."""
        cells = list(held_cells(self._room.session.document))
        if not self._log.blobs.wants_sweep(blob_bytes(cells)):
            return
        with contextlib.suppress(OSError):
            await asyncio.to_thread(self._log.blobs.sweep, addresses_of(cells))

    def _remark(self, saved: Saved) -> None:
        """That the file has what the log has, for whoever reads the log."""
        with contextlib.suppress(OSError):
            self._log.append(_remark(saved, unsaved=self._dirty))

    async def _compact(self) -> None:
        """Begin the log anew, beside it, while it goes on; then put the new one in its place."""
        journal = self._room.journal
        await journal.settle()
        async with journal.held():
            if not journal.quiet:
                return  # the next save will come
            head, document, since = self.head(), self._room.session.document, self._log.size
        try:
            fresh = await asyncio.to_thread(self._log.prepare, head, json_pieces(document))
            async with journal.held():
                await asyncio.to_thread(self._log.replace, fresh, since)
        except OSError:
            log.warning("A log could not be begun anew; it goes on as it is")

    async def _reload(self) -> None:
        """Nothing of ours is unsaved, and another program wrote the file: take it in."""
        before, journal = self._room.session.document, self._room.journal
        try:
            met = await self.outside.meet(unsaved=self._dirty)
        except LookinError as error:
            self._tell_failed(error)
            return
        if met is Met.LATER:
            self._look_at = monotonic() + STILL_SECONDS
        elif met is Met.STRANGE:
            self._look_at = monotonic() + STRANGE_SECONDS
            self._room.record(unreadable())
        elif met is Met.SAME and self.file.known is not None:
            self._dirty = False
            if self._room.session.document is not before:
                journal.logged(partial(self._remark, Saved(self.file.known, None)))
                told = {"t": "saved", "at": now_ms()}
                journal.answer(lambda seq: self._room.broadcast({**told, "seq": seq}))


def _remark(saved: Saved, *, unsaved: bool) -> str:
    return json.dumps({"saved": saved.print.to_json(), "unsaved": unsaved})
