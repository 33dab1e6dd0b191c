"""A notebook file that cannot be opened: where it is broken, in words, and what can be saved of it.

Pure, in time linear in the file's size, and never raises for what a file holds. The file itself is
never touched: what is rescued becomes a notebook of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lookin.core.documents.document import Cell, Document, document_of
from lookin.core.documents.ipynb import (
    FILE_BYTES,
    BrokenNotebookError,
    has_too_many_parts,
    read_cell,
    read_ipynb,
)
from lookin.core.lib.ids import is_cell_id, new_cell_id

MOST_CELLS = 5_000
LINES_ROUND = 3
LINE_CHARS = 160
_ENCODINGS = ("utf-8-sig", "cp949", "latin-1")  # the last takes anything
_CELLS = re.compile(r'(?<!\\)"cells"\s*:\s*\[')
_CELL = re.compile(
    r'\{\s*"(?:attachments|cell_type|execution_count|id|metadata|outputs|source)"\s*:'
)
_SOURCE = re.compile(r'(?<!\\)"source"\s*:\s*')
_TYPE = re.compile(r'(?<!\\)"cell_type"\s*:\s*"(code|markdown|raw)"')
_BETWEEN = re.compile(r"[\s,]*")
_OURS, _BASE, _MIDDLE, _THEIRS = "<<<<<<<", "|||||||", "=======", ">>>>>>>"
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, cut; `is_here` where it is broken."""

    number: int
    text: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a file cannot be opened. `kind` is conflict, encoding, cut_off, two, syntax, cell,
    format or other; `line` and `column` count from 1, 0 where that is not known; `cell` too."""

    kind: str
    line: int = 0
    column: int = 0
    cell: int = 0
    lines: tuple[Line, ...] = ()
    labels: tuple[str, str] = ("", "")  # the names of both sides of a conflict


@dataclass(frozen=True, slots=True)
class Rescue:
    """One way to save something: `kind` is ours, theirs, first, second or cells."""

    kind: str
    document: Document
    is_whole: bool  # all that was there, or only what could be found

    @property
    def count(self) -> int:
        """How many cells that are."""
        return len(self.document.order)


def trouble_of(data: bytes) -> Trouble:
    """What is wrong with a file that `read_ipynb` refuses."""
    if has_too_many_parts(data):
        return Trouble("other")
    text, encoding = _decoded(data)
    conflict = _conflict(text)
    if conflict is not None:
        line, labels = conflict
        return _at(text, Trouble("conflict", line, 1, labels=labels))
    if encoding != _ENCODINGS[0]:
        try:
            data.decode(_ENCODINGS[0])
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
            return _at(text, Trouble("encoding", line, column))
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        return _at(text, _syntax(text, error))
    except (RecursionError, ValueError):
        return Trouble("other")
    return _structure(text, value)


def rescues_of(data: bytes) -> list[Rescue]:
    """What can be saved, the best first; nothing when there is not one cell."""
    if len(data) > FILE_BYTES or has_too_many_parts(data):
        return []
    text, _ = _decoded(data)
    found = []
    if _conflict(text) is not None:
        found = [_side(text, "ours"), _side(text, "theirs")]
    else:
        found = [*_two(text), _tolerant("cells", text)]
    return [rescue for rescue in found if rescue is not None]


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "utf-16"
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 takes anything")


# ---- where it is broken


def _conflict(text: str) -> tuple[int, tuple[str, str]] | None:
    """The line of the first conflict marker and both sides' names; None without a conflict."""
    line, ours = 0, ""
    for number, content in enumerate(text.split("\n"), 1):
        if content.startswith(_OURS) and not line:
            line, ours = number, content[len(_OURS) :].strip()
        elif content.startswith(_THEIRS) and line:
            return line, (ours[:LINE_CHARS], content[len(_THEIRS) :].strip()[:LINE_CHARS])
    return None


def _syntax(text: str, error: json.JSONDecodeError) -> Trouble:
    kind = "syntax"
    rest = text[error.pos :].lstrip()
    if error.msg.startswith("Extra data") and rest.startswith("{"):
        kind = "two"
    elif not rest or error.msg.startswith("Unterminated string"):
        kind = "cut_off"
    return Trouble(kind, error.lineno, error.colno)


def _structure(text: str, value: Any) -> Trouble:
    """What is wrong with JSON that is no notebook."""
    if not isinstance(value, dict):
        return Trouble("other")
    major = value.get("nbformat")
    if type(major) is int and major not in {2, 3, 4}:
        return Trouble("format")
    cells = value.get("cells")
    if not isinstance(cells, list):
        return Trouble("other")
    for number, (raw, position) in enumerate(_elements(text), 1):
        if read_cell(raw) is None:
            line, column = _place(text, position)
            return _at(text, Trouble("cell", line, column, cell=number))
    return Trouble("other")


