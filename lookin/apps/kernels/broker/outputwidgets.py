"""ipywidgets' Output: what code puts out `with out:` goes there, not into the cell.

In Jupyter the front end does this; here the broker is it, so that nothing is lost when no page is
open. Follows nbclient's output_widget.py. Not for other widgets: `comms.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lookin.core.documents.document import Cell, Event, Output, apply, document_of
from lookin.core.documents.outputs import Limits, Tally, show, update_display
from lookin.core.kernels import messages
from lookin.core.kernels.widgets import Model

Json = dict[str, Any]
LIMITS = Limits(stream_chars=100_000, rich_bytes=2_000_000, outputs=200)  # of one widget


@dataclass(slots=True)
class _Captured:
    """What a widget shows."""

    outputs: tuple[Output, ...] = ()
    tally: Tally = field(default_factory=Tally)
    clearing: bool = False


class OutputWidgets:
    """Of one kernel's life. `changed` are those whose outputs nobody was told yet."""

    def __init__(self) -> None:
        self.changed: set[str] = set()
        self._captured: dict[str, _Captured] = {}
        self._hooks: dict[str, list[str]] = {}  # request -> comms, the innermost last
        self._hooked: dict[str, str] = {}  # comm -> request

    def outputs(self, comm: str) -> list[Output]:
        """What the widget shows now."""
        captured = self._captured.get(comm)
        return list(captured.outputs) if captured else []

    def follow(self, comm: str, model: Model, state: Json) -> None:
        """The kernel has changed these keys of an Output widget."""
        if not model.is_output:
            return
        if "outputs" in state:
            given = state["outputs"] if isinstance(state["outputs"], list) else []
            kept = tuple(output for output in given[: LIMITS.outputs] if _is_output(output))
            self._captured[comm] = _Captured(kept)
            self.changed.discard(comm)
        if isinstance(state.get("msg_id"), str):
            self._unhook(comm)
            if request := state["msg_id"]:
                self._hooks.setdefault(request, []).append(comm)
                self._hooked[comm] = request

    def forget(self, comm: str) -> None:
        """The widget is closed."""
        self._unhook(comm)
        self._captured.pop(comm, None)
        self.changed.discard(comm)

    def _unhook(self, comm: str) -> None:
        request = self._hooked.pop(comm, None)
        if request is not None:
            self._hooks[request].remove(comm)
            if not self._hooks[request]:
                del self._hooks[request]

    def capture(self, report: messages.Report) -> bool:
        """Take what a widget wants; whether it did."""
        if isinstance(report, messages.DisplayUpdate):
            self._update_displays(report)
            return False
        if not isinstance(report, messages.Output | messages.OutputCleared):
            return False
        hooked = self._hooks.get(report.parent)
        if not hooked:
            return False
        comm = hooked[-1]
        captured = self._captured.setdefault(comm, _Captured())
        if isinstance(report, messages.Output):
            self._show(comm, captured, report.output)
        elif report.wait:
            captured.clearing = True
        else:
            self._captured[comm] = _Captured()
        self.changed.add(comm)
        return True

    def _show(self, comm: str, captured: _Captured, output: Output) -> None:
        if captured.clearing:
            captured.outputs, captured.tally, captured.clearing = (), Tally(), False
        cell = Cell(comm, "code", outputs=captured.outputs)
        events, captured.tally = show(cell, output, captured.tally, LIMITS)
        captured.outputs = _after(cell, events)

    def _update_displays(self, report: messages.DisplayUpdate) -> None:
        for comm, captured in self._captured.items():
            cell = Cell(comm, "code", outputs=captured.outputs)
            events = update_display([cell], report.display, report.news, LIMITS)
            if events:
                captured.outputs = _after(cell, events)
                self.changed.add(comm)


def _is_output(given: object) -> bool:
    """Whether it has the shape of an output; the kernel may have said anything."""
    if not isinstance(given, dict):
        return False
    match given.get("output_type"):
        case "stream":
            named = given.get("name") in ("stdout", "stderr")
            return named and isinstance(given.get("text"), str)
        case "display_data" | "execute_result":
            return isinstance(given.get("data"), dict)
        case "error":
            return isinstance(given.get("traceback"), list)
    return False


def _after(cell: Cell, events: list[Event]) -> tuple[Output, ...]:
    document = document_of([cell], {})
    for event in events:
        document = apply(document, event)
    return document.cells[cell.id].outputs
