"""A live notebook as a pure reducer: `step(session, input) -> (session, effects)`.

Knows no sockets, files, kernels or clocks; the room (apps/kernels/broker) carries out the effects.
The shape follows Livebook's `data.ex`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lookin.core.documents import inputs as i
from lookin.core.documents.document import Cell, Document, Event, Json, apply
from lookin.core.documents.outputs import (
    Limits,
    Tally,
    added_chars,
    output_chars,
    show,
    update_display,
    within_notebook,
)
from lookin.core.documents.text import (
    SOURCE_UNITS,
    BadChangesError,
    apply_changes,
    normal_lines,
    utf16_length,
)

NO_KERNEL: Json = {"state": "none", "reason": None, "message": None}
MOST_CELLS = 5_000
SOURCES_CHARS = 5_000_000  # all cells together


@dataclass(frozen=True, slots=True)
class Session:
    """The document, the kernel as people see it, and who runs.

    `running` is the cell whose code the kernel has; `queue` the cells that wait, in order.
    """

    document: Document
    kernel: Json = field(default_factory=lambda: dict(NO_KERNEL))
    running: str | None = None
    queue: tuple[str, ...] = ()
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    clearing: frozenset[str] = frozenset()  # clear_output(wait=True) that waits for an output
    filled: int | None = None  # characters of all outputs, or more; None before they are counted
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Step:
    """The session afterwards, and what to do, in order."""

    session: Session
    effects: tuple[i.Effect, ...]


class _Turn:
    """One step in the making: events are applied as they are recorded."""

    def __init__(self, session: Session, now: int) -> None:
        self.session = session
        self.now = now
        self.effects: list[i.Effect] = []

    def cell(self, id_: str) -> Cell | None:
        return self.session.document.cells.get(id_)

    def record(self, type_: str, **fields: Any) -> None:
        self.take({"type": type_, **fields})

    def take(self, event: Event) -> None:
        self.change(document=apply(self.session.document, event))
        self.effects.append(i.Record(event))

    def change(self, **fields: Any) -> None:
        self.session = replace(self.session, **fields)

    def kernel(self, state: str, reason: str | None = None, message: str | None = None) -> None:
        kernel = {"state": state, "reason": reason, "message": message}
        if kernel != self.session.kernel:
            self.change(kernel=kernel)
            self.record("kernel_changed", kernel=kernel)

    def refuse(self, ref: int, code: str, message: str, hint: str = "") -> None:
        self.effects.append(i.Refused(ref, code, message, hint))


def step(session: Session, input_: i.Input, now: int) -> Step:
    """What `input_` does to the session. `now` in milliseconds since 1970. Total: never raises."""
    turn = _Turn(session, now)
    _TAKE[type(input_)](turn, input_)
    _run_next(turn)
    return Step(turn.session, tuple(turn.effects))


# ---- operations


def _known(turn: _Turn, operation: Any) -> Cell | None:
    cell = turn.cell(operation.cell)
    if cell is None:
        turn.refuse(operation.ref, "no_such_cell", "That cell has been deleted.")
    return cell


def _edit(turn: _Turn, op: i.Edit) -> None:
    cell = _known(turn, op)
    if cell is None:
        return
    if op.version != cell.version:
        turn.refuse(op.ref, "behind", "Somebody else typed here at the same moment.")
        return
    version = cell.version + len(op.updates)
    try:
        source = cell.source
        for update in op.updates:
            source = apply_changes(source, update["changes"])
        if _too_long(turn, len(source) - len(cell.source), op.ref):
            return
    except BadChangesError as error:
        turn.refuse(op.ref, error.code, error.message, error.hint)
        return
    turn.record("cell_edited", cell=cell.id, version=version, updates=list(op.updates))
    turn.effects.append(i.Accepted(op.ref))


def _too_long(turn: _Turn, more: int, ref: int) -> bool:
    whole = sum(len(cell.source) for cell in turn.session.document) if more > 0 else 0
    if whole + more <= SOURCES_CHARS:
        return False
    turn.refuse(ref, "too_large", "This notebook is full.", "Go on in a new notebook.")
    return True


def _insert(turn: _Turn, op: i.Insert) -> None:
    document = turn.session.document
    if op.cell in document:
        turn.refuse(op.ref, "cell_exists", "That cell is there already.")
    elif op.after is not None and op.after not in document:
        turn.refuse(op.ref, "no_such_cell", "The cell before it has been deleted.")
    elif len(document.order) >= MOST_CELLS:
        turn.refuse(op.ref, "too_large", "This notebook is full.", "Go on in a new notebook.")
    elif not _too_long(turn, len(op.source), op.ref):
        cell = Cell(op.cell, op.type, op.source).to_json()
        turn.record("cell_inserted", cell=cell, after=op.after)
        turn.effects.append(i.Accepted(op.ref))


def _delete(turn: _Turn, op: i.Delete) -> None:
    if _known(turn, op):
        turn.change(queue=tuple(c for c in turn.session.queue if c != op.cell))
        turn.record("cell_deleted", cell=op.cell)
        turn.effects.append(i.Accepted(op.ref))


def _move(turn: _Turn, op: i.Move) -> None:
    if _known(turn, op) is None:
        return
    if op.after is not None and (op.after not in turn.session.document or op.after == op.cell):
        turn.refuse(op.ref, "no_such_cell", "The cell before it has been deleted.")
        return
    turn.record("cell_moved", cell=op.cell, after=op.after)
    turn.effects.append(i.Accepted(op.ref))


def _retype(turn: _Turn, op: i.Retype) -> None:
    cell = _known(turn, op)
    if cell is None:
        return
    if _is_busy(turn, op.cell):
        turn.refuse(op.ref, "already_running", "This cell is running.", "Wait or interrupt it.")
        return
    if cell.type != op.type:
        turn.record("cell_retyped", cell=op.cell, cell_type=op.type)
    turn.effects.append(i.Accepted(op.ref))


def _run(turn: _Turn, op: i.Run) -> None:
    cell = _known(turn, op)
    if cell is None:
        return
    if cell.type != "code":
        turn.refuse(op.ref, "not_code", "Only a code cell can run.")
        return
    if _is_busy(turn, op.cell):
        turn.refuse(op.ref, "already_running", "This cell is running or waits for its turn.")
        return
    turn.change(queue=(*turn.session.queue, op.cell))
    turn.record("run_queued", cell=op.cell, at=turn.now)
    turn.effects.append(i.Accepted(op.ref))


def _clear(turn: _Turn, op: i.Clear) -> None:
    cell = _known(turn, op)
    if cell is None:
        return
    if cell.outputs:
        _empty(turn, op.cell)
    turn.effects.append(i.Accepted(op.ref))


def _interrupt(turn: _Turn, op: i.InterruptAsked) -> None:
    _stop_waiting(turn)
    if turn.session.running is not None:
        turn.effects.append(i.Interrupt())
    turn.effects.append(i.Accepted(op.ref))


def _restart(turn: _Turn, op: i.RestartAsked) -> None:
    _finish(turn, "interrupted")
    _stop_waiting(turn)
    turn.kernel("starting", "restarted", "A new kernel is starting. Variables start anew.")
    turn.effects += [i.RestartKernel(), i.Accepted(op.ref)]


def _is_busy(turn: _Turn, cell: str) -> bool:
    return cell == turn.session.running or cell in turn.session.queue


# ---- happenings


def _ready(turn: _Turn, _: i.KernelReady) -> None:
    turn.kernel("idle")


def _lost(turn: _Turn, happening: i.KernelLost) -> None:
    _finish(turn, "lost")
    _stop_waiting(turn)
    turn.kernel("dead", happening.reason, happening.message)


def _started(turn: _Turn, happening: i.Started) -> None:
    cell = turn.cell(happening.cell)
    if cell is None or happening.cell != turn.session.running:
        return
    if cell.outputs:
        turn.record("outputs_cleared", cell=cell.id)
    _tally(turn, cell.id, Tally())
    turn.change(clearing=turn.session.clearing - {cell.id})
    count = happening.execution_count
    turn.record("run_started", cell=cell.id, at=turn.now, execution_count=count)


def _shown(turn: _Turn, happening: i.Shown) -> None:
    if turn.cell(happening.cell) is None:
        return
    if happening.cell in turn.session.clearing:
        _empty(turn, happening.cell)
    cell = turn.session.document.cells[happening.cell]
    tally = turn.session.tallies.get(cell.id, Tally())
    limits = _limits_now(turn, tally)
    events, tally = show(cell, happening.output, tally, limits)
    for event in events:
        turn.take(event)
    if turn.session.filled is not None:
        turn.change(filled=turn.session.filled + sum(map(added_chars, events)))
    _tally(turn, cell.id, tally)


def _limits_now(turn: _Turn, tally: Tally) -> Limits:
    """The limits, narrower in a notebook that is nearly full. Counts it only when it may be."""
    session = turn.session
    one = session.limits.stream_chars + session.limits.rich_bytes
    if session.filled is not None and session.filled + one <= session.limits.notebook_chars:
        return session.limits
    filled = output_chars(session.document)
    turn.change(filled=filled)
    return within_notebook(session.limits, filled, tally)


def _display_updated(turn: _Turn, happening: i.DisplayUpdated) -> None:
    session = turn.session
    for event in update_display(
        session.document, happening.display, happening.news, session.limits
    ):
        turn.take(event)


def _cleared(turn: _Turn, happening: i.Cleared) -> None:
    cell = turn.cell(happening.cell)
    if cell is None:
        return
    if happening.wait:
        turn.change(clearing=turn.session.clearing | {happening.cell})
    elif cell.outputs:
        _empty(turn, happening.cell)


def _finished(turn: _Turn, happening: i.Finished) -> None:
    if happening.cell != turn.session.running:
        return
    _finish(turn, happening.state)
    if happening.state != "done":
        _stop_waiting(turn)
    if not turn.session.queue:
        turn.kernel("idle")


def _next_input(turn: _Turn, happening: i.NextInput) -> None:
    cell = turn.cell(happening.cell)
    source = normal_lines(happening.text)
    if cell is None or utf16_length(source) > SOURCE_UNITS:
        return
    if not happening.replaces:
        if happening.new_id not in turn.session.document:
            fresh = Cell(happening.new_id, "code", source)
            turn.record("cell_inserted", cell=fresh.to_json(), after=cell.id)
        return
    changes = [[utf16_length(cell.source), *source.split("\n")]]
    updates = [{"client": "kernel", "changes": changes}]
    turn.record("cell_edited", cell=cell.id, version=cell.version + 1, updates=updates)


# ---- parts


def _tally(turn: _Turn, cell: str, tally: Tally) -> None:
    turn.change(tallies={**turn.session.tallies, cell: tally})


def _empty(turn: _Turn, cell: str) -> None:
    turn.change(clearing=turn.session.clearing - {cell})
    turn.record("outputs_cleared", cell=cell)
    _tally(turn, cell, Tally())


def _finish(turn: _Turn, state: str) -> None:
    id_ = turn.session.running
    if id_ is None:
        return
    turn.change(running=None, clearing=turn.session.clearing - {id_})
    cell = turn.cell(id_)
    if cell is not None:
        count = cell.execution_count if cell.run and cell.run["started_at"] else None
        turn.record("run_finished", cell=id_, at=turn.now, state=state, execution_count=count)


def _stop_waiting(turn: _Turn) -> None:
    queue = turn.session.queue
    turn.change(queue=())
    for id_ in queue:
        cell = turn.session.document.cells[id_]
        turn.record(
            "run_finished",
            cell=id_,
            at=turn.now,
            state="interrupted",
            execution_count=cell.execution_count,
        )


def _run_next(turn: _Turn) -> None:
    """Give the kernel the first waiting cell when it can take one; start a kernel when none is."""
    session = turn.session
    if session.running is not None or not session.queue:
        return
    if session.kernel["state"] in {"none", "dead"}:
        turn.kernel("starting")
        turn.effects.append(i.StartKernel())
    elif session.kernel["state"] in {"idle", "busy"}:
        first, *rest = session.queue
        turn.change(running=first, queue=tuple(rest))
        turn.kernel("busy")
        turn.effects.append(i.Execute(first, session.document.cells[first].source))


_TAKE: dict[type, Callable[[_Turn, Any], None]] = {
    i.Edit: _edit,
    i.Insert: _insert,
    i.Delete: _delete,
    i.Move: _move,
    i.Retype: _retype,
    i.Run: _run,
    i.Clear: _clear,
    i.InterruptAsked: _interrupt,
    i.RestartAsked: _restart,
    i.KernelReady: _ready,
    i.KernelLost: _lost,
    i.Started: _started,
    i.Shown: _shown,
    i.DisplayUpdated: _display_updated,
    i.Cleared: _cleared,
    i.Finished: _finished,
    i.NextInput: _next_input,
}
