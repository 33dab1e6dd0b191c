"""Opening a room: from the log of a broker that died, or from the file; alone or with a kernel.

Blocking file work happens in a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path

from lookin.apps.kernels.broker.address import Address
from lookin.apps.kernels.broker.announcing import Announcer
from lookin.apps.kernels.broker.chronicle import HistoryPlace
from lookin.apps.kernels.broker.eventlog import EventLog, Recovered
from lookin.apps.kernels.broker.numbering import Numbering
from lookin.apps.kernels.broker.places import Places
from lookin.apps.kernels.broker.room import Room, RoomParts
from lookin.apps.kernels.broker.rules import HouseRules
from lookin.apps.kernels.broker.saving import NotebookFile, Print
from lookin.core.documents import inputs
from lookin.core.documents.document import Document, Json
from lookin.core.documents.pieces import json_pieces
from lookin.core.documents.resuming import session_again, with_runs_of
from lookin.core.documents.session import NO_KERNEL, Session
from lookin.core.kernels.driver import Driver
from lookin.core.kernels.exits import Exit, explain
from lookin.core.lib.clock import now_ms
from lookin.core.lib.errors import LookinError
from lookin.core.lib.files import disk_error
from lookin.core.lib.ids import new_uuid


@dataclass(frozen=True, slots=True)
class Ground:
    """What all rooms of a house stand on. `live` is the folder of the logs."""

    live: Path
    driver: Driver
    places: Places
    rules: HouseRules = field(default_factory=HouseRules)
    announcer: Announcer = field(default_factory=Announcer)

    def history_of(self, address: Address) -> HistoryPlace | None:
        """Where a notebook's earlier versions lie; None for what has none."""
        rules = self.rules
        if address.is_scratch or not rules.history_bytes:
            return None
        times = int(rules.history_quiet_seconds * 1000), int(rules.history_longest_seconds * 1000)
        folder = self.live.parent / "history" / address.id
        return HistoryPlace(folder, rules.history_bytes, *times, rules.disk_reserve_bytes)


@dataclass(frozen=True, slots=True)
class Found:
    """What log and file hold; `recovered` is None when there was no log, or none to read."""

    file: NotebookFile
    eventlog: EventLog
    document: Document
    numbering: Numbering
    recovered: Recovered | None = None
    unsaved: bool = False
    base: Document | None = None  # what the file holds, where that is what we wrote
    line: tuple[str, ...] = ()
    notes: Json = field(default_factory=dict)

    def heard_of(self, kernel: str) -> int:
        """The number of that kernel's last report whose consequences are in the document."""
        heard = self.recovered.heard if self.recovered else None
        return heard[1] if heard and heard[0] == kernel else 0


async def open_room(address: Address, ground: Ground, kernel: Json | None = None) -> Room:
    """The room, without a kernel; `kernel` is what became of the last one, where that is known.

    Raises LookinError: NotFoundError, `broken_notebook`, `disk`.
    """
    found = await find(address, ground)
    if found.recovered:
        lost = explain("broker_restarted")
        kernel = {**NO_KERNEL, "reason": lost.reason, "message": lost.message}
    session = Session(found.document, kernel=dict(kernel or NO_KERNEL))
    room = room_of(address, ground, found, session)
    await begin(room, found)
    if found.recovered:
        _end_lost_runs(room)
    return room


async def find(address: Address, ground: Ground) -> Found:
    """What is there of the notebook. Raises as `open_room`."""
    eventlog = EventLog(ground.live / address.id, ground.rules.disk_reserve_bytes)
    file = NotebookFile(address.path, address.root, eventlog.blobs)
    return await asyncio.to_thread(_find, file, eventlog)


def room_of(address: Address, ground: Ground, found: Found, session: Session) -> Room:
    """A room on what was found, with a session on its document."""
    parts = RoomParts(address, found.file, found.eventlog, ground.driver, ground.places)
    parts = replace(parts, history=ground.history_of(address))
    if not address.is_scratch:
        parts = replace(parts, announcer=ground.announcer)
    room = Room(parts, session, found.numbering)
    room.journal.mark = found.recovered.heard if found.recovered else None
    if found.unsaved:
        room.keeper.mark()
    if found.recovered:
        room.chronicle.take_up(json.loads(line) for _, line in found.recovered.lines)
    return room


async def begin(room: Room, found: Found) -> None:
    """Begin the room's log anew, before anything happens there. Raises LookinError `disk`."""
    pieces = json_pieces(room.session.document)
    try:
        async with room.journal.held():
            await asyncio.to_thread(found.eventlog.begin, room.keeper.head(), pieces)
    except OSError as error:
        await room.keeper.stop()
        await room.journal.close()
        raise disk_error(error) from error


def open_again(address: Address, ground: Ground, found: Found) -> Room:
    """The room as it was when its broker died, to go on with its kernel or be told of its end."""
    session = session_again(found.document, found.line, found.notes)
    return room_of(address, ground, found, session)


def lose(room: Room, why: Exit) -> None:
    """Tell a room opened by `open_again` that its kernel is gone."""
    room.take(inputs.KernelLost(why.reason, why.message, why.values))
    room.untold = True


def _find(file: NotebookFile, eventlog: EventLog) -> Found:
    recovered = eventlog.recover()
    if recovered is None:
        return Found(file, eventlog, file.load(), Numbering(new_uuid()))
    file.known = Print(**recovered.saved) if recovered.saved else None
    found = Found(file, eventlog, recovered.document, _numbering(recovered), recovered)
    found = replace(found, line=recovered.line)
    if not recovered.unsaved and (file.changed_on_disk() or not file.path.exists()):
        document = with_runs_of(file.load(), recovered.document)
        return replace(found, document=document, numbering=Numbering(new_uuid()))
    base = _base(file) if recovered.unsaved else None
    return replace(found, unsaved=recovered.unsaved, notes=recovered.notes, base=base)


def _base(file: NotebookFile) -> Document | None:
    """What both sides' changes began from; None when the file is not as we left it."""
    with contextlib.suppress(LookinError):
        return None if file.changed_on_disk() else file.read_theirs().document
    return None


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
