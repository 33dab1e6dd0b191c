"""ipywidgets' Output: what code puts out `with out:` goes there, not into the cell.

In Jupyter the front end does this; here the broker is it, so that nothing is lost when no page is
open, nor when the broker dies. Follows nbclient's output_widget.py. Other widgets: `comms.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lookin.core.documents.document import Cell, Event, Output, apply, document_of
from lookin.core.documents.outputs import Limits, Tally, show, update_display
from lookin.core.kernels import messages

Json = dict[str, Any]
LIMITS = Limits(stream_chars=100_000, rich_bytes=2_000_000, outputs=200)  # of one widget


@dataclass(slots=True)
class _Captured:
    """What a widget shows."""

    outputs: tuple[Output, ...] = ()
    tally: Tally = field(default_factory=Tally)
    clearing: bool = False


class OutputWidgets:
    """Of one kernel's life. Reports have numbers, 0 where the kernel does not count.

    `changed` are those whose outputs nobody was told yet; `news` is what the log does not have.
    """

    def __init__(self) -> None:
        self.changed: set[str] = set()
        self.news: list[Json] = []
        self._number = 0  # of the last report that changed something
        self._captured: dict[str, _Captured] = {}
        self._hooks: dict[str, list[str]] = {}  # request -> comms, the innermost last

    def __contains__(self, comm: str) -> bool:
        return comm in self._captured

    def outputs(self, comm: str) -> list[Output]:
        """What the widget shows now."""
        captured = self._captured.get(comm)
        return list(captured.outputs) if captured else []

    def follow(self, number: int, comm: str, state: Json) -> None:
        """The kernel has changed these keys of an Output widget."""
        if not self._is_new(number):
            return
        if isinstance(given := state.get("outputs"), list):
            kept = [output for output in given[: LIMITS.outputs] if _is_output(output)]
            self._note(number, {"comm": comm, "set": kept})
            self.changed.discard(comm)  # everybody is told what the kernel said
        if isinstance(request := state.get("msg_id"), str):
            self._note(number, {"comm": comm, "hook": request})

    def forget(self, number: int, comm: str) -> None:
        """The widget is closed."""
        if comm in self and self._is_new(number):
            self._note(number, {"comm": comm, "closed": True})
            self.changed.discard(comm)

    def capture(self, number: int, report: messages.Report) -> bool:
        """Take what a widget wants; whether it did."""
        if isinstance(report, messages.DisplayUpdate):
            self._update_displays(report)
        if not isinstance(report, messages.Output | messages.OutputCleared):
            return False
        hooked = self._hooks.get(report.parent)
        if not hooked:
            return False
        if self._is_new(number):
            if isinstance(report, messages.Output):
                self._note(number, {"comm": hooked[-1], "output": report.output})
            else:
                self._note(number, {"comm": hooked[-1], "clear": report.wait})
        return True

    def _is_new(self, number: int) -> bool:
        """False for what a kernel that outlived its broker repeats, though the log has it."""
        return not number or number > self._number

    def _note(self, number: int, entry: Json) -> None:
        self._carry_out(entry)
        if number:
            self._number = number
            self.news.append({"n": number, **entry})

    def _carry_out(self, entry: Json) -> None:
        comm = entry["comm"]
        if "hook" in entry or "closed" in entry:
            self._hook(comm, entry.get("hook", ""))
            if "closed" in entry:
                self._captured.pop(comm, None)
            return
        self.changed.add(comm)
        captured = self._captured.setdefault(comm, _Captured())
        if "output" in entry:
            self._show(comm, captured, entry["output"])
        elif entry.get("clear"):
            captured.clearing = True
        else:
            self._captured[comm] = _Captured(tuple(entry.get("set", ())))

    def _hook(self, comm: str, request: str) -> None:
        self._captured.setdefault(comm, _Captured())
        for hooked in [key for key, comms in self._hooks.items() if comm in comms]:
            self._hooks[hooked].remove(comm)
            if not self._hooks[hooked]:
                del self._hooks[hooked]
        if request:
            self._hooks.setdefault(request, []).append(comm)

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

    # ---- for another broker, by way of the log

    def whole(self) -> list[Json]:
        """One entry that leads to what is now, whatever the log has."""
        sets = {comm: list(captured.outputs) for comm, captured in self._captured.items()}
        hooks = [[comm, request] for request, comms in self._hooks.items() for comm in comms]
        return [{"n": self._number, "whole": sets, "hooks": hooks}] if sets else []

    def again(self, entries: list[Json]) -> None:
        """Go on where a dead broker was. A `whole` may be followed by what it has already."""
        floor = 0
        for entry in entries:
            if "whole" in entry:
                self._captured = {c: _Captured(tuple(o)) for c, o in entry["whole"].items()}
                self._hooks = {}
                for comm, request in entry["hooks"]:
                    self._hook(comm, request)
                self._number = floor = entry["n"]
            elif entry["n"] > floor:
                self._carry_out(entry)
                self._number = entry["n"]


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
