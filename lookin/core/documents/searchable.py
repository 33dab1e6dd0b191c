"""What of a notebook is searched: each cell's text and what it printed, bounded. Pure.

For cells as a file of nbformat 4 or as a live document has them. Not for words or their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from lookin.core.documents.printed import plain
from lookin.core.documents.text import whole
from lookin.core.lib.ids import is_cell_id

SOURCE_CHARS = 20_000  # of one cell
OUTPUT_CHARS = 4_000  # of what one cell shows
NOTEBOOK_CHARS = 400_000
MOST_CELLS = 3_000
MOST_OUTPUTS = 200  # of one cell; each may have to be read from its own file
_SHOWN = ("text/markdown", "text/plain")  # the first that is there
Json = Mapping[str, Any]
Read = Callable[[object], str | None]  # the text behind an address of a blob


@dataclass(frozen=True, slots=True)
class Searchable:
    """A text of one cell. `cell` is its id, "" where the file gives none that holds."""

    cell: str
    kind: Literal["code", "markdown", "output"]
    text: str


def searchable_texts(cells: Iterable[Json], read: Read = lambda _: None) -> list[Searchable]:
    """The texts of cells in their order, at most NOTEBOOK_CHARS together. Never raises.

    A cell has `id`, `type` or `cell_type`, `source` and `outputs`; whatever else they hold, a file
    may lie in all of it.
    """
    found: list[Searchable] = []
    room = NOTEBOOK_CHARS
    for number, cell in enumerate(cells):
        if room <= 0 or number >= MOST_CELLS:
            break
        for text in _texts_of(cell, read) if isinstance(cell, Mapping) else ():
            if text.text.strip():
                found.append(text)
                room -= len(text.text)
    return found


def _texts_of(cell: Json, read: Read) -> Iterator[Searchable]:
    id_ = cell.get("id")
    known = str(id_) if is_cell_id(id_) else ""
    is_code = cell.get("type", cell.get("cell_type")) == "code"
    source = _joined(cell.get("source"), SOURCE_CHARS)
    yield Searchable(known, "code" if is_code else "markdown", whole(source))
    outputs = cell.get("outputs")
    if is_code and outputs and isinstance(outputs, (list, tuple)):
        yield Searchable(known, "output", whole(_shown(outputs, read)))


def _shown(outputs: Iterable[object], read: Read) -> str:
    """What the outputs say in words: printed text, plain values, the last line of an error."""
    said: list[str] = []
    room = OUTPUT_CHARS
    for output in islice(outputs, MOST_OUTPUTS):
        text = _said(output, room, read) if isinstance(output, Mapping) else ""
        if text:
            said.append(text)
            room -= len(text)
        if room <= 0:
            break
    return "\n".join(said)


def _said(output: Json, room: int, read: Read) -> str:
    if "text" in output:
        return plain(_joined(output["text"], room))
    if "ename" in output:
        return f"{_joined(output['ename'], room)}: {_joined(output.get('evalue'), room)}"[:room]
    data = output.get("data")
    for mime in _SHOWN if isinstance(data, Mapping) else ():
        value = data.get(mime) if isinstance(data, Mapping) else None
        if value is not None:
            return plain(_joined(read(value) if isinstance(value, Mapping) else value, room))
    return ""


def _joined(value: object, most: int) -> str:
    """Text that a file may hold whole or in lines."""
    if isinstance(value, str):
        return value[:most]
    if not isinstance(value, (list, tuple)):
        return ""
    pieces, room = [], most
    for line in value:
        if not isinstance(line, str) or room <= 0:
            break
        pieces.append(line[:room])
        room -= len(line)
    return "".join(pieces)
