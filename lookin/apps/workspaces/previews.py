"""What a notebook's card shows: its first picture, else its first output, words or code.

Reads a stranger's file: bounded, and whatever is odd in it makes an empty preview, never an error.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lookin.apps.workspaces.models import Workspace
from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.folders import open_file

_MOST_BYTES = 8_000_000  # of a file that is looked into
_MOST_PICTURE = 1_500_000  # bytes of a picture
_MOST_LINES = 6
_LONGEST_LINE = 80
_LONGEST_PROSE = 200
_MARKS = dict.fromkeys(map(ord, "*#`>"))  # Markdown's own, of no use on a card
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Preview:
    """Either a picture (fetched by its own address), or lines: of output, prose or code."""

    has_picture: bool = False
    lines: tuple[str, ...] = ()
    is_prose: bool = False


def preview_of(workspace: Workspace, path: str, modified_ns: int) -> Preview:
    """The preview of a notebook as it was at `modified_ns`; remembered until it changes."""
    return _remembered(workspace, path, modified_ns)


def picture_of(workspace: Workspace, path: str) -> bytes:
    """The notebook's first PNG. Raises NotFoundError."""
    picture = _first_picture(_cells(_content(workspace, path)))
    if picture is None:
        raise NotFoundError("That notebook has no picture.")
    return picture


@lru_cache(maxsize=512)
def _remembered(workspace: Workspace, path: str, _modified_ns: int) -> Preview:
    try:
        cells = _cells(_content(workspace, path))
    except NotFoundError:
        return Preview()
    if _first_picture(cells) is not None:
        return Preview(has_picture=True)
    lines = _lines(text for cell in cells for text in _texts(cell))
    if lines:
        return Preview(lines=lines)
    prose = _lines(
        (t.translate(_MARKS) for t in _sources(cells, "markdown")), longest=_LONGEST_PROSE
    )
    return Preview(lines=prose or _lines(_sources(cells, "code")), is_prose=bool(prose))


def _content(workspace: Workspace, path: str) -> Any:
    descriptor = open_file(workspace.folder, path)
    with os.fdopen(descriptor, "rb") as file:
        if os.fstat(descriptor).st_size > _MOST_BYTES:
            return None
        try:
            return json.loads(file.read(_MOST_BYTES))
        except (ValueError, RecursionError):
            return None


def _cells(content: Any) -> list[dict[str, Any]]:
    cells = content.get("cells") if isinstance(content, dict) else None
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def _outputs(cell: dict[str, Any]) -> Iterator[dict[str, Any]]:
    outputs = cell.get("outputs")
    if isinstance(outputs, list):
        yield from (output for output in outputs if isinstance(output, dict))


def _first_picture(cells: list[dict[str, Any]]) -> bytes | None:
    for cell in cells:
        for output in _outputs(cell):
            data = output.get("data")
            encoded = _text(data.get("image/png")) if isinstance(data, dict) else ""
            if 0 < len(encoded) < _MOST_PICTURE * 4 // 3:
                try:
                    picture = base64.b64decode(encoded)
                except (binascii.Error, ValueError):
                    continue
                if picture.startswith(_PNG):
                    return picture
    return None


def _texts(cell: dict[str, Any]) -> Iterator[str]:
    for output in _outputs(cell):
        if output.get("output_type") == "stream":
            yield _text(output.get("text"))
        elif isinstance(output.get("data"), dict):
            yield _text(output["data"].get("text/plain"))


def _sources(cells: list[dict[str, Any]], kind: str) -> Iterator[str]:
    return (_text(cell.get("source")) for cell in cells if cell.get("cell_type") == kind)


def _text(value: Any) -> str:
    """Text of a notebook: one string, or a list of lines."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _lines(texts: Iterator[str], *, longest: int = _LONGEST_LINE) -> tuple[str, ...]:
    lines: list[str] = []
    for text in texts:
        for line in text[:10_000].splitlines():
            shown = "".join(c for c in line.expandtabs(4) if c.isprintable()).rstrip()
            if shown.strip():
                lines.append(shown[:longest])
            if len(lines) == _MOST_LINES:
                return tuple(lines)
    return tuple(lines)
