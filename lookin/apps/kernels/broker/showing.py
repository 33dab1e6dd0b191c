"""What the visitors of a room see: a snapshot or what they missed, then every event.

Not for what the events are (room), nor for sending (visitors).
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Protocol

from lookin.apps.kernels.broker.journal import Answer, Journal
from lookin.apps.kernels.broker.numbering import NO_EVENTS, frames_of
from lookin.apps.kernels.broker.visitors import Visitor
from lookin.apps.notebooks.framing import FROM_BROKER_BYTES
from lookin.core.documents.document import Document
from lookin.core.documents.outputs import output_chars
from lookin.core.documents.pieces import json_pieces
from lookin.core.documents.session import Session
from lookin.core.lib.clock import monotonic

MOST_SHOWN_BYTES = FROM_BROKER_BYTES - 1024
AT_ONCE_CHARS = 300_000  # a snapshot of less is written at once, of more in a thread
HELLOS = (
    20.0  # of one visitor at once, then HELLO_RATE a second: a page says two, one when it is lost
)
HELLO_RATE = 0.5
_TOO_LARGE = {
    "code": "too_large",
    "status": 413,
    "message": "This notebook is too large for a page. It is saved, and nothing is lost.",
    "hint": "Download it, clear some outputs, and put it back.",
}
Json = dict[str, Any]


class Shown(Protocol):
    """The room, as far as it is shown."""

    session: Session
    journal: Journal

    @property
    def address(self) -> Any:
        """Has the title."""

    def arrived(self, visitor: Visitor) -> None:
        """The visitor has everything before it, and gets all events from here on."""


class Showing:
    """Of one room."""

    def __init__(self, room: Shown) -> None:
        self.visitors: set[Visitor] = set()
        self._room = room
        self._writing: set[asyncio.Task[None]] = set()
        self._awaiting: set[Visitor] = set()  # for whom everything is being written
        self._said: dict[Visitor, tuple[float, float]] = {}  # hellos left, and when counted

    def greet(self, visitor: Visitor, hello: Json) -> None:
        """Answer a visitor's hello: with what it missed, or with everything.

        A few bytes ask for millions, so who says it all the time is let go.
        """
        left, since = self._said.get(visitor, (HELLOS, monotonic()))
        left = min(HELLOS, left + (monotonic() - since) * HELLO_RATE) - 1
        self._said[visitor] = (left, monotonic())
        if left < 0:
            visitor.drop()
        else:
            self._greet(visitor, hello)

    def _greet(self, visitor: Visitor, hello: Json) -> None:
        self.visitors.add(visitor)
        visitor.joined = False

        def capture() -> Answer:
            document, kernel = self._room.session.document, self._room.session.kernel

            def answer(seq: int) -> None:
                if not self._catch_up(visitor, hello.get("epoch"), hello.get("seq")):
                    self._show(visitor, document, kernel, seq)

            return answer

        self._room.journal.capture(capture)

    def forget(self, visitor: Visitor) -> None:
        """The visitor has gone."""
        self.visitors.discard(visitor)
        self._said.pop(visitor, None)
        self._awaiting.discard(visitor)

    def broadcast(self, frame: Json) -> None:
        """To everybody who has had a snapshot."""
        for visitor in self.visitors:
            if visitor.joined:
                visitor.send_json(frame)

    def tell(self, lines: list[str]) -> None:
        """Events to everybody who has had what came before them."""
        joined = [visitor for visitor in self.visitors if visitor.joined]
        if joined:
            frames = frames_of(lines)
            for visitor in joined:
                for frame in frames:
                    visitor.send(frame)

    def _catch_up(self, visitor: Visitor, epoch: object, seq: object) -> bool:
        """Send what came after `seq`; False when only a snapshot can help."""
        missed = self._room.journal.numbering.since(epoch, seq)
        if missed is None:
            return False
        for frame in frames_of(missed) or [NO_EVENTS]:  # an answer, also when nothing was missed
            visitor.send(frame)
        visitor.joined = True
        self._room.arrived(visitor)
        return True

    def _show(self, visitor: Visitor, document: Document, kernel: Json, seq: int) -> None:
        head = {
            "t": "snapshot",
            "epoch": self._room.journal.numbering.epoch,
            "seq": seq,
            "title": self._room.address.title,
            "kernel": kernel,
            "writable": visitor.writable,
            "role": visitor.who.role,
            "me": {"visit": visitor.who.visit, "person": visitor.who.person},
        }
        sources = sum(len(cell.source) for cell in document)
        if sources + output_chars(document) < AT_ONCE_CHARS:
            visitor.send(_frame(head, document))
            visitor.joined = True
            self._room.arrived(visitor)
            return
        visitor.joined = False
        if visitor in self._awaiting:
            return  # what is being written, and what comes behind it, is an answer to this too
        self._awaiting.add(visitor)
        task = asyncio.create_task(self._show_later(visitor, document, head))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _show_later(self, visitor: Visitor, document: Document, head: Json) -> None:
        """Everything as of `head`, then what happened while it was written."""
        try:
            frame = await asyncio.to_thread(_frame, head, document)
        finally:
            self._awaiting.discard(visitor)
        if visitor not in self.visitors or visitor.joined:
            return
        visitor.send(frame)
        if not self._catch_up(visitor, head["epoch"], head["seq"]):
            self._greet(visitor, {})  # more than is remembered: everything once more


def _frame(head: Json, document: Document) -> str:
    pieces = "".join(json_pieces(document, for_pages=True))
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    frame = f'{opening[:-1]},"document":{pieces}}}'
    if len(frame.encode()) > MOST_SHOWN_BYTES:
        return json.dumps({"t": "failed", "values": {}, **_TOO_LARGE})
    return frame
