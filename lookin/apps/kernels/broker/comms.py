"""ipywidgets of a room: the kernel's models live here, pages see them and speak to them.

They live as long as the kernel and are in no log. A kernel that outlived its broker is asked for
them. Not for what `Output` captures: `outputwidgets.py`.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from lookin.apps.kernels.broker.commline import CommLine
from lookin.apps.kernels.broker.outputwidgets import OutputWidgets
from lookin.apps.kernels.broker.visitors import Visitor
from lookin.core.documents.document import Document, Event
from lookin.core.documents.session import Session
from lookin.core.kernels.driver import CommMessage, Heard, Kernel, Question
from lookin.core.kernels.messages import ID_CHARS, Comm, Idle, Replied, clean
from lookin.core.kernels.widgets import TARGET, Model, Models, joined
from lookin.core.lib.errors import LookinError
from lookin.core.lib.ids import is_cell_id

Json = dict[str, Any]
TELL_SECONDS = 0.05
FRAME_CHARS = 4_000_000  # of the first frame with models; the rest come one by one
MOST_PENDING = 5_000  # frames that wait to be told
RECOVER_SECONDS = 10.0
MOST_BUFFERS = 100
_SYNC = "lookin-sync-"  # how requests begin that belong to no cell
_VIEW = "application/vnd.jupyter.widget-view+json"
_FULL = {
    "type": "noticed",
    "code": "too_many_widgets",
    "message": "This notebook has more widgets than Lookin can hold. The newest are not shown.",
    "hint": "Restart the kernel, and make fewer of them.",
    "values": {},
}


_NOTHING = {"n": 0, "whole": {}, "hooks": []}


class Seated(Protocol):
    """The seat of the room."""

    kernel: Kernel | None

    def send_comm(self, message: CommMessage) -> None:
        """Tell a widget something."""


class Shown(Protocol):
    """The room, as far as widgets need it."""

    session: Session
    seat: Any

    def broadcast(self, frame: Json) -> None:
        """To everybody who has the notebook before them."""

    def record(self, event: Event) -> None:
        """Record an event."""


class Comms:
    """Of one room."""

    def __init__(self, room: Shown) -> None:
        self._room = room
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._begin()

    def _begin(self) -> None:
        self._models, self._outputs = Models(), OutputWidgets()
        self._line = CommLine(self._room.seat.send_comm)
        self._unsynced: set[str] = set()  # Output widgets whose kernel knows not what they show
        self._pending: list[Json] = []
        self._last: dict[str, int] = {}  # where the last update of a comm stands in `_pending`
        self._full = False

    def forget(self) -> None:
        """The kernel is gone, and its widgets with it."""
        noted = bool(self._outputs.whole())
        if len(self._models):
            self._room.broadcast({"t": "widgets", "models": {}})
        self._begin()
        if noted:
            self._outputs.news.append(dict(_NOTHING))

    def notes(self) -> Json:
        """What the log should know and does not know yet."""
        news, self._outputs.news = self._outputs.news, []
        return {"captured": news} if news else {}

    def all_notes(self) -> Json:
        """What a new log should know."""
        whole = self._outputs.whole()
        return {"captured": whole} if whole else {}

    def close(self) -> None:
        """Tell nothing more."""
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()

    # ---- from the kernel

    def take(self, heard: Heard, cell: str | None) -> bool:
        """A report of the kernel's; whether nobody else needs it."""
        report = heard.report
        if isinstance(report, Comm):
            self._take(heard.number, report, cell)
            return True
        if isinstance(report, Idle):
            self._line.idle(report.parent)
        if isinstance(report, Replied) or (
            isinstance(report, Idle) and self._room.session.running is None
        ):
            self._tell_kernel()
        elif self._outputs.capture(heard.number, report):
            self._soon()
            return True
        return False

    def _take(self, number: int, comm: Comm, cell: str | None) -> None:
        known = self._models.get(comm.comm)
        if known is not None and known.is_output and comm.data.get("method") == "echo_update":
            return  # what it shows is known better here, and nothing else of it comes from pages
        if not self._models.take(comm, cell):
            if known is None and comm.kind == "open":
                self._tell_full()
            return
        if comm.kind == "close":
            self._outputs.forget(number, comm.comm)
        elif (model := self._models.get(comm.comm)) is not None and model.is_output:
            state = comm.data.get("state")
            self._outputs.follow(number, comm.comm, state if isinstance(state, dict) else {})
        self._queue(_frame(comm))

    def _tell_full(self) -> None:
        if not self._full:
            self._full = True
            self._room.record(dict(_FULL))

    # ---- to pages

    def arrive(self, visitor: Visitor) -> None:
        """Who has just been shown the notebook sees its widgets."""
        for frame in self._whole():
            visitor.send_json(frame)

    def _whole(self) -> Iterator[Json]:
        self._settle()
        models: dict[str, Json] = {}
        later: list[Json] = []
        chars = 0
        for id_, model in self._models:
            shown = _shown(model)
            chars += model.size * 2
            if chars < FRAME_CHARS:
                models[id_] = shown
            else:
                later.append({"t": "comm", "kind": "open", "comm": id_, **shown})
        if models:
            yield {"t": "widgets", "models": models}
        yield from later

    def _queue(self, frame: Json) -> None:
        """Tell soon; one update of a comm is joined to the one before, if nothing lies between."""
        comm, place = frame["comm"], self._last.get(frame["comm"])
        if place is not None and frame["kind"] == "msg":
            data = joined(self._pending[place]["data"], frame["data"])
            if data is not None:
                self._pending[place]["data"] = data
                return
        if frame["kind"] != "msg":
            self._last.clear()  # an update may name the model that was opened here
        self._last[comm] = len(self._pending)
        self._pending.append(frame)
        if len(self._pending) > MOST_PENDING:
            self._tell()
        self._soon()

    def _soon(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(TELL_SECONDS, self._tell)

    def _tell(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._settle()
        pending, self._pending = self._pending, []
        self._last.clear()
        for frame in pending:
            self._room.broadcast(frame)

    def _settle(self) -> None:
        """Put what Output widgets captured into their state."""
        changed, self._outputs.changed = self._outputs.changed, set()
        for id_ in changed:
            state = {"outputs": self._outputs.outputs(id_)}
            data = {"method": "update", "state": state, "buffer_paths": []}
            if self._models.take(Comm("", "msg", id_, "", data, {})):
                self._unsynced.add(id_)
                self._queue(_frame(Comm("", "msg", id_, "", data, {})))

    def _tell_kernel(self) -> None:
        """What Output widgets show, before the next cell runs: `out.outputs` holds it then."""
        self._settle()
        for id_ in self._unsynced:
            state = {"outputs": self._outputs.outputs(id_)}
            data = {"method": "update", "state": state, "buffer_paths": []}
            self._room.seat.send_comm(CommMessage(f"{_SYNC}{id_}", id_, data))
        self._unsynced.clear()

    # ---- from pages

    def hear(self, visitor: Visitor, frame: Json, accept: Callable[[int, Visitor], None]) -> None:
        """A page's word to a widget. Raises LookinError."""
        ref, comm, data = frame.get("ref"), frame.get("comm"), frame.get("data")
        if type(ref) is not int or not isinstance(data, dict) or not isinstance(comm, str):
            raise _bad()
        if self._room.seat.kernel is None:
            raise LookinError("No kernel runs here yet.", "Run a cell first.", code="no_kernel")
        model = self._models.get(comm[:ID_CHARS])
        if model is None:
            raise LookinError(
                "This widget's kernel is gone.", "Run its cell again.", code="no_such_widget"
            )
        try:
            data, buffers = clean(data), _buffers(frame.get("buffers", []))
        except (ValueError, RecursionError):
            raise _bad() from None
        self._line.send(self._cell_of(frame, comm, model), comm, data, buffers)
        accept(ref, visitor)

    def _cell_of(self, frame: Json, comm: str, model: Model) -> str | None:
        """Where the outputs of what follows go: the cell of the view, or the one that made it."""
        document: Document = self._room.session.document
        for cell in (frame.get("cell"), self._shown_in(document, comm), model.cell):
            if is_cell_id(cell) and cell in document:
                return str(cell)
        return None

    def _shown_in(self, document: Document, comm: str) -> str | None:
        """The cell that shows the widget, or a box that holds it."""
        wanted = self._models.holders(comm)
        for cell in document:
            views = (output.get("data", {}).get(_VIEW) for output in cell.outputs)
            if any(isinstance(v, dict) and v.get("model_id") in wanted for v in views):
                return cell.id
        return None

    # ---- a kernel that outlived its broker

    def recover(self, kernel: Kernel, captured: list[Json]) -> None:
        """Ask it for its widgets; `captured` is what the log has of the Output ones."""
        self._outputs.again(captured)
        task = asyncio.create_task(self._recover(kernel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _recover(self, kernel: Kernel) -> None:
        try:
            question = Question("lookin_widgets", {}, RECOVER_SECONDS, ours=True)
            models = (await kernel.ask(question)).get("models")
        except LookinError:
            return
        for id_, said in (models if isinstance(models, dict) else {}).items():
            if not isinstance(said, dict) or not isinstance(said.get("data"), dict):
                continue
            try:
                buffers = _buffers(said.get("buffers"))
            except ValueError:
                continue
            opened = Comm("", "open", id_[:ID_CHARS], TARGET, said["data"], {}, buffers)
            self._models.take(opened)
        self._outputs.changed.update(id_ for id_, _ in self._models if id_ in self._outputs)
        for frame in self._whole():
            self._room.broadcast(frame)


def _frame(comm: Comm) -> Json:
    frame: Json = {"t": "comm", "kind": comm.kind, "comm": comm.comm, "data": comm.data}
    frame["buffers"] = [b64encode(buffer).decode() for buffer in comm.buffers]
    if comm.kind == "open":
        frame |= {"target": comm.target, "metadata": comm.metadata}
    return frame


def _shown(model: Model) -> Json:
    data, buffers = model.whole()
    encoded = [b64encode(buffer).decode() for buffer in buffers]
    return {
        "target": model.target,
        "data": data,
        "buffers": encoded,
        "metadata": model.metadata,
    }


def _buffers(given: object) -> tuple[bytes, ...]:
    """Raises ValueError."""
    if not isinstance(given, list) or len(given) > MOST_BUFFERS:
        raise ValueError("buffers")
    if not all(isinstance(item, str) for item in given):
        raise ValueError("buffers")
    return tuple(b64decode(item, validate=True) for item in given)


def _bad() -> LookinError:
    return LookinError(
        "The page sent something that Lookin does not understand.",
        "Reload the page.",
        code="bad_frame",
    )