def _elements(text: str) -> Iterator[tuple[Any, int]]:
    """The elements of the list of cells in sound JSON, each with its position."""
    start = _CELLS.search(text)
    position = start.end() if start else len(text)
    while True:
        between = _BETWEEN.match(text, position)
        position = between.end() if between else position
        if position >= len(text) or text[position] == "]":
            return
        try:
            value, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield value, position
        position = end


def _place(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _at(text: str, trouble: Trouble) -> Trouble:
    """With the lines round it; a long line is cut round the column."""
    first = max(1, trouble.line - LINES_ROUND)
    shown = text.split("\n", trouble.line + LINES_ROUND)[first - 1 : trouble.line + LINES_ROUND]
    lines = []
    for number, content in enumerate(shown, first):
        here = number == trouble.line
        start = max(0, trouble.column - LINE_CHARS // 2) if here else 0
        cut = content[start : start + LINE_CHARS]
        dots = ("…" if start else "", "…" if len(content) > start + LINE_CHARS else "")
        clean = "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in cut.rstrip("\r"))
        lines.append(Line(number, f"{dots[0]}{clean}{dots[1]}", here))
    return Trouble(
        trouble.kind, trouble.line, trouble.column, trouble.cell, tuple(lines), trouble.labels
    )


# ---- what can be saved


def _side(text: str, side: str) -> Rescue | None:
    """One side of every conflict in the text."""
    kept, state = [], "both"
    for line in text.split("\n"):
        if line.startswith(_OURS):
            state = "ours"
        elif line.startswith(_BASE) and state == "ours":
            state = "base"
        elif line.startswith(_MIDDLE) and state in {"ours", "base"}:
            state = "theirs"
        elif line.startswith(_THEIRS) and state == "theirs":
            state = "both"
        elif state in {"both", side}:
            kept.append(line)
    return _read(side, "\n".join(kept))


def _two(text: str) -> list[Rescue | None]:
    """Two notebooks one after the other."""
    try:
        _, end = _DECODER.raw_decode(text, len(text) - len(text.lstrip()))
    except (ValueError, RecursionError):
        return []
    if not text[end:].lstrip().startswith("{"):
        return []
    return [_read("first", text[:end]), _read("second", text[end:])]


def _read(kind: str, text: str) -> Rescue | None:
    try:
        return Rescue(kind, read_ipynb(text.encode("utf-8", "replace")), is_whole=True)
    except BrokenNotebookError:
        return _tolerant(kind, text)


def _tolerant(kind: str, text: str) -> Rescue | None:
    """Whatever cells there are. What a sound cell holds is skipped, and what failed is too."""
    start = _CELLS.search(text)
    position = start.end() if start else 1
    cells: list[Cell] = []
    while len(cells) < MOST_CELLS and (found := _CELL.search(text, position)):
        begin = found.start()
        try:
            value, position = _DECODER.raw_decode(text, begin)
        except json.JSONDecodeError as error:
            position = max(error.pos, found.end())
            cell = _torn(text[begin:position])
        except (ValueError, RecursionError):
            break
        else:
            cell = read_cell(value) or (_torn(text[begin:position]) if value else None)
        cells += [cell] if cell is not None else []
    if not cells:
        return None
    return Rescue(kind, document_of(_with_ids(cells), {}), is_whole=False)


def _torn(text: str) -> Cell | None:
    """The source of a cell that is broken, without its outputs."""
    source, type_ = _SOURCE.search(text), _TYPE.search(text)
    if source is None:
        return None
    lines = list(_strings(text, source.end()))
    return Cell("", type_.group(1) if type_ else "code", "".join(lines)) if lines else None


def _strings(text: str, position: int) -> Iterator[str]:
    """The string at `position`, or those of the list there, as far as they are whole."""
    in_list = text[position : position + 1] == "["
    position += in_list
    while True:
        between = _BETWEEN.match(text, position) if in_list else None
        position = between.end() if between else position
        if text[position : position + 1] != '"':
            return
        try:
            value, position = _DECODER.raw_decode(text, position)
        except ValueError:
            return
        yield str(value)
        if not in_list:
            return


def _with_ids(cells: list[Cell]) -> Iterator[Cell]:
    seen: set[str] = set()
    for cell in cells:
        own = cell if is_cell_id(cell.id) and cell.id not in seen else cell.with_(id=new_cell_id())
        seen.add(own.id)
        yield own
