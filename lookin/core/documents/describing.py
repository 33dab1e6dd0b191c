"""What is said of a cell besides its text: metadata and attachments. Checks, records or refuses."""

from __future__ import annotations

import json

from lookin.core.documents import inputs as i
from lookin.core.documents.cellparts import (
    CELL_ATTACHMENTS_CHARS,
    CELL_METADATA_CHARS,
    MOST_ATTACHMENTS,
    attachment_chars,
    patched,
    too_many_attachments,
)
from lookin.core.documents.editing import has_room
from lookin.core.documents.turn import Turn, find


def note(turn: Turn, op: i.Note) -> None:
    """A cell's metadata after a merge patch."""
    cell = find(turn, op)
    if cell is None:
        return
    metadata = patched(cell.metadata, op.metadata)
    size = len(json.dumps(metadata, ensure_ascii=False))
    if size > max(CELL_METADATA_CHARS, len(json.dumps(dict(cell.metadata), ensure_ascii=False))):
        turn.refuse(op.ref, "too_large", "That is more than a cell's notes can hold.")
        return
    if metadata != cell.metadata:
        turn.record("cell_noted", cell=op.cell, metadata=metadata)
    turn.accept(op.ref)


def attach(turn: Turn, op: i.Attach) -> None:
    """A picture for a text cell; one of the same name is replaced."""
    cell = find(turn, op)
    if cell is None:
        return
    if cell.type == "code":
        turn.refuse(op.ref, "not_text", "Only a text cell can hold pictures.")
        return
    attachments = {**cell.attachments, op.name: {op.mime: op.data}}
    many = len(attachments) > MOST_ATTACHMENTS
    if many or attachment_chars(attachments) > CELL_ATTACHMENTS_CHARS:
        error = too_many_attachments()
        turn.refuse(op.ref, error.code, error.message, error.hint)
    elif has_room(turn, {op.name: {op.mime: op.data}}, op.ref):
        turn.record("cell_attached", cell=op.cell, attachments=attachments)
        turn.accept(op.ref)


def detach(turn: Turn, op: i.Detach) -> None:
    """An attachment goes."""
    cell = find(turn, op)
    if cell is None:
        return
    if op.name not in cell.attachments:
        turn.refuse(op.ref, "no_attachment", "That picture is not there any more.")
        return
    attachments = {name: kept for name, kept in cell.attachments.items() if name != op.name}
    turn.record("cell_attached", cell=op.cell, attachments=attachments)
    turn.accept(op.ref)
