"""Operations on cells and their text: each checks, then records or refuses. Pure; no kernels."""

from __future__ import annotations

from lookin.core.documents import inputs as i
from lookin.core.documents.document import Cell
from lookin.core.documents.text import BadChangesError, apply_changes
from lookin.core.documents.turn import Turn, empty_cell, find, is_busy, leave_line

MOST_CELLS = 5_000
SOURCES_CHARS = 5_000_000  # all cells together


def edit(turn: Turn, op: i.Edit) -> None:
    """Change sets on the version they were made on; else `behind`."""
    cell = find(turn, op)
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


def _too_long(turn: Turn, more: int, ref: int) -> bool:
    whole = sum(len(cell.source) for cell in turn.session.document) if more > 0 else 0
    if whole + more <= SOURCES_CHARS:
        return False
    turn.refuse(ref, "too_large", "This notebook is full.", "Go on in a new notebook.")
    return True


def insert(turn: Turn, op: i.Insert) -> None:
    """A new cell."""
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


def delete(turn: Turn, op: i.Delete) -> None:
    """A cell goes; when it waits, it waits no longer."""
    if find(turn, op):
        turn.change(queue=tuple(c for c in turn.session.queue if c != op.cell))
        turn.record("cell_deleted", cell=op.cell)
        leave_line(turn)
        turn.effects.append(i.Accepted(op.ref))


def move(turn: Turn, op: i.Move) -> None:
    """A cell goes elsewhere."""
    if find(turn, op) is None:
        return
    if op.after is not None and (op.after not in turn.session.document or op.after == op.cell):
        turn.refuse(op.ref, "no_such_cell", "The cell before it has been deleted.")
        return
    turn.record("cell_moved", cell=op.cell, after=op.after)
    turn.effects.append(i.Accepted(op.ref))


def retype(turn: Turn, op: i.Retype) -> None:
    """A cell becomes code, markdown or raw, without outputs."""
    cell = find(turn, op)
    if cell is None:
        return
    if is_busy(turn, op.cell):
        turn.refuse(op.ref, "already_running", "This cell is running.", "Wait or interrupt it.")
        return
    if cell.type != op.type:
        turn.record("cell_retyped", cell=op.cell, cell_type=op.type)
    turn.effects.append(i.Accepted(op.ref))


def clear(turn: Turn, op: i.Clear) -> None:
    """A cell's outputs go."""
    cell = find(turn, op)
    if cell is None:
        return
    if cell.outputs:
        empty_cell(turn, op.cell)
    turn.effects.append(i.Accepted(op.ref))
