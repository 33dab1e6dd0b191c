"""One live notebook: operations and kernel reports in, `step`, effects out.

The only writer of its document. Not for deciding (core/documents) and not for the stream (main).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lookin.apps.kernels.broker.address import Address
from lookin.apps.kernels.broker.announcing import Announcer
from lookin.apps.kernels.broker.asking import QUESTIONS, Asking
from lookin.apps.kernels.broker.blobfiles import with_addresses
from lookin.apps.kernels.broker.chronicle import Chronicle, HistoryPlace
from lookin.apps.kernels.broker.comms import Comms
from lookin.apps.kernels.broker.eventlog import EventLog
from lookin.apps.kernels.broker.journal import Heard, Journal
from lookin.apps.kernels.broker.keeping import Keeper
from lookin.apps.kernels.broker.numbering import Numbering
from lookin.apps.kernels.broker.places import Places
from lookin.apps.kernels.broker.presence import Presence
from lookin.apps.kernels.broker.saving import NotebookFile
from lookin.apps.kernels.broker.seat import Seat, SeatParts
from lookin.apps.kernels.broker.showing import Showing
from lookin.apps.kernels.broker.visitors import Visitor
from lookin.core.documents import inputs
from lookin.core.documents.document import Event, apply, request_of
from lookin.core.documents.inputs import Operation
from lookin.core.documents.operations import read_operation, read_ref
from lookin.core.documents.resuming import notes_since
from lookin.core.documents.roles import checked
from lookin.core.documents.session import Session, step
from lookin.core.kernels import driver as kernels
from lookin.core.kernels.driver import Driver, Kernel, KernelSpec
from lookin.core.kernels.exits import explain
from lookin.core.lib.clock import monotonic, now_ms
from lookin.core.lib.errors import LookinError

log = logging.getLogger("lookin.broker")
Json = dict[str, Any]
_WANTS_KERNEL = (inputs.Run, inputs.RestartAsked)


@dataclass(frozen=True, slots=True)
class RoomParts:
    """What a room is made of, besides its document."""

    address: Address
    file: NotebookFile
    eventlog: EventLog
    driver: Driver
    places: Places
    history: HistoryPlace | None = None
    announcer: Announcer = field(default_factory=Announcer)


class Room:
    """Made by `opening.open_room`. Methods return at once unless they are async."""

    def __init__(self, parts: RoomParts, session: Session, numbering: Numbering) -> None:
        self.address = parts.address
        self.session = session
        self.taps: dict[str, Callable[[inputs.Happening], None]] = {}
        self.active_at = monotonic()
        self.active_ms = now_ms()
        self.untold = False  # whether people have yet to be told what became of their kernel
        self.asker = ""  # who asked last for something to run
        self._noted: Session | None = session
        stdin = not parts.address.is_scratch  # nobody sees what a scratch notebook asks
        self.seat = Seat(SeatParts(parts.driver, parts.places, self._spec, stdin), self)
        self.asking = Asking(self.seat)
        self.comms = Comms(self)
        self.journal = Journal(parts.eventlog, numbering, self)
        self.presence = Presence()
        self.showing = Showing(self)
        self.keeper = Keeper(self, parts.file, parts.eventlog)
        self.blobs = parts.eventlog.blobs
        self.texts = parts.eventlog.texts
        self.chronicle = Chronicle(self, parts.history)
        self._announcer = parts.announcer

    @property
    def id(self) -> str:
        """The notebook's id."""
        return self.address.id

    def _spec(self, person: str) -> KernelSpec:
        about = self.session.document.metadata
        written_for = {key: about[key] for key in ("kernelspec", "language_info") if key in about}
        label = self.address.label(person, now_ms())
        return KernelSpec(self.address.folder, label, written_for=written_for)

    # ---- people

    def hear_frame(self, visitor: Visitor, frame: object) -> None:
        """One frame of a browser. Whatever is wrong with it becomes a refusal."""
        self._touch()
        try:
            self._hear(visitor, checked(visitor.who.role, frame))
        except LookinError as error:
            refusal = {"t": "refused", "ref": read_ref(frame), "code": error.code}
            visitor.send_json({**refusal, "message": error.message, "hint": error.hint})

    def _hear(self, visitor: Visitor, frame: Json) -> None:
        match frame["op"]:
            case "hello":
                self.keeper.look()
                self.showing.greet(visitor, frame)
                self.untold = False
            case "here":
                self.presence.hear(visitor, frame)
            case op if op in QUESTIONS:
                self.asking.hear(visitor, frame)
            case "comm":
                self.comms.hear(visitor, frame, self._accept)
            case _:
                self.take(read_operation(frame), visitor)

    def arrived(self, visitor: Visitor) -> None:
        """For the showing: the visitor has the notebook before it."""
        self.presence.arrive(visitor)
        self.comms.arrive(visitor)

    def leave(self, visitor: Visitor) -> None:
        """The visitor has gone."""
        self.showing.forget(visitor)
        self.presence.leave(visitor)
        self.asking.leave(visitor)
        self._touch()
        if not self.visitors:
            self.chronicle.pause()

    def _touch(self) -> None:
        self.active_at, self.active_ms = monotonic(), now_ms()

    @property
    def visitors(self) -> set[Visitor]:
        """Who is here."""
        return self.showing.visitors

    def broadcast(self, frame: Json) -> None:
        """To everybody who has had a snapshot."""
        self.showing.broadcast(frame)

    def tell(self, lines: list[str]) -> None:
        """For the journal: events that are in the log."""
        self.showing.tell(lines)

    def trouble(self, frame: Json | None) -> None:
        """For the journal: the disk refuses, or takes things again."""
        if frame is not None:
            self.broadcast(frame)

    def notes(self) -> Json:
        """For the journal: what changed besides events since it asked last."""
        before, self._noted = self._noted, self.session
        return notes_since(before, self.session) | self.comms.notes()

    def all_notes(self) -> Json:
        """For the keeper: the same, for a log that is begun anew."""
        return notes_since(None, self.session) | self.comms.all_notes()

    # ---- the session

    def take(self, input_: inputs.Input, visitor: Visitor | None = None) -> None:
        """One input: step, then the effects in their order."""
        if not isinstance(input_, Operation):
            self._touch()
            tap = self.taps.get(getattr(input_, "cell", ""))
            if tap is not None:
                tap(input_)
        elif visitor is not None and isinstance(input_, _WANTS_KERNEL):
            self.asker = visitor.person
        input_ = with_addresses(input_, self.blobs)
        result = step(self.session, input_, now_ms(), visitor.person if visitor else "")
        self.session = result.session
        for effect in result.effects:
            self._do(effect, visitor)
        if isinstance(input_, inputs.KernelLost):
            self.comms.forget()
            for tap in list(self.taps.values()):
                tap(input_)

    def hear(self, kernel: Kernel, number: int) -> None:
        """All that the kernel's reports up to this one mean has been taken."""
        self.journal.hear(Heard(kernel.id, number, kernel.acknowledge))

    def overhear(self, heard: kernels.Heard, cell: str | None) -> bool:
        """For the seat: a kernel's report before it is taken."""
        return self.comms.take(heard, cell)

    async def breathe(self) -> None:
        """Wait while more has been heard than could be told on."""
        await self.journal.breathe()

    def _do(self, effect: inputs.Effect, visitor: Visitor | None) -> None:
        match effect:
            case inputs.Record():
                self.journal.add(effect.event)
                self.keeper.note(effect.event)
                self.chronicle.note(effect.event)
                self._announcer.note(self.id, effect.event)
            case inputs.Spill():
                self._spill(effect)
            case inputs.Accepted():
                self._accept(effect.ref, visitor)
            case inputs.Refused():
                if visitor is not None:
                    refusal = {"code": effect.code, "message": effect.message, "hint": effect.hint}
                    self._answer(visitor, {"t": "refused", "ref": effect.ref, **refusal})
            case inputs.StartKernel() | inputs.RestartKernel():
                self.comms.forget()
                self.seat.start(self.asker)
            case inputs.CancelStart():
                self.seat.cancel()
            case inputs.Interrupt():
                self.journal.logged(self.seat.interrupt)  # not before the code it interrupts
            case inputs.GiveInput():
                self.journal.logged(lambda: self.seat.answer(effect.request, effect.text))
            case inputs.Execute():
                self.journal.logged(lambda: self._execute(effect))

    def _spill(self, effect: inputs.Spill) -> None:
        try:
            self.texts.put(effect.cell, effect.at, effect.text)
        except OSError:  # the document says how much is missing
            log.warning("Printed text that a notebook has no room for could not be kept")

    def _execute(self, effect: inputs.Execute) -> None:
        if self.session.running == effect.cell:  # else it was given up while the disk refused
            kernel = self.seat.kernel
            self.chronicle.sent(effect.request, effect.code, kernel.id if kernel else "")
            self.seat.execute(effect.cell, effect.code, effect.request)

    def _accept(self, ref: int, visitor: Visitor | None) -> None:
        if visitor is not None:
            asker = visitor
            self.journal.answer(
                lambda seq: asker.send_json({"t": "accepted", "ref": ref, "seq": seq})
            )

    def _answer(self, visitor: Visitor, frame: Json) -> None:
        """After the events recorded before it: a client that is behind must get those first."""
        self.journal.answer(lambda _: visitor.send_json(frame))

    def record(self, event: Event) -> None:
        """Record an event that comes from no input: a notice, or the end of a lost run."""
        self.session = replace(self.session, document=apply(self.session.document, event))
        self._do(inputs.Record(event), None)

    # ---- the end

    @property
    def busy(self) -> bool:
        """Whether a cell runs or waits."""
        return self.session.running is not None or bool(self.session.queue)

    @property
    def running_request(self) -> str | None:
        """The name of the run that the kernel has begun; None when it has begun none."""
        cell = self.session.document.cells.get(self.session.running or "")
        begun = cell is not None and cell.run is not None and cell.run["state"] == "running"
        return request_of(cell) if cell is not None and begun else None

    @property
    def watched(self) -> bool:
        """Whether anybody looks."""
        return bool(self.visitors)

    async def move(self, path: Path, title: str) -> None:
        """The file has another name now, with the same content."""
        self.address = replace(self.address, path=path, title=title)
        if self.seat.ticket is not None:
            self.seat.relabel(self.address.label(self.seat.ticket.person, self.seat.since))
        await self.keeper.move(path)

    async def close(self, *, abandon: bool = False) -> None:
        """End the kernel, save (unless abandoned), let everybody go.

        The log stays only when the file could not be written.
        """
        await self.asking.close()
        self.comms.close()
        await self.seat.empty()
        if self.busy or self.session.kernel["state"] in {"waiting", "starting", "idle", "busy"}:
            why = explain("stopped")
            self.take(inputs.KernelLost(why.reason, why.message))
        await self.journal.settle()
        await self.chronicle.close()  # before the blobs of outputs go with the log
        await (self.keeper.abandon() if abandon else self.keeper.close())
        await self.journal.close()
        self.presence.close()
        await asyncio.gather(*(visitor.finish() for visitor in list(self.visitors)))
