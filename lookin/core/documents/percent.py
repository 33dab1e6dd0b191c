"""A notebook as a Python script in percent format, and back. Outputs are not in it. Pure.

The format: https://jupytext.readthedocs.io/en/latest/formats-scripts.html#the-percent-format
"""

from __future__ import annotations

import re

from lookin.core.documents.document import Cell, Document, document_of
from lookin.core.documents.ipynb import new_document
from lookin.core.documents.text import normal_lines, whole
from lookin.core.lib.ids import new_cell_id

_MARK = re.compile(r"#\s*%%(?=[\s\[]|$)(?P<title>[^\n\[{]*)(?:\[(?P<kind>markdown|md|raw)\])?")
_MAGIC = re.compile(r"\s*(?:[%!]|\?{1,2}\w)")
_COMMENTED_MAGIC = re.compile(r"# (?=[%!][A-Za-z%])")
_HEAD = re.compile(r"# ---\n(?:#[^\n]*\n)*?# ---\n")


def to_percent(document: Document) -> str:
    """The script. Lines that are not Python (magics, `!ls`) stand in comments."""
    return "\n\n".join(_written(cell) for cell in document) + "\n"


def from_percent(text: str) -> Document:
    """The notebook of a script; one without any mark becomes one cell."""
    lines = whole(normal_lines(text))
    lines = _HEAD.sub("", lines, count=1) if lines.startswith("# ---\n") else lines
    cells: list[Cell] = []
    kind, block = "code", list[str]()
    for line in lines.split("\n"):
        mark = _MARK.match(line)
        if mark:
            cells += _read(kind, block)
            named = mark.group("kind")
            kind, block = {None: "code", "raw": "raw"}.get(named, "markdown"), []
        else:
            block.append(line)
    cells += _read(kind, block)
    return document_of(cells or new_document(), new_document().metadata)


def _written(cell: Cell) -> str:
    if cell.type != "code":
        kind = "markdown" if cell.type == "markdown" else "raw"
        text = "\n".join(f"# {line}" if line else "#" for line in cell.source.split("\n"))
        return f"# %% [{kind}]\n{text}"
    if cell.source.startswith("%%"):  # another language: all of it in comments
        return "# %%\n" + "\n".join(f"# {line}" for line in cell.source.split("\n"))
    lines = (f"# {line}" if _MAGIC.match(line) else line for line in cell.source.split("\n"))
    return "# %%\n" + "\n".join(lines)


def _read(kind: str, block: list[str]) -> list[Cell]:
    lines = "\n".join(block).strip("\n").split("\n")
    if kind != "code" or lines[0].startswith("# %%"):
        lines = [_uncommented(line) for line in lines]
    else:
        lines = [_COMMENTED_MAGIC.sub("", line, count=1) for line in lines]
    text = "\n".join(lines).strip("\n")
    return [Cell(new_cell_id(), kind, text)] if text.strip() else []


def _uncommented(line: str) -> str:
    return line[2:] if line.startswith("# ") else line.removeprefix("#")
