"""A document as JSON text, piece by piece, so that no single step of writing takes long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lookin.core.documents.document import Document


def json_pieces(document: Document, *, ascii_only: bool = True) -> Iterator[str]:
    """Texts that together are the JSON of `document.to_json()`; each holds one output or less.

    Python's JSON writer lets nobody else run while it works; between pieces it does.
    """

    def text(value: Any) -> str:
        return json.dumps(value, allow_nan=False, ensure_ascii=ascii_only, separators=(",", ":"))

    yield '{"cells":['
    for number, cell in enumerate(document):
        value = cell.to_json()
        outputs = value.pop("outputs")
        yield ("," if number else "") + text(value)[:-1] + ',"outputs":['
        for place, output in enumerate(outputs):
            yield ("," if place else "") + text(output)
        yield "]}"
    yield '],"metadata":' + text(dict(document.metadata)) + "}"
