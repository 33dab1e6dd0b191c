"""Operations on cells and their text: each checks, then records or refuses. Pure; no kernels."""

from __future__ import annotations

from lookin.core.documents import inputs as i
from lookin.core.documents.cellparts import (
    NOTEBOOK_ATTACHMENTS_CHARS,
    Attachments,
    attachment_chars,
    patched,
    too_many_attachments,
)
from lookin.core.documents.document import Cell
from lookin.core.documents.text import BadChangesError, apply_changes
from lookin.core.documents.trash import found
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
        if too_long(turn, len(source) - len(cell.source), op.ref):
            return
    except BadChangesError as error:
        turn.refuse(op.ref, error.code, error.message, error.hint)
        return
    turn.record("cell_edited", cell=cell.id, version=version, updates=list(op.updates))
    turn.accept(op.ref)


def too_long(turn: Turn, more: int, ref: int) -> bool:
    """Whether `more` characters of source are too many; says so."""
    whole = sum(len(cell.source) for cell in turn.session.document) if more > 0 else 0
    if whole + more <= SOURCES_CHARS:
        return False
    turn.refuse(ref, "too_large", "This notebook is full.", "Go on in a new notebook.")
    return True


def insert(turn: Turn, op: i.Insert) -> None:
    """A new cell; at the end when its neighbour is gone: what is in it must not be."""
    document = turn.session.document
    if op.cell in document:
        turn.refuse(op.ref, "cell_exists", "That cell is there already.")
    elif found(document.trash, op.cell):  # asked again, and deleted meanwhile: it stays so
        turn.refuse(op.ref, "cell_exists", "That cell has been deleted.", "Undo the deletion.")
    elif not is_full(turn, len(op.source), op.ref) and has_room(turn, op.attachments, op.ref):
        attachments = {} if op.type == "code" else op.attachments
        metadata = patched({}, op.metadata)
        cell = Cell(op.cell, op.type, op.source, metadata=metadata, attachments=attachments)
        turn.record("cell_inserted", cell=cell.to_json(), after=near(turn, op.after))
        turn.accept(op.ref)


def is_full(turn: Turn, more: int, ref: int) -> bool:
    """Whether one more cell, with `more` characters, is too much; says so."""
    if len(turn.session.document.order) < MOST_CELLS:
        return too_long(turn, more, ref)
    turn.refuse(ref, "too_large", "This notebook is full.", "Go on in a new notebook.")
    return True


def has_room(turn: Turn, more: Attachments, ref: int) -> bool:
    """Whether these attachments fit into the notebook; says when they do not."""
    filled = sum(attachment_chars(cell.attachments) for cell in turn.session.document)
    if not more or filled + attachment_chars(more) <= NOTEBOOK_ATTACHMENTS_CHARS:
        return True
    error = too_many_attachments()
    turn.refuse(ref, error.code, error.message, error.hint)
    return False


def delete(turn: Turn, op: i.Delete) -> None:
    """A cell goes; when it waits, it waits no longer."""
    if find(turn, op):
        take_away(turn, op.cell)
        turn.accept(op.ref)


def take_away(turn: Turn, cell: str) -> None:
    """The cell goes to the trash."""
    turn.change(queue=tuple(c for c in turn.session.queue if c != cell))
    turn.record("cell_deleted", cell=cell)
    leave_line(turn)


def undelete(turn: Turn, op: i.Undelete) -> None:
    """A deleted cell comes back with all it had; at the end when its neighbour is gone."""
    document = turn.session.document
    cell = found(document.trash, op.cell)
    if op.cell in document:
        turn.refuse(op.ref, "cell_exists", "That cell is there already.")
    elif cell is None:
        turn.refuse(
            op.ref,
            "forgotten",
            "That cell was deleted too long ago to bring it back.",
            "Look for it in an earlier version of the notebook.",
        )
    elif not is_full(turn, len(cell.source), op.ref) and has_room(turn, cell.attachments, op.ref):
        bring_back(turn, cell, op.after)
        turn.accept(op.ref)


def bring_back(turn: Turn, cell: Cell, after: str | None) -> None:
    """The cell of the trash is there again. A run that ended meanwhile is over here too."""
    busy = cell.run is not None and cell.run["state"] in {"queued", "running"}
    if cell.run and busy and cell.id != turn.session.running:
        over = {"state": "interrupted", "ended_at": turn.now}
        cell = cell.with_(run={k: v for k, v in cell.run.items() if k != "asks"} | over)
    turn.change(filled=None)  # its outputs count again
    turn.record("cell_restored", cell=cell.to_json(), after=near(turn, after))


def near(turn: Turn, after: str | None) -> str | None:
    """The cell `after`, or the last one when that has been deleted."""
    document = turn.session.document
    if after is None or after in document:
        return after
    return document.order[-1] if document.order else None


def move(turn: Turn, op: i.Move) -> None:
    """A cell goes elsewhere."""
    if find(turn, op) is None:
        return
    if op.after is not None and (op.after not in turn.session.document or op.after == op.cell):
        turn.refuse(op.ref, "no_such_cell", "The cell before it has been deleted.")
        return
    turn.record("cell_moved", cell=op.cell, after=op.after)
    turn.accept(op.ref)


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
    turn.accept(op.ref)


def clear(turn: Turn, op: i.Clear) -> None:
    """A cell's outputs go."""
    cell = find(turn, op)
    if cell is None:
        return
    if cell.outputs:
        empty_cell(turn, op.cell)
    turn.accept(op.ref)
