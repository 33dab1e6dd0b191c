"""Two documents of one notebook: the events that lead from one to the other, and both in one.

Pure. For what another program wrote into the file, and for versions that are brought back. Cells
are matched by id; a file without ids borrows them from the document it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from lookin.core.documents.document import Cell, Document, Event, document_of
from lookin.core.documents.lines import changes_between, merge_lines
from lookin.core.lib.differences import common_places, longest_increasing

CLIENT = "lookin"  # whose change sets these are, to the pages' editors
_DEEPEST = 8  # of metadata that is merged key by key; below, a value counts as a whole


_MISSING = object()  # no value at all, which is not None: JSON has that
_BOTH = object()  # both sides changed a value, each in its own way


@dataclass(frozen=True, slots=True)
class Merged:
    """A document with both sides' changes. In the cells `clashes`, the text is ours alone."""

    document: Document
    clashes: tuple[str, ...]


def events_between(old: Document, new: Document) -> list[Event]:
    """Events that make `old` into `new`, one cell at a time; versions and runs go on from `old`.

    A changed source is one small edit, so that editors and the cursors in them stay.
    """
    events: list[Event] = [{"type": "cell_deleted", "cell": i} for i in old.order if i not in new]
    stays = _unmoved(old, new)
    after = None
    for cell in new:
        if cell.id not in old:
            fresh = cell.with_(version=0, run=None).to_json()
            events.append({"type": "cell_inserted", "cell": fresh, "after": after})
        else:
            if cell.id not in stays:
                events.append({"type": "cell_moved", "cell": cell.id, "after": after})
            events += _changes(old.cells[cell.id], cell)
        after = cell.id
    if dict(old.metadata) != dict(new.metadata):
        events.append({"type": "notebook_noted", "metadata": dict(new.metadata)})
    return events


def is_same(a: Document, b: Document) -> bool:
    """Whether two documents would make the same file."""
    return (
        a.order == b.order
        and dict(a.metadata) == dict(b.metadata)
        and all(not _changes(a.cells[i], b.cells[i]) for i in a.order)
    )


def changed_cells(old: Document, new: Document) -> tuple[str, ...]:
    """The cells of either that are not the same in the other; a move alone does not count."""
    either = dict.fromkeys([*new.order, *old.order])
    both = (set(old.order) & set(new.order)) - {
        i for i in old.order if i in new and _changes(old.cells[i], new.cells[i])
    }
    return tuple(id_ for id_ in either if id_ not in both)


def with_known_ids(theirs: Document, known: Document) -> Document:
    """`theirs`, whose strange ids are replaced by those of cells that it seems to have kept.

    Other programs write notebooks without ids, or with new ones each time. A strange cell is taken
    for the one with the same text between the same neighbours, else for the one in its place.
    """
    strange = [cell for cell in theirs if cell.id not in known]
    free = [cell for cell in known if cell.id not in theirs]
    if not strange or not free:
        return theirs
    names = {}
    pairs = common_places(
        [f"{c.type}\0{c.source}" for c in free], [f"{c.type}\0{c.source}" for c in strange]
    )
    for (i, j), (next_i, next_j) in pairwise([(-1, -1), *pairs, (len(free), len(strange))]):
        if i >= 0:
            names[strange[j].id] = free[i].id
        for a, b in zip(free[i + 1 : next_i], strange[j + 1 : next_j], strict=False):
            if a.type == b.type:
                names[b.id] = a.id
    cells = [cell.with_(id=names.get(cell.id, cell.id)) for cell in theirs]
    return document_of(cells, theirs.metadata)


def merge(base: Document, ours: Document, theirs: Document, theirs_at: int) -> Merged:
    """Both changes of `base`. Where both changed one thing, ours stays, but text is merged by line.

    `theirs_at`: milliseconds since 1970 when theirs was written; of outputs that both sides
    changed, the newer run's stay.
    """
    clashes: list[str] = []
    cells: dict[str, Cell] = {}
    for id_ in dict.fromkeys([*ours.order, *theirs.order]):
        kept = _kept(base.cells.get(id_), ours.cells.get(id_), theirs.cells.get(id_))
        if kept is None:
            mine, other = ours.cells[id_], theirs.cells[id_]
            kept, clash = _merged(base.cells.get(id_, Cell(id_, mine.type)), mine, other, theirs_at)
            clashes += [id_] if clash else []
        if isinstance(kept, Cell):
            cells[id_] = kept
    order = [id_ for id_ in _order(base, ours, theirs) if id_ in cells]
    metadata = _merged_keys(base.metadata, ours.metadata, theirs.metadata)
    document = document_of((cells[id_] for id_ in order), metadata)
    return Merged(replace(ours, **_content(document)), tuple(clashes))


def _content(document: Document) -> dict[str, Any]:
    return {"order": document.order, "cells": document.cells, "metadata": document.metadata}


