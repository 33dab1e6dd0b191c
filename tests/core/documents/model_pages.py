"""A broker and its pages in memory, with lines that can be cut at any point. For state machines.

The broker is the real `read_operation`, `checked` and `step` with a log that is read again; a page
follows @codemirror/collab and the page's own rules for resending (notebook/live/session.ts).
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

from lookin.core.documents import inputs as i
from lookin.core.documents.document import Document, Event, apply, document_from_json
from lookin.core.documents.operations import read_operation
from lookin.core.documents.pieces import json_pieces
from lookin.core.documents.resuming import line_after, line_of, notes_since, session_again
from lookin.core.documents.roles import checked
from lookin.core.documents.session import Session, step
from lookin.core.documents.text import apply_changes, utf16_length
from lookin.core.lib.errors import LookinError
from tests.core.documents.rebasing import Sections, rebase

Frame = dict[str, Any]


@dataclass
class Line:
    """What is on its way, in both directions. A cut line has lost all of it."""

    up: deque[Frame] = field(default_factory=deque)
    down: deque[Frame] = field(default_factory=deque)
    joined: bool = False  # gets events


class Broker:
    """Owns the document. `log` is all that survives `die_and_return`."""

    def __init__(self, document: Document) -> None:
        self.session = Session(document)
        self.events: list[Event] = []  # all that ever were, from number 1 on
        self.forgotten = 0  # up to this number only a snapshot helps
        self.lines: dict[str, tuple[Line, str, str]] = {}  # by page: line, person, role
        self.now = 1_000
        self._compact()

    def _compact(self) -> None:
        """Begin the log anew."""
        self.snapshot = "".join(json_pieces(self.session.document))
        self.line = line_of(self.session)
        self.since = len(self.events)

    def hear(self, page: str) -> None:
        """Take the first frame that waits on this page's line."""
        line, person, role = self.lines[page]
        frame = json.loads(json.dumps(line.up.popleft()))
        try:
            frame = checked(role, frame)
            if frame["op"] == "hello":
                self._greet(line, frame)
            else:
                self.take(read_operation(frame), page, person)
        except LookinError as error:
            line.down.append({"t": "refused", "ref": frame.get("ref"), "code": error.code})

    def _greet(self, line: Line, frame: Frame) -> None:
        line.joined = True
        if frame["seq"] is None or frame["seq"] < self.forgotten:
            document = json.loads("".join(json_pieces(self.session.document, for_pages=True)))
            line.down.append({"t": "snapshot", "seq": len(self.events), "document": document})
        else:
            line.down.append({"t": "events", "events": self.events[frame["seq"] :]})

    def take(self, input_: i.Input, page: str = "", person: str = "") -> None:
        """One step and its effects."""
        self.now += 1
        result = step(self.session, input_, self.now, person)
        self.session = result.session
        for effect in result.effects:
            match effect:
                case i.Record():
                    self._record(effect.event)
                case i.Accepted():
                    seq = len(self.events)
                    self.lines[page][0].down.append(
                        {"t": "accepted", "ref": effect.ref, "seq": seq}
                    )
                case i.Refused():
                    answer = {"t": "refused", "ref": effect.ref, "code": effect.code}
                    self.lines[page][0].down.append(answer)

    def _record(self, event: Event) -> None:
        event = json.loads(json.dumps({"seq": len(self.events) + 1, **event}))
        self.events.append(event)
        for line, _, _ in self.lines.values():
            if line.joined:
                line.down.append({"t": "events", "events": [event]})

    def die_and_return(self, *, compacts: bool) -> None:
        """kill -9, and a new broker from the log. All lines are cut; a kernel is gone."""
        before = self.session
        self.lines.clear()
        document, line = document_from_json(json.loads(self.snapshot)), self.line
        for event in self.events[self.since :]:
            document, line = apply(document, event), line_after(line, event)
        assert document == before.document, "the log holds another document"
        notes = json.loads(json.dumps(notes_since(None, before)))
        self.session = session_again(document, line, notes)
        self.take(i.KernelLost("broker_restarted", "It began anew."))
        if compacts:
            self._compact()


@dataclass
class Typing:
    """One cell's editor: what both sides have, and what only this one has."""

    version: int
    base: str
    unsent: list[Sections] = field(default_factory=list)
    ref: int | None = None  # of the push that is out

    @property
    def text(self) -> str:
        text = self.base
        for changes in self.unsent:
            text = apply_changes(text, changes)
        return text

    def type(self, at: int, removed: int, inserted: str) -> None:
        text = self.text
        at %= len(text) + 1
        end = min(len(text), at + removed)
        sizes = [utf16_length(part) for part in (text[:at], text[at:end], text[end:])]
        lines = inserted.split("\n") if inserted else []
        self.unsent.append([sizes[0], [sizes[1], *lines], sizes[2]])

    def receive(self, client: str, update: Frame) -> None:
        """`receiveUpdates` of @codemirror/collab, for one update."""
        self.version += 1
        incoming = update["changes"]
        self.base = apply_changes(self.base, incoming)
        if update["client"] == client:
            assert self.unsent.pop(0) == incoming, "confirmed something else than was sent"
            return
        mine = []
        for own in self.unsent:
            mine.append(rebase(own, incoming, before=False))
            incoming = rebase(incoming, own, before=True)
        self.unsent = mine


