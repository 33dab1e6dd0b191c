"""The .ipynb file: any nbformat 2, 3 or 4 in, canonical nbformat 4.5 out.

Not for the disk (apps/kernels saves) and not for running state, which no file keeps.
Format: https://nbformat.readthedocs.io/en/latest/format_description.html
"""

from __future__ import annotations

import json
from typing import Any

import nbformat
import nbformat.v2
import nbformat.v3
import nbformat.v4

from lookin.core.documents.document import Cell, Document, document_of
from lookin.core.documents.text import normal_lines, whole
from lookin.core.lib.errors import LookinError
from lookin.core.lib.ids import is_cell_id, new_cell_id

FILE_BYTES = 50_000_000  # a notebook above this is data in disguise
MOST_PARTS = 2_000_000  # lists and objects: three bytes of "[]," become a hundred and fifty here
_NB: Any = nbformat  # it has no types
_KINDS = {"code", "markdown", "raw"}
_OLD_KINDS = {"text": "markdown", "rst": "raw"}  # of format 2, which nbformat forgets
_FIELDS = frozenset(
    {"id", "cell_type", "source", "metadata", "outputs", "execution_count", "attachments"}
)
_PYTHON = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


class BrokenNotebookError(LookinError):
    """The file is not a notebook that Lookin can read. It has not been touched."""

    code = "broken_notebook"
    status = 422

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(
            message,
            "The file is untouched. Download it to look inside, or start a new notebook.",
            values=values,
        )


def new_document() -> Document:
    """A notebook with one empty code cell."""
    return document_of([Cell(new_cell_id(), "code")], _PYTHON)


def read_ipynb(data: bytes) -> Document:
    """The document in a notebook file; every cell gets a valid id that no other cell has.

    Raises BrokenNotebookError (code `broken_notebook`), saying at which line where that is known.
    """
    if not data.strip():
        return new_document()  # an empty file is what `touch` leaves: a notebook not begun
    try:
        notebook = _NB.v4.rwbase.rejoin_lines(_upgraded(_json(data)))
        cells = [_cell(raw) for raw in notebook["cells"]]
        metadata = _plain(notebook.get("metadata", {}))
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise _no_notebook() from error
    if not isinstance(metadata, dict):
        raise _no_notebook()
    for transient in ("orig_nbformat", "orig_nbformat_minor"):
        metadata.pop(transient, None)
    return document_of(_with_own_ids(cells) or [Cell(new_cell_id(), "code")], metadata or _PYTHON)


def read_cell(raw: Any) -> Cell | None:
    """One cell of format 4 as a file holds it, with whatever id it has; None when it is none."""
    if not isinstance(raw, dict):
        return None
    try:
        whole_cell = {"outputs": [], **raw} if raw.get("cell_type") == "code" else raw
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [whole_cell]}
        return _cell(_NB.v4.rwbase.rejoin_lines(_NB.from_dict(notebook))["cells"][0])
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        return None


def write_ipynb(document: Document) -> bytes:
    """The file of a document: nbformat 4.5, sorted, indented by one, newline at the end."""
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": dict(document.metadata),
        "cells": [_raw(cell) for cell in document],
    }
    text: str = _NB.v4.nbjson.JSONWriter().writes(_NB.from_dict(notebook))
    return text.rstrip("\n").encode() + b"\n"


def has_too_many_parts(data: bytes) -> bool:
    """Whether reading this JSON could take all memory, small as it is; what is in texts counts."""
    return data.count(b"[") + data.count(b"{") > MOST_PARTS


def _json(data: bytes) -> dict[str, Any]:
    if len(data) > FILE_BYTES:
        raise BrokenNotebookError("This file is larger than the 50 MB that a notebook may have.")
    if has_too_many_parts(data):
        raise BrokenNotebookError("This file has more parts than a notebook may have.")
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        raise _garbled(error.lineno) from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _garbled(line) from error
    except RecursionError as error:
        raise BrokenNotebookError(
            "This file is not a notebook: it is nested too deeply."
        ) from error
    if not isinstance(value, dict) or type(value.get("nbformat")) is not int:
        raise _no_notebook()
    return value


def _upgraded(raw: dict[str, Any]) -> Any:
    major = raw["nbformat"]
    if major == 4:
        return _NB.from_dict(raw)
    if major in {2, 3}:
        old = getattr(_NB, f"v{major}").nbjson.JSONReader().to_notebook(raw)
        new = _NB.v4.upgrade(_NB.v3.upgrade(old, 2, 0) if major == 2 else old, 3, 0)
        for cell in new["cells"]:
            cell["cell_type"] = _OLD_KINDS.get(cell["cell_type"], cell["cell_type"])
        return new
    raise BrokenNotebookError(
        "This is a notebook of format {major}, which Lookin does not know.", major=major
    )


def _cell(raw: Any) -> Cell:
    kind = raw["cell_type"]
    source = raw.get("source", "")
    if kind not in _KINDS or not isinstance(source, str):
        raise TypeError(kind)
    count = raw.get("execution_count")
    return Cell(
        id=raw.get("id", ""),
        type=kind,
        source=whole(normal_lines(source)),
        outputs=tuple(_output(o) for o in raw.get("outputs", ())) if kind == "code" else (),
        execution_count=count if kind == "code" and type(count) is int else None,
        metadata=dict(_plain(raw.get("metadata", {}))),
        attachments=dict(_plain(raw.get("attachments", {}))),
        extra={key: _plain(raw[key]) for key in raw if key not in _FIELDS},
    )


def _output(raw: Any) -> dict[str, Any]:
    output = _plain(raw)
    if not isinstance(output, dict) or not isinstance(output.get("output_type"), str):
        raise TypeError("output")
    if output["output_type"] == "stream":  # both are required; a file may lack them all the same
        output = {"name": "stdout", "text": "", **output}
    output.pop("transient", None)
    return output


def _plain(value: Any) -> Any:
    """NotebookNodes as plain dicts, and strings without half characters: what JSON can carry."""
    if isinstance(value, dict):
        return {whole(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return whole(value) if isinstance(value, str) else value


def _with_own_ids(cells: list[Cell]) -> list[Cell]:
    seen: set[str] = set()
    result = []
    for cell in cells:
        own = cell if is_cell_id(cell.id) and cell.id not in seen else cell.with_(id=new_cell_id())
        seen.add(own.id)
        result.append(own)
    return result


def _raw(cell: Cell) -> dict[str, Any]:
    raw: dict[str, Any] = {
        **cell.extra,
        "id": cell.id,
        "cell_type": cell.type,
        "metadata": dict(cell.metadata),
        "source": cell.source,
    }
    if cell.attachments:
        raw["attachments"] = dict(cell.attachments)
    if cell.type == "code":
        raw["execution_count"] = cell.execution_count
        raw["outputs"] = [_saved(output) for output in cell.outputs if output.get("text") != ""]
    return raw


def _saved(output: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in output.items() if key != "transient"}


def _no_notebook() -> BrokenNotebookError:
    return BrokenNotebookError("This file holds JSON, but not a notebook that can be opened.")


def _garbled(line: int) -> BrokenNotebookError:
    return BrokenNotebookError(
        "This file is not a notebook: its text stops making sense at line {line}.", line=line
    )
