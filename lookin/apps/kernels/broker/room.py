"""One live notebook: operations and kernel reports in, `step`, effects out.

The only writer of its document. Not for deciding (core/documents) and not for the stream (main).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from lookin.apps.kernels.broker.eventlog import EventLog
from lookin.apps.kernels.broker.journal import NO_EVENTS, Answer, Journal, Numbering, frames_of
from lookin.apps.kernels.broker.keeping import Keeper
from lookin.apps.kernels.broker.saving import NotebookFile
from lookin.apps.kernels.broker.seat import Seat
from lookin.apps.kernels.broker.visitors import Visitor
from lookin.apps.notebooks.framing import FROM_BROKER_BYTES
from lookin.core.documents import inputs
from lookin.core.documents.document import Document, Event, apply
from lookin.core.documents.inputs import Operation
from lookin.core.documents.operations import read_operation, read_ref
from lookin.core.documents.session import Session, step
from lookin.core.kernels.driver import Driver, KernelSpec
from lookin.core.lib.clock import monotonic, now_ms
from lookin.core.lib.errors import LookinError
from lookin.core.lib.ids import new_uuid

_STOPPED = "Lookin stopped this kernel. Your notebook is saved; the variables are gone."
MOST_SHOWN_BYTES = FROM_BROKER_BYTES - 1024
_TOO_LARGE = {
    "code": "too_large",
    "status": 413,
    "message": "This notebook is too large for a page. It is saved, and nothing is lost.",
    "hint": "Download it, clear some outputs, and put it back.",
}
log = logging.getLogger("lookin.broker")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RoomParts:
    """What a room is made of, besides its document."""

    id: str
    title: str
    file: NotebookFile
    eventlog: EventLog
    driver: Driver
    spec: KernelSpec


class Room:
    """Made by `opening.open_room`. Methods return at once unless they are async."""

    def __init__(self, parts: RoomParts, session: Session, numbering: Numbering) -> None:
        self.id = parts.id
        self.title = parts.title
        self.session = session
        self.visitors: set[Visitor] = set()
        self.taps: dict[str, Callable[[inputs.Happening], None]] = {}
        self.active_at = monotonic()
        self.seat = Seat(parts.driver, parts.spec, self)
        self.journal = Journal(parts.eventlog, numbering, self._tell, self._trouble)
        self.keeper = Keeper(self, parts.file, parts.eventlog)

    # ---- people

    def hear(self, visitor: Visitor, frame: object) -> None:
        """One frame of a browser. Whatever is wrong with it becomes a refusal."""
        self.active_at = monotonic()
        if isinstance(frame, dict) and frame.get("op") == "hello":
            self._greet(visitor, frame)
            return
        try:
            operation = read_operation(frame)
            if not visitor.writable:
                raise LookinError(
                    "You may look at this notebook but not change it.",
                    "Copy it to your own files to work on it.",
                    code="read_only",
                )
        except LookinError as error:
            refusal = {"t": "refused", "ref": read_ref(frame), "code": error.code}
            visitor.send_json({**refusal, "message": error.message, "hint": error.hint})
            return
        self.take(operation, visitor)

    def leave(self, visitor: Visitor) -> None:
        """The visitor has gone."""
        self.visitors.discard(visitor)
        self.active_at = monotonic()

    def _greet(self, visitor: Visitor, hello: Json) -> None:
        self.visitors.add(visitor)
        visitor.joined = False
        self.keeper.look()

        def capture() -> Answer:
            document, kernel = self.session.document, self.session.kernel

            def answer(seq: int) -> None:
                missed = self.journal.numbering.since(hello.get("epoch"), hello.get("seq"))
                if missed is None:
                    self._show_all(visitor, self.snapshot(document, kernel, seq, visitor))
                else:
                    for frame in frames_of(missed) or [NO_EVENTS]:
                        visitor.send(frame)
                visitor.joined = True

            return answer

        self.journal.capture(capture)

    def snapshot(self, document: Document, kernel: Json, seq: int, visitor: Visitor) -> Json:
        """The frame that holds the whole notebook as of event `seq`."""
        return {
            "t": "snapshot",
            "epoch": self.journal.numbering.epoch,
            "seq": seq,
            "title": self.title,
            "document": document.to_json(),
            "kernel": kernel,
            "writable": visitor.writable,
        }

    def _show_all(self, visitor: Visitor, snapshot: Json) -> None:
        frame = json.dumps(snapshot, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        if len(frame.encode()) > MOST_SHOWN_BYTES:
            frame = json.dumps({"t": "failed", "values": {}, **_TOO_LARGE})
        visitor.send(frame)

    def broadcast(self, frame: Json) -> None:
        """To everybody who has had a snapshot."""
        for visitor in self.visitors:
            if visitor.joined:
                visitor.send_json(frame)

    def _tell(self, lines: list[str]) -> None:
        frames = frames_of(lines)
        for visitor in list(self.visitors):
            if visitor.joined:
                for frame in frames:
                    visitor.send(frame)

    def _trouble(self, frame: Json | None) -> None:
        if frame is not None:
            self.broadcast(frame)

    # ---- the session

    def take(self, input_: inputs.Input, visitor: Visitor | None = None) -> None:
        """One input: step, then the effects in their order."""
        if not isinstance(input_, Operation):
            self.active_at = monotonic()
            tap = self.taps.get(getattr(input_, "cell", ""))
            if tap is not None:
                tap(input_)
        result = step(self.session, input_, now_ms())
        self.session = result.session
        for effect in result.effects:
            self._do(effect, visitor)
        if isinstance(input_, inputs.KernelLost):
            for tap in list(self.taps.values()):
                tap(input_)

    async def breathe(self) -> None:
        """Wait while more has been heard than could be told on."""
        await self.journal.breathe()

    def _do(self, effect: inputs.Effect, visitor: Visitor | None) -> None:
        match effect:
            case inputs.Record():
                self.journal.add(effect.event)
                self.keeper.note(effect.event)
            case inputs.Accepted():
                self._accept(effect.ref, visitor)
            case inputs.Refused():
                if visitor is not None:
                    refusal = {"code": effect.code, "message": effect.message, "hint": effect.hint}
                    self._answer(visitor, {"t": "refused", "ref": effect.ref, **refusal})
            case inputs.StartKernel() | inputs.RestartKernel():
                self.seat.start()
            case inputs.Interrupt():
                self.seat.interrupt()
            case inputs.Execute():
                self.seat.execute(effect.cell, effect.code)

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

    def replace_document(self, document: Document) -> None:
        """Another program wrote the file: begin a new epoch and show everybody its version.

        Whoever runs goes on; what waited and is still there goes on waiting.
        """
        queue = tuple(cell for cell in self.session.queue if cell in document)
        self.session = replace(self.session, document=document, queue=queue, tallies={})
        self.journal.numbering = Numbering(new_uuid())
        for visitor in self.visitors:
            if visitor.joined:
                self._show_all(visitor, self.snapshot(document, self.session.kernel, 0, visitor))

    # ---- the end

    @property
    def busy(self) -> bool:
        """Whether a cell runs or waits."""
        return self.session.running is not None or bool(self.session.queue)

    @property
    def watched(self) -> bool:
        """Whether anybody looks."""
        return bool(self.visitors)

    async def close(self, *, abandon: bool = False) -> None:
        """End the kernel, save (unless abandoned), let everybody go.

        The log stays only when the file could not be written.
        """
        await self.seat.empty()
        if self.busy or self.session.kernel["state"] in {"starting", "idle", "busy"}:
            self.take(inputs.KernelLost("stopped", _STOPPED))
        await self.journal.settle()
        await (self.keeper.abandon() if abandon else self.keeper.close())
        await self.journal.close()
        await asyncio.gather(*(visitor.finish() for visitor in list(self.visitors)))