def _changes(old: Cell, new: Cell) -> list[Event]:
    """Events that make one cell into another of the same id."""
    events: list[Event] = []
    about = {"cell": old.id}
    if old.type != new.type:
        events.append({"type": "cell_retyped", **about, "cell_type": new.type})
    if old.source != new.source:
        update = {"client": CLIENT, "changes": changes_between(old.source, new.source)}
        edited = {"type": "cell_edited", **about, "version": old.version + 1}
        events.append({**edited, "updates": [update]})
    if dict(old.metadata) != dict(new.metadata) or dict(old.extra) != dict(new.extra):
        noted = {"type": "cell_noted", **about, "metadata": dict(new.metadata)}
        events.append({**noted, "extra": dict(new.extra)} if new.extra or old.extra else noted)
    if dict(old.attachments) != dict(new.attachments):
        attached = {"type": "cell_attached", **about, "attachments": dict(new.attachments)}
        events.append(attached)
    was = (old.outputs, old.execution_count) if old.type == new.type else ((), None)
    if was != (new.outputs, new.execution_count):
        count = new.execution_count
        outputs = list(new.outputs)
        events.append(
            {"type": "outputs_set", **about, "outputs": outputs, "execution_count": count}
        )
    return events


def _unmoved(old: Document, new: Document) -> set[str]:
    """The most cells whose order is the same in both."""
    place = {id_: n for n, id_ in enumerate(old.order)}
    stays = longest_increasing([place[id_] for id_ in new.order if id_ in place])
    return {old.order[n] for n in stays}


def _kept(base: Cell | None, ours: Cell | None, theirs: Cell | None) -> Cell | bool | None:
    """The cell when only one side has a say, False when it is gone, None when both have it."""
    if ours is not None and theirs is not None:
        return None
    only = ours or theirs
    assert only is not None
    is_deleted_and_unchanged = base is not None and not _changes(base, only)
    return False if is_deleted_and_unchanged else only


def _merged(base: Cell, ours: Cell, theirs: Cell, theirs_at: int) -> tuple[Cell, bool]:
    """One cell, and whether its text clashed."""
    text = _one(base.source, ours.source, theirs.source)
    if text is _BOTH:
        text = merge_lines(base.source, ours.source, theirs.source)
    kind = _one(base.type, ours.type, theirs.type)
    kind = ours.type if kind is _BOTH else kind
    shown = _shown(base, ours, theirs, theirs_at)
    cell = ours.with_(
        type=kind,
        source=ours.source if text is None else text,
        metadata=_merged_keys(base.metadata, ours.metadata, theirs.metadata),
        attachments=_merged_keys(base.attachments, ours.attachments, theirs.attachments),
        extra=_merged_keys(base.extra, ours.extra, theirs.extra),
        outputs=shown.outputs if kind == "code" else (),
        execution_count=shown.execution_count if kind == "code" else None,
    )
    return cell, text is None


def _shown(base: Cell, ours: Cell, theirs: Cell, theirs_at: int) -> Cell:
    """Whose outputs stay."""
    results = [(cell.outputs, cell.execution_count) for cell in (base, ours, theirs)]
    if results[1] == results[0]:
        return theirs
    if results[2] == results[0] or not ours.run:
        return ours
    ended = ours.run["ended_at"]
    return theirs if ended is not None and ended < theirs_at else ours


def _one(base: Any, ours: Any, theirs: Any) -> Any:
    """What one side made of it while the other left it alone; _BOTH when both changed it."""
    if ours in (base, theirs):
        return theirs
    return ours if theirs == base else _BOTH


def _merged_keys(
    base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], depth: int = 0
) -> dict[str, Any]:
    """Key by key; where both changed a value, ours."""
    merged: dict[str, Any] = {}
    for key in dict.fromkeys([*ours, *theirs]):
        values = [side.get(key, _MISSING) for side in (base, ours, theirs)]
        one = _one(*values)
        if one is _BOTH and all(isinstance(value, dict) for value in values) and depth < _DEEPEST:
            one = _merged_keys(values[0], values[1], values[2], depth + 1)
        if one is _BOTH:
            one = values[2] if values[1] is _MISSING else values[1]
        if one is not _MISSING:
            merged[key] = one
    return merged


def _order(base: Document, ours: Document, theirs: Document) -> list[str]:
    """Who moved cells decides; both: ours. The other's new cells follow whom they followed."""
    common = [id_ for id_ in base.order if id_ in ours and id_ in theirs]
    mine = [id_ for id_ in ours.order if id_ in base and id_ in theirs]
    lead, other = (theirs, ours) if mine == common else (ours, theirs)
    order = list(lead.order)
    placed = set(order)
    before = None
    for id_ in other.order:
        if id_ not in placed:
            order.insert(0 if before is None else order.index(before) + 1, id_)
            placed.add(id_)
        before = id_
    return order