class Page:
    """One tab. `client` marks its updates; `accepted` are refs that the broker said yes to."""

    def __init__(self, client: str, person: str, role: str = "editor") -> None:
        self.client, self.person, self.role = client, person, role
        self.line: Line | None = None
        self.document: Document | None = None
        self.seq: int | None = None
        self.typing: dict[str, Typing] = {}
        self.pending: dict[int, Frame] = {}  # operations without an answer
        self.answers: dict[int, str] = {}  # ref: "accepted" or the refusal's code
        self.orphans: list[str] = []  # texts that are offered to the person
        self.handed_back: list[Sections] = []  # the changes that made them
        self._refs = 0

    # ---- the line

    def connect(self, broker: Broker) -> None:
        self.line = Line()
        broker.lines[self.client] = (self.line, self.person, self.role)
        self.line.up.append({"op": "hello", "seq": self.seq})
        self.greeted = False

    def cut(self, broker: Broker) -> None:
        broker.lines.pop(self.client, None)
        self.line = None
        for typing in self.typing.values():
            typing.ref = None

    # ---- what the person does

    def editor(self, cell: str) -> Typing:
        assert self.document is not None
        found = self.document.cells[cell]
        return self.typing.setdefault(cell, Typing(found.version, found.source))

    def ask(self, **frame: Any) -> int:
        self._refs += 1
        frame["ref"] = self._refs
        self.pending[self._refs] = frame
        if self.line is not None and self.greeted:
            self.line.up.append(frame)
        return self._refs

    def push(self, cell: str) -> None:
        """One push at a time for each cell, as texts.ts."""
        typing = self.typing.get(cell)
        ready = self.line is not None and self.greeted
        if not ready or typing is None or typing.ref is not None or not typing.unsent:
            return
        updates = [{"client": self.client, "changes": own} for own in typing.unsent]
        self._refs += 1
        typing.ref = self._refs
        frame = {"op": "edit", "cell": cell, "version": typing.version, "updates": updates}
        assert self.line is not None
        self.line.up.append({**frame, "ref": self._refs})

    # ---- what comes

    def listen(self) -> None:
        """Take the first frame that waits."""
        assert self.line is not None
        frame = json.loads(json.dumps(self.line.down.popleft()))
        match frame["t"]:
            case "snapshot":
                self._begin(document_from_json(frame["document"]), frame["seq"])
            case "events":
                for event in frame["events"]:
                    self._follow(event)
            case "accepted":
                self._answered(frame["ref"], "accepted")
            case "refused":
                self._answered(frame["ref"], frame["code"])
        if not self.greeted and frame["t"] in {"snapshot", "events"}:
            self.greeted = True
            self.line.up.extend(self.pending.values())  # what had no answer, once more
        for cell in list(self.typing):
            self.push(cell)

    def _begin(self, document: Document, seq: int) -> None:
        self.document, self.seq = document, seq
        for cell, typing in list(self.typing.items()):
            found = document.cells.get(cell)
            clashes = found and typing.unsent and found.source not in (typing.base, typing.text)
            if found is None or clashes:
                self._drop(cell)
            else:
                kept = typing.unsent if found.source == typing.base else []
                self.typing[cell] = Typing(found.version, found.source, kept)

    def _follow(self, event: Event) -> None:
        assert self.document is not None
        assert self.seq is not None
        if event["seq"] <= self.seq:
            return
        assert event["seq"] == self.seq + 1, "a gap"
        self.seq, self.document = event["seq"], apply(self.document, event)
        cell = str(event.get("cell"))
        if event["type"] == "cell_deleted":
            self._drop(cell)
        elif event["type"] == "cell_edited" and cell in self.typing:
            for update in event["updates"]:
                self.typing[cell].receive(self.client, update)
            assert self.typing[cell].version == event["version"]

    def _drop(self, cell: str) -> None:
        typing = self.typing.pop(cell, None)
        if typing is not None and typing.unsent:
            self.orphans.append(typing.text)
            self.handed_back += typing.unsent

    def _answered(self, ref: int, answer: str) -> None:
        self.answers[ref] = answer
        self.pending.pop(ref, None)
        for typing in self.typing.values():
            if typing.ref == ref:
                typing.ref = None


def settled(document: Document) -> Document:
    """As pages can know it: without the trash."""
    return replace(document, trash=())
