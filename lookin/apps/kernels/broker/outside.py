"""What other programs do to the file of an open notebook: taken in cell by cell, told to everybody.

When nothing of ours is unsaved their version is shown; else both are merged, on what the file last
held. Never overwrites unseen. When to look is `keeping.py`, how files are read `saving.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

from lookin.apps.kernels.broker.chronicle import Chronicle
from lookin.apps.kernels.broker.saving import NotebookFile, Theirs
from lookin.core.documents.document import Document, Event
from lookin.core.documents.inputs import Became
from lookin.core.documents.merging import (
    Merged,
    changed_cells,
    is_same,
    merge,
    with_known_ids,
)
from lookin.core.documents.session import Session
from lookin.core.lib.clock import monotonic
from lookin.core.lib.errors import LookinError

STILL_SECONDS = 0.6  # a file that has not changed for so long is whole
PATIENCE_SECONDS = 10.0  # for a file that goes on changing, or makes no sense yet


class Met(Enum):
    """What became of another program's version."""

    LATER = auto()  # it is still being written
    SAME = auto()  # the file holds what we have
    TAKEN = auto()  # it is in the document, and the file lacks what we had
    STRANGE = auto()  # it cannot be read, or compared with anything


class Shared(Protocol):
    """The room, as far as it is shared with other programs."""

    session: Session
    chronicle: Chronicle

    def take(self, input_: Became) -> None:
        """Make the document another one."""

    def record(self, event: Event) -> None:
        """Record an event."""


class Outside:
    """Of one room. `base` is what the file held when it and the document were last the same."""

    def __init__(self, room: Shared, file: Callable[[], NotebookFile]) -> None:
        self.base: Document | None = room.session.document
        self._room = room
        self._file = file
        self._form: object = None
        self._form_at = self._first_at = 0.0
        self._gone_told = False

    async def meet(self, *, unsaved: bool, patient: bool = True) -> Met:
        """Take in what the file holds now. Raises LookinError when the disk refuses."""
        if patient and not await asyncio.to_thread(self._is_still):
            return Met.LATER
        try:
            theirs = await asyncio.to_thread(self._file().read_theirs)
        except LookinError:
            waits = patient and monotonic() - self._first_at < PATIENCE_SECONDS
            return Met.LATER if waits else Met.STRANGE
        self._first_at = 0.0
        return await self._take(theirs, unsaved=unsaved)

    def gone(self, *, is_gone: bool) -> None:
        """Say once that the file is not there any more."""
        if is_gone and not self._gone_told:
            self._room.record(_gone())
        self._gone_told = is_gone

    def _is_still(self) -> bool:
        """Whether the file has kept its form for a while, or has been changing for too long."""
        now, form = monotonic(), self._file().form()
        if not self._first_at:
            self._first_at = now
        if form != self._form:
            self._form, self._form_at = form, now
        still = now - self._form_at >= STILL_SECONDS
        return still or now - self._first_at >= PATIENCE_SECONDS

    async def _take(self, theirs: Theirs, *, unsaved: bool) -> Met:
        ours = self._room.session.document
        document = with_known_ids(theirs.document, ours)
        if is_same(document, ours):
            self._file().known, self.base = theirs.print, ours
            return Met.SAME
        if not unsaved:
            self.base = ours
        if self.base is None:
            return Met.STRANGE
        name = None
        await self._room.chronicle.keep("disk")
        if merge(self.base, ours, document, theirs.at_ms).clashes:
            name = await asyncio.to_thread(self._file().keep_beside)
        ours = self._room.session.document  # people may have typed meanwhile
        merged = merge(self.base, ours, document, theirs.at_ms)
        self._room.take(Became(merged.document))
        self._file().known, self.base = theirs.print, document
        self._tell(ours, merged, name, unsaved=unsaved)
        return Met.SAME if is_same(self._room.session.document, document) else Met.TAKEN

    def _tell(self, before: Document, merged: Merged, name: str | None, *, unsaved: bool) -> None:
        count = len(changed_cells(before, merged.document))
        if name is not None:
            self._room.record(_clashed(name, len(merged.clashes)))
        elif count or not unsaved:
            self._room.record(_merged(count) if unsaved else _reloaded(count))


def unreadable() -> Event:
    """The notice about a file that another program broke."""
    hint = "This page still has your version; it is saved with your next change."
    message = "Another program changed this notebook's file, and it cannot be read any more."
    return _noticed("file_unreadable", message, hint)


def rescued(name: str) -> Event:
    """The notice about another program's version that was kept beside."""
    message = "Another program changed this notebook's file while you worked here."
    hint = "Your version is saved. The other one is beside it as {name}."
    return {**_noticed("file_changed_on_disk", message, hint), "values": {"name": name}}


def _reloaded(count: int) -> Event:
    message = "Another program changed this notebook's file. You see its version now."
    hint = "{count} cells changed; the version before is in the history."
    return {**_noticed("file_reloaded", message, hint), "values": {"count": str(count)}}


def _merged(count: int) -> Event:
    message = "Another program changed this notebook's file while you worked here."
    hint = "Both changes are in the notebook now: {count} cells came from the file."
    return {**_noticed("file_merged", message, hint), "values": {"count": str(count)}}


def _clashed(name: str, count: int) -> Event:
    message = "Another program changed the same lines of this notebook as you."
    hint = "Yours stayed in {count} cells; the other version is beside it as {name}."
    return {
        **_noticed("file_clashed", message, hint),
        "values": {"name": name, "count": str(count)},
    }


def _gone() -> Event:
    message = "Another program deleted or moved this notebook's file."
    hint = "This page still has everything; your next change brings the file back."
    return _noticed("file_gone", message, hint)


def _noticed(code: str, message: str, hint: str) -> Event:
    return {"type": "noticed", "code": code, "message": message, "hint": hint, "values": {}}
