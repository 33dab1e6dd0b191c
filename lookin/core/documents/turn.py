"""A live notebook's state, and one step of it in the making: what every operation needs.

Pure. Which step follows on which input is `session.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lookin.core.documents import inputs as i
from lookin.core.documents.document import Cell, Document, Event, Json, apply
from lookin.core.documents.outputs import Limits, Tally

NO_KERNEL: Json = {"state": "none", "reason": None, "message": None, "values": {}}


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


class Turn:
    """One step in the making: events are applied as they are recorded."""

    def __init__(self, session: Session, now: int, by: str = "") -> None:
        self.session = session
        self.now = now
        self.by = by  # the person whose operation this is; empty for what the kernel did
        self.effects: list[i.Effect] = []

    def cell(self, id_: str) -> Cell | None:
        """The cell, or None."""
        return self.session.document.cells.get(id_)

    def record(self, type_: str, **fields: Any) -> None:
        """Record an event of this type."""
        self.take({"type": type_, **fields, **({"by": self.by} if self.by else {})})

    def take(self, event: Event) -> None:
        """Record an event and apply it."""
        self.change(document=apply(self.session.document, event))
        self.effects.append(i.Record(event))

    def change(self, **fields: Any) -> None:
        """Change fields of the session."""
        self.session = replace(self.session, **fields)

    def kernel(
        self,
        state: str,
        reason: str | None = None,
        message: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """Change the kernel as people see it."""
        why = {"reason": reason, "message": message, "values": dict(values or {})}
        kernel = {"state": state, **why}
        if kernel != self.session.kernel:
            self.change(kernel=kernel)
            self.record("kernel_changed", kernel=kernel)

    def accept(self, ref: int) -> None:
        """Answer that it is done."""
        self.effects.append(i.Accepted(ref))

    def refuse(self, ref: int, code: str, message: str, hint: str = "") -> None:
        """Answer with a refusal."""
        self.effects.append(i.Refused(ref, code, message, hint))


def find(turn: Turn, operation: Any) -> Cell | None:
    """The cell that an operation names; None after refusing it."""
    cell = turn.cell(operation.cell)
    if cell is None:
        turn.refuse(operation.ref, "no_such_cell", "That cell has been deleted.")
    return cell


def is_busy(turn: Turn, cell: str) -> bool:
    """Whether the cell runs or waits."""
    return cell == turn.session.running or cell in turn.session.queue


def keep_tally(turn: Turn, cell: str, tally: Tally) -> None:
    """Remember what the cell's run has put out."""
    turn.change(tallies={**turn.session.tallies, cell: tally})


def empty_cell(turn: Turn, cell: str) -> None:
    """Take the cell's outputs away."""
    turn.change(clearing=turn.session.clearing - {cell})
    turn.record("outputs_cleared", cell=cell)
    keep_tally(turn, cell, Tally())


def finish_running(turn: Turn, state: str) -> None:
    """End the run of the cell that runs, if one does."""
    id_ = turn.session.running
    if id_ is None:
        return
    turn.change(running=None, clearing=turn.session.clearing - {id_})
    cell = turn.cell(id_)
    if cell is not None:
        count = cell.execution_count if cell.run and cell.run["started_at"] else None
        turn.record("run_finished", cell=id_, at=turn.now, state=state, execution_count=count)


def stop_waiting(turn: Turn) -> None:
    """Forget the cells that wait; they finish as interrupted."""
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


def leave_line(turn: Turn) -> None:
    """When no cell wants the kernel any more that waits for a place, it waits no longer."""
    if turn.session.kernel["state"] == "waiting" and not turn.session.queue:
        turn.kernel("none")
        turn.effects.append(i.CancelStart())
