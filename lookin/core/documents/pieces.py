"""A document as JSON text, piece by piece, so that no single step of writing takes long."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from lookin.core.documents.document import Cell, Document, Output

TAIL_CHARS = 20_000  # of a stream that a page gets when it opens; the rest is asked for


def _for_page(output: Output) -> Output:
    """A long stream's end, and as `before` how many characters came earlier."""
    text = output.get("text")
    if output.get("output_type") != "stream" or not isinstance(text, str):
        return output
    if len(text) <= TAIL_CHARS:
        return output
    start = text.find("\n", len(text) - TAIL_CHARS) + 1 or len(text) - TAIL_CHARS
    return {**output, "text": text[start:], "before": start}


def json_pieces(document: Document, *, for_pages: bool = False) -> Iterator[str]:
    """Texts that together are the JSON of the document; each holds one output or less.

    For pages it is that of `document.to_json()`; for the log the trash is in it, and all is ASCII.
    Python's JSON writer lets nobody else run while it works; between pieces it does.
    """

    def text(value: Any) -> str:
        return json.dumps(value, allow_nan=False, ensure_ascii=not for_pages, separators=(",", ":"))

    def cell_pieces(cell: Cell) -> Iterator[str]:
        value = cell.to_json()
        outputs = value.pop("outputs")
        yield text(value)[:-1] + ',"outputs":['
        for place, output in enumerate(outputs):
            yield ("," if place else "") + text(_for_page(output) if for_pages else output)
        yield "]}"

    def cells_pieces(cells: Iterable[Cell]) -> Iterator[str]:
        for number, cell in enumerate(cells):
            yield "," if number else ""
            yield from cell_pieces(cell)

    yield '{"cells":['
    yield from cells_pieces(document)
    if document.trash and not for_pages:
        yield '],"trash":['
        yield from cells_pieces(document.trash)
    yield '],"metadata":' + text(dict(document.metadata)) + "}"
