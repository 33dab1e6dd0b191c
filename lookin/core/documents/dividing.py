"""Splitting a cell in two and merging two into one, each in one go. Checks, records or refuses.

The first part keeps the outputs. A split into a deleted cell's id undoes a merge, and a merge with
the joint that a split has dropped undoes that.
"""

from __future__ import annotations

from lookin.core.documents import inputs as i
from lookin.core.documents.cellparts import Attachments, joined, named_in
from lookin.core.documents.document import Cell
from lookin.core.documents.editing import bring_back, has_room, is_full, take_away
from lookin.core.documents.text import BadChangesError, Section, apply_changes, utf16_length
from lookin.core.documents.trash import found
from lookin.core.documents.turn import Turn, find

CLIENT = "lookin"  # no page's: all of them take these edits as somebody else's


def split(turn: Turn, op: i.Split) -> None:
    """The text from a place on becomes a cell of its own."""
    cell = find(turn, op)
    if cell is None or _is_behind(turn, op.ref, cell, op.version):
        return
    if op.id in turn.session.document:
        turn.refuse(op.ref, "cell_exists", "That cell is there already.")
        return
    if is_full(turn, 0, op.ref):
        return
    try:
        head, tail = _parts(cell.source, op.at, op.skip)
    except BadChangesError as error:
        turn.refuse(op.ref, error.code, error.message, error.hint)
        return
    pictures: Attachments = {} if cell.type == "code" else named_in(tail, cell.attachments)
    if has_room(turn, pictures, op.ref):
        if head != cell.source:
            _edit(turn, cell, [*_kept(op.at), [utf16_length(cell.source) - op.at]])
        _put_below(turn, cell, op.id, tail, pictures)
        turn.accept(op.ref)


def _parts(source: str, at: int, skip: int) -> tuple[str, str]:
    """Before and after. Raises BadChangesError for a place that is not there, or inside of one."""
    whole = utf16_length(source)
    rest = whole - at - skip
    if rest < 0:
        raise BadChangesError(
            "That edit does not fit the cell as it is now.",
            "Nothing that was saved is lost. Try it once more.",
        )
    head = apply_changes(source, [*_kept(at), [whole - at]])
    return head, apply_changes(source, [[at + skip], *_kept(rest)])


def _put_below(turn: Turn, cell: Cell, id_: str, source: str, pictures: Attachments) -> None:
    old = found(turn.session.document.trash, id_)
    if old is None:
        new = Cell(id_, cell.type, source, attachments=pictures)
        turn.record("cell_inserted", cell=new.to_json(), after=cell.id)
        return
    attachments = {**old.attachments, **pictures}
    again = old.with_(source=source, version=old.version + 1, attachments=attachments)
    bring_back(turn, again, cell.id)


def merge(turn: Turn, op: i.Merge) -> None:
    """Another cell's text is put behind this one's, and the other goes."""
    cell, second = find(turn, op), turn.cell(op.next)
    if cell is None:
        return
    if second is None or op.next == op.cell:
        turn.refuse(op.ref, "no_such_cell", "That cell has been deleted.")
        return
    if _is_behind(turn, op.ref, cell, op.version):
        return
    if _is_behind(turn, op.ref, second, op.next_version):
        return
    attachments, source = joined(cell.attachments, second.attachments, second.source)
    joint = op.joint if op.joint is not None else "\n\n" if cell.type == "markdown" else "\n"
    lines: list[int | str] = [0, *(joint + source).split("\n")]
    changes: list[Section] = [*_kept(utf16_length(cell.source)), lines]
    try:
        apply_changes(cell.source, changes)
    except BadChangesError as error:
        turn.refuse(op.ref, error.code, error.message, error.hint)
        return
    if joint + source:
        _edit(turn, cell, changes)
    if cell.type != "code" and attachments != cell.attachments:
        turn.record("cell_attached", cell=op.cell, attachments=attachments)
    take_away(turn, op.next)
    turn.accept(op.ref)


def _edit(turn: Turn, cell: Cell, changes: list[Section]) -> None:
    updates = [{"client": CLIENT, "changes": changes}]
    turn.record("cell_edited", cell=cell.id, version=cell.version + 1, updates=updates)


def _is_behind(turn: Turn, ref: int, cell: Cell, version: int) -> bool:
    if version == cell.version:
        return False
    turn.refuse(ref, "behind", "Somebody else typed here at the same moment.")
    return True


def _kept(units: int) -> list[Section]:
    """So many kept units; a change set has no section of none."""
    return [units] if units else []
