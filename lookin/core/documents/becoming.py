"""A live document becomes another one: what another program wrote, or an earlier version.

Pure. What runs or waits goes on; which events these are is `merging.py`.
"""

from __future__ import annotations

from dataclasses import replace

from lookin.core.documents import inputs as i
from lookin.core.documents.document import Document
from lookin.core.documents.merging import events_between
from lookin.core.documents.turn import Turn, is_busy, leave_line


def become(turn: Turn, input_: i.Became) -> None:
    """Record what leads to the wanted document, cell by cell."""
    document = turn.session.document
    by = {"by": input_.by} if input_.by else {}
    for event in events_between(document, _with_busy_cells(turn, input_.document)):
        turn.take({**event, **by})
        if event["type"] == "outputs_set":
            rest = {c: t for c, t in turn.session.tallies.items() if c != event["cell"]}
            turn.change(tallies=rest)
    queue = tuple(cell for cell in turn.session.queue if cell in turn.session.document)
    turn.change(queue=queue, filled=None)
    leave_line(turn)


def _with_busy_cells(turn: Turn, document: Document) -> Document:
    """`document`, where a cell that runs or waits here keeps its type and its outputs."""
    now = turn.session.document
    busy = {id_: now.cells[id_] for id_ in document.order if id_ in now and is_busy(turn, id_)}
    kept = {
        id_: document.cells[id_].with_(
            type=cell.type, outputs=cell.outputs, execution_count=cell.execution_count
        )
        for id_, cell in busy.items()
    }
    return replace(document, cells={**document.cells, **kept})
