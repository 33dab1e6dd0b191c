"""Opening a room: from the log of a broker that died, or from the file.

Blocking file work happens in a thread.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from lookin.apps.kernels.broker.eventlog import EventLog, Recovered
from lookin.apps.kernels.broker.journal import Numbering
from lookin.apps.kernels.broker.room import Room, RoomParts
from lookin.apps.kernels.broker.saving import NotebookFile, Print
from lookin.core.documents.document import Document
from lookin.core.documents.session import NO_KERNEL, Session
from lookin.core.kernels.driver import Driver, KernelSpec
from lookin.core.lib.clock import now_ms
from lookin.core.lib.ids import new_uuid

_RESTARTED = {
    **NO_KERNEL,
    "reason": "broker_restarted",
    "message": "The part of Lookin that runs notebooks was restarted. Nothing you wrote is lost, "
    "but the variables are. Run your cells again.",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Which notebook: its id, its file, the folder that its kernel works in, its title.

    `root` is the folder that the file must lie in, links followed.
    """

    id: str
    path: Path
    folder: Path
    title: str
    root: Path


@dataclass(frozen=True, slots=True)
class _Found:
    document: Document
    numbering: Numbering
    recovered: bool
    unsaved: bool


async def open_room(address: Address, live: Path, driver: Driver) -> Room:
    """The room. Raises LookinError: NotFoundError, `broken_notebook`, `disk`."""
    file = NotebookFile(address.path, address.root)
    eventlog = EventLog(live / address.id)
    found = await asyncio.to_thread(_find, file, eventlog)
    kernel = _RESTARTED if found.recovered else NO_KERNEL
    spec = KernelSpec(address.folder)
    parts = RoomParts(address.id, address.title, file, eventlog, driver, spec)
    room = Room(parts, Session(found.document, kernel=dict(kernel)), found.numbering)
    if found.unsaved:
        room.keeper.mark()
    eventlog.begin(room.keeper.head())
    if found.recovered:
        _end_lost_runs(room)
    return room


def _find(file: NotebookFile, eventlog: EventLog) -> _Found:
    recovered = eventlog.recover()
    if recovered is None:
        return _Found(file.load(), Numbering(new_uuid()), recovered=False, unsaved=False)
    file.known = Print(**recovered.saved) if recovered.saved else None
    if not recovered.unsaved and (file.changed_on_disk() or not file.path.exists()):
        return _Found(file.load(), Numbering(new_uuid()), recovered=True, unsaved=False)
    document = recovered.document
    return _Found(document, _numbering(recovered), recovered=True, unsaved=recovered.unsaved)


def _numbering(recovered: Recovered) -> Numbering:
    """Go on counting; but after a power cut the end may be missing, so that all begin anew."""
    if not recovered.same_boot:
        return Numbering(new_uuid())
    numbering = Numbering(recovered.epoch, recovered.seq, deque())
    for seq, line in recovered.lines:
        numbering.keep(seq, line)
    return numbering


def _end_lost_runs(room: Room) -> None:
    for cell in room.session.document:
        if cell.run and cell.run["state"] in {"queued", "running"}:
            lost = {"type": "run_finished", "cell": cell.id, "at": now_ms(), "state": "lost"}
            room.record({**lost, "execution_count": cell.execution_count})
    room.record({"type": "kernel_changed", "kernel": room.session.kernel})
