"""A page's question -> what the kernel is asked; the kernel's reply -> what the page is told. Pure.

Both sides are strangers: shapes, sizes and numbers are checked here. CodeMirror counts UTF-16
units, a kernel counts code points.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lookin.core.documents.text import is_whole, utf16_length
from lookin.core.kernels.driver import Question
from lookin.core.lib.errors import LookinError

Json = dict[str, Any]
CODE_UNITS = 200_000  # of a cell that is completed in; a kernel would be busy with more
MOST_MATCHES = 500
MOST_MATCH = 500  # characters of one
MOST_DOCS = 200_000  # characters of an inspection
MOST_VARIABLES = 1_000
MOST_ROWS = 200
MOST_NAME = 200
MOST_LABEL = 4_000  # of a signature, and of what is written about it
MOST_PARAMETERS = 100
MOST_COLUMNS = 200
MOST_PAGE = 4_000_000  # characters of a page of a table, as JSON


@dataclass(frozen=True, slots=True)
class Asked:
    """`plain` is the ordinary question for kernels that do not know ours; `answer` reads both."""

    question: Question
    answer: Callable[[Json], Json]
    plain: str | None = None


def read_question(frame: Json) -> Asked:
    """The question in a frame whose `op` is one. Raises LookinError: bad_frame, too_large."""
    ref = frame.get("ref")
    if type(ref) is not int or not 0 <= ref < 2**53:
        raise _bad()
    return _READERS[frame["op"]](frame)


def _complete(frame: Json) -> Asked:
    code, cursor = _place(frame)
    question = Question("complete", {"code": code, "cursor_pos": cursor})
    return Asked(question, lambda reply: _matches(reply, code, cursor))


def _inspect(frame: Json) -> Asked:
    code, cursor = _place(frame)
    detail = frame.get("detail", 0)
    if type(detail) is not int or detail not in (0, 1):
        raise _bad()
    content = {"code": code, "cursor_pos": cursor, "detail_level": detail}
    return Asked(Question("lookin_inspect", content, ours=True), _inspection, plain="inspect")


def _variables(_: Json) -> Asked:
    return Asked(Question("lookin_variables", {}, ours=True), _listed)


def _variable(frame: Json) -> Asked:
    name, start, count = frame.get("name"), frame.get("start", 0), frame.get("count", 50)
    if not isinstance(name, str) or len(name) > MOST_NAME or not is_whole(name):
        raise _bad()
    if type(start) is not int or not 0 <= start < 2**53:
        raise _bad()
    if type(count) is not int or not 0 < count <= MOST_ROWS:
        raise _bad()
    content = {"name": name, "start": start, "count": count}
    return Asked(Question("lookin_variable", content, ours=True), _page)


_READERS: dict[str, Callable[[Json], Asked]] = {
    "complete": _complete,
    "inspect": _inspect,
    "variables": _variables,
    "variable": _variable,
}


def _place(frame: Json) -> tuple[str, int]:
    """The code, and the cursor in code points."""
    code, cursor = frame.get("code"), frame.get("cursor")
    if not isinstance(code, str) or not is_whole(code) or type(cursor) is not int:
        raise _bad()
    units = utf16_length(code)
    if units > CODE_UNITS:
        raise LookinError("This cell is too long for that.", code="too_large", status=413)
    if not 0 <= cursor <= units:
        raise _bad()
    before = code[:cursor] if units == len(code) else _before(code, cursor)
    return code, len(before)


def _before(code: str, cursor: int) -> str:
    """What stands before `cursor`, which counts UTF-16 units; half an emoji does not count."""
    return code.encode("utf-16-le")[: 2 * cursor].decode("utf-16-le", "ignore")


def _matches(reply: Json, code: str, cursor: int) -> Json:
    metadata = reply.get("metadata")
    typed = metadata.get("_jupyter_types_experimental") if isinstance(metadata, dict) else None
    if not isinstance(typed, list) or not typed:
        start, end = reply.get("cursor_start", cursor), reply.get("cursor_end", cursor)
        texts = reply.get("matches")
        typed = [
            {"text": text, "start": start, "end": end}
            for text in (texts if isinstance(texts, list) else [])
        ]
    units: dict[int, int] = {}
    found = (_match(item, code, units) for item in typed[: 2 * MOST_MATCHES])
    return {"matches": [match for match in found if match is not None][:MOST_MATCHES]}


def _match(item: object, code: str, units: dict[int, int]) -> Json | None:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        return None
    start, end = item.get("start"), item.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start <= end <= len(code):
        return None
    if len(item["text"]) > MOST_MATCH:
        return None
    for place in (start, end):
        if place not in units:
            units[place] = utf16_length(code[:place])
    match = {"text": item["text"], "start": units[start], "end": units[end]}
    kind, signature = item.get("type"), item.get("signature")
    match["type"] = kind[:50] if isinstance(kind, str) and kind != "<unknown>" else ""
    if isinstance(signature, str) and signature:
        match["signature"] = signature[:MOST_MATCH]
    return match


def _inspection(reply: Json) -> Json:
    data = reply.get("data")
    room = MOST_DOCS
    shown: dict[str, str] = {}
    for mime, text in (data if isinstance(data, dict) else {}).items():
        if isinstance(text, str) and len(mime) <= MOST_NAME and room > 0:
            shown[mime] = text[:room]
            room -= len(shown[mime])
    answer: Json = {"found": reply.get("found") is True, "data": shown}
    signature = reply.get("signature")
    if isinstance(signature, dict):
        answer["signature"] = _signature(signature)
    return answer


def _signature(said: Json) -> Json:
    parameters, active = said.get("parameters"), said.get("active")
    return {
        "label": _text(said.get("label"), MOST_LABEL),
        "parameters": [_text(text, MOST_MATCH) for text in _list(parameters, MOST_PARAMETERS)],
        "active": active if _is_count(active) else None,
        "doc": _text(said.get("doc"), MOST_LABEL),
    }


def _listed(reply: Json) -> Json:
    rows = reply.get("variables")
    rows = rows if isinstance(rows, list) else []
    shown = [_row(row) for row in rows[:MOST_VARIABLES] if isinstance(row, dict)]
    more = reply.get("more")
    return {"variables": shown, "more": more if type(more) is int else 0}


def _row(row: Json) -> Json:
    answer: Json = {key: str(row.get(key, ""))[:MOST_NAME] for key in ("name", "type", "preview")}
    if isinstance(row.get("shape"), list):
        answer["shape"] = [n for n in row["shape"][:32] if type(n) is int]
    if type(row.get("size_bytes")) is int:
        answer["size_bytes"] = row["size_bytes"]
    if row.get("module") is True:
        answer["module"] = True
    if row.get("opens") in ("table", "text"):
        answer["opens"] = row["opens"]
    return answer


def _page(reply: Json) -> Json:
    if reply.get("status") != "ok" or reply.get("kind") not in ("table", "text"):
        if reply.get("reason") == "gone":
            raise LookinError("There is no such variable any more.", code="no_such_variable")
        raise LookinError("This variable takes too long to look at.", code="kernel_busy")
    about = {key: _text(reply.get(key), MOST_NAME) for key in ("name", "type")}
    page = {**about, **(_table(reply) if reply["kind"] == "table" else _long_text(reply))}
    if len(json.dumps(page)) > MOST_PAGE:
        raise LookinError("This variable is too large to look at.", code="too_large", status=413)
    return page


def _table(reply: Json) -> Json:
    """Only what a table has, in its shape: a kernel may say anything, and a page believes it."""
    columns = _list(reply.get("columns"), MOST_COLUMNS)
    numbers = {key: reply.get(key) for key in ("start", "total", "more_columns")}
    return {
        "kind": "table",
        "columns": [
            {key: _text(column.get(key), MOST_NAME) for key in ("name", "type")}
            for column in columns
            if isinstance(column, dict)
        ],
        "index": [_text(key, MOST_PAGE) for key in _list(reply.get("index"), MOST_ROWS)],
        "rows": [
            [_text(cell, MOST_PAGE) for cell in _list(row, MOST_COLUMNS)]
            for row in _list(reply.get("rows"), MOST_ROWS)
        ],
        **{key: value if _is_count(value) else 0 for key, value in numbers.items()},
    }


def _long_text(reply: Json) -> Json:
    text = _text(reply.get("text"), MOST_PAGE)
    return {"kind": "text", "text": text, "cut": reply.get("cut") is True}


def _text(value: object, most: int) -> str:
    return value[:most] if isinstance(value, str) else ""


def _list(value: object, most: int) -> list[Any]:
    return value[:most] if isinstance(value, list) else []


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**53


def _bad() -> LookinError:
    return LookinError(
        "The page sent something that Lookin does not understand.",
        "Reload the page.",
        code="bad_frame",
    )
