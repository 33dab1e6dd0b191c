"""What a kernel reports, as happenings of cells: knows which request belongs to which cell.

The bridge between core/kernels and core/documents, which do not know each other. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lookin.core.documents import inputs
from lookin.core.kernels import messages
from lookin.core.lib.ids import is_cell_id, new_cell_id

_WIDGET = ".comm."
MOST_REQUESTS = 2_000  # remembered, for output that comes after its cell has finished


@dataclass(slots=True)
class _Request:
    cell: str
    reply: messages.Replied | None = None
    idle: bool = False


class Hearing:
    """Of one kernel. A cell's older requests are forgotten when it runs again."""

    def __init__(self) -> None:
        self._requests: dict[str, _Request] = {}

    def expect(self, request: str, cell: str) -> None:
        """What carries `request` as its parent belongs to `cell` from now on."""
        for old in [key for key, value in self._requests.items() if value.cell == cell]:
            del self._requests[old]
        self._requests[request] = _Request(cell)
        while len(self._requests) > MOST_REQUESTS:
            del self._requests[next(iter(self._requests))]

    def cell_of(self, request: str) -> str | None:
        """The cell that a request belongs to."""
        known = self._requests.get(request)
        cell, is_widget, _ = request.partition(_WIDGET)
        return known.cell if known else cell if is_widget else None

    def happenings(self, report: messages.Report, *, in_order: bool) -> Iterator[inputs.Happening]:
        """What the report means; nothing for requests that nobody expects.

        `in_order`: all reports come one after another, so that a reply is the end of its run.
        """
        if isinstance(report, messages.Comm):
            return
        if isinstance(report, messages.DisplayUpdate):
            yield inputs.DisplayUpdated(report.display, report.news)
            return
        request = self._requests.get(report.parent)
        if request is None:
            yield from _of_widget(report)
            return
        match report:
            case messages.Began():
                yield inputs.Started(request.cell, report.execution_count)
            case messages.Output():
                yield inputs.Shown(request.cell, report.output)
            case messages.OutputCleared():
                yield inputs.Cleared(request.cell, report.wait)
            case messages.Asked():
                asked = (report.request, report.prompt, report.password)
                yield inputs.InputAsked(request.cell, *asked)
            case messages.Replied():
                request.reply = report
                request.idle = request.idle or in_order
                yield from _finished(request)
            case messages.Idle() if not in_order:
                request.idle = True
                yield from _finished(request)


def widget_request(cell: str, name: str) -> str:
    """The id of a front end's word to a widget that `cell` shows; also another broker knows it."""
    return f"{cell}{_WIDGET}{name}"


def _of_widget(report: messages.Report) -> Iterator[inputs.Happening]:
    """What a widget's callback puts out, outside of every run, goes to the cell that shows it."""
    if not isinstance(report, messages.Output | messages.OutputCleared):
        return
    cell, is_widget, _ = report.parent.partition(_WIDGET)
    if not is_widget or not is_cell_id(cell):
        return
    if isinstance(report, messages.Output):
        yield inputs.Shown(cell, report.output)
    else:
        yield inputs.Cleared(cell, report.wait)


def _finished(request: _Request) -> Iterator[inputs.Happening]:
    """Out of order, a run is over when both have come: the reply, and the end of the output."""
    reply = request.reply
    if reply is None or not request.idle:
        return
    for page in reply.pages:
        yield inputs.Shown(request.cell, page)
    if reply.next_input:
        text, replaces = reply.next_input
        yield inputs.NextInput(request.cell, text, replaces, new_cell_id())
    yield inputs.Finished(request.cell, reply.state)
