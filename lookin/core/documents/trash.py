"""Deleted cells, kept whole for a while: the last TRASH_CELLS, of TRASH_CHARS together.

A rule of the document itself, so that a log read again keeps the same ones. Not sent to pages.
"""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lookin.core.documents.document import Cell

TRASH_CELLS = 100
TRASH_CHARS = 20_000_000


def thrown(trash: tuple[Cell, ...], cell: Cell) -> tuple[Cell, ...]:
    """The trash with `cell` on top; the oldest go when it is full. The newest stays always."""
    kept = [*without(trash, {cell.id}), cell][-TRASH_CELLS:]
    sizes = [cell_chars(one) for one in kept]
    surplus = sum(sizes) - TRASH_CHARS
    while surplus > 0 and len(kept) > 1:
        surplus -= sizes.pop(0)
        kept.pop(0)
    return tuple(kept)


def without(trash: tuple[Cell, ...], ids: Container[str]) -> tuple[Cell, ...]:
    """The trash without these cells."""
    return tuple(cell for cell in trash if cell.id not in ids)


def found(trash: tuple[Cell, ...], id_: str) -> Cell | None:
    """The deleted cell, or None when it is forgotten."""
    return next((cell for cell in trash if cell.id == id_), None)


def cell_chars(cell: Cell) -> int:
    """Roughly how much a cell holds, in characters."""
    parts = (cell.source, cell.outputs, cell.metadata, cell.attachments)
    return 200 + sum(map(_chars, parts))


def _chars(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(key) + _chars(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return sum(map(_chars, value))
    return 8
