"""What a kernel reports, as happenings of cells: knows which request belongs to which cell.

The bridge between core/kernels and core/documents, which do not know each other. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lookin.core.documents import inputs
from lookin.core.kernels import messages
from lookin.core.lib.ids import new_cell_id

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

    def happenings(self, report: messages.Report, *, in_order: bool) -> Iterator[inputs.Happening]:
        """What the report means; nothing for requests that nobody expects.

        `in_order`: all reports come one after another, so that a reply is the end of its run.
        """
        if isinstance(report, messages.DisplayUpdate):
            yield inputs.DisplayUpdated(report.display, report.news)
            return
        request = self._requests.get(report.parent)
        if request is None:
            return
        match report:
            case messages.Began():
                yield inputs.Started(request.cell, report.execution_count)
            case messages.Output():
                yield inputs.Shown(request.cell, report.output)
            case messages.OutputCleared():
                yield inputs.Cleared(request.cell, report.wait)
            case messages.Replied():
                request.reply = report
                request.idle = request.idle or in_order
                yield from _finished(request)
            case messages.Idle() if not in_order:
                request.idle = True
                yield from _finished(request)


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
