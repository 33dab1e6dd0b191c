"""A browser's frame -> an operation, or why not. The only reader of what strangers send.

Checks types, sizes and ids; whether the operation fits the document is for `session.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lookin.core.documents.inputs import (
    Clear,
    Delete,
    Edit,
    Insert,
    InterruptAsked,
    Move,
    Operation,
    RestartAsked,
    Retype,
    Run,
)
from lookin.core.documents.text import (
    SOURCE_UNITS,
    BadChangesError,
    check_changes,
    is_whole,
    normal_lines,
    utf16_length,
)
from lookin.core.lib.errors import LookinError
from lookin.core.lib.ids import is_cell_id

MOST_UPDATES = 1_000  # in one push
CELL_TYPES = ("code", "markdown", "raw")
Frame = dict[str, Any]


class BadFrameError(LookinError):
    """A frame that no page of ours sends."""

    code = "bad_frame"


def read_ref(frame: object) -> int:
    """The frame's number for the answer, or 0 when it has none."""
    ref = frame.get("ref") if isinstance(frame, dict) else None
    return ref if type(ref) is int and 0 <= ref < 2**53 else 0


def read_operation(frame: object) -> Operation:
    """The operation in a frame.

    Raises BadFrameError (`bad_frame`) or BadChangesError (`bad_changes`, `too_large`).
    """
    if not isinstance(frame, dict) or not isinstance(frame.get("op"), str):
        raise _bad()
    reader = _READERS.get(frame["op"])
    if reader is None or read_ref(frame) != frame.get("ref"):
        raise _bad()
    return reader(frame)


def _edit(frame: Frame) -> Edit:
    updates = frame.get("updates")
    if not isinstance(updates, list) or not 0 < len(updates) <= MOST_UPDATES:
        raise _bad()
    clean = tuple(_update(update) for update in updates)
    return Edit(frame["ref"], _id(frame, "cell"), _count(frame, "version"), clean)


def _update(update: object) -> dict[str, Any]:
    client = update.get("client") if isinstance(update, dict) else None
    if not isinstance(update, dict) or not isinstance(client, str) or len(client) > 64:
        raise _bad()
    if not is_whole(client):
        raise _bad()
    return {"client": client, "changes": check_changes(update.get("changes"))}


def _insert(frame: Frame) -> Insert:
    cell = frame.get("cell")
    if not isinstance(cell, dict) or not isinstance(cell.get("source"), str):
        raise _bad()
    source = normal_lines(cell["source"])
    if utf16_length(source) > SOURCE_UNITS or not is_whole(source):
        raise BadChangesError(
            "A cell can hold a million characters, and this is more.",
            "Put long data into a file and read the file in the cell.",
            code="too_large",
            status=413,
        )
    return Insert(frame["ref"], _id(cell, "id"), _type(cell), source, _after(frame))


def _id(frame: Frame, key: str) -> str:
    value = frame.get(key)
    if not is_cell_id(value):
        raise _bad()
    return str(value)


def _after(frame: Frame) -> str | None:
    return None if frame.get("after", "") is None else _id(frame, "after")


def _type(frame: Frame) -> str:
    if frame.get("type") not in CELL_TYPES:
        raise _bad()
    return str(frame["type"])


def _count(frame: Frame, key: str) -> int:
    value = frame.get(key)
    if type(value) is not int or not 0 <= value < 2**53:
        raise _bad()
    return value


def _bad() -> BadFrameError:
    return BadFrameError(
        "The page sent something that Lookin does not understand.", "Reload the page."
    )


_READERS: dict[str, Callable[[Frame], Operation]] = {
    "edit": _edit,
    "insert": _insert,
    "delete": lambda f: Delete(f["ref"], _id(f, "cell")),
    "move": lambda f: Move(f["ref"], _id(f, "cell"), _after(f)),
    "retype": lambda f: Retype(f["ref"], _id(f, "cell"), _type(f)),
    "run": lambda f: Run(f["ref"], _id(f, "cell")),
    "clear": lambda f: Clear(f["ref"], _id(f, "cell")),
    "interrupt": lambda f: InterruptAsked(f["ref"]),
    "restart": lambda f: RestartAsked(f["ref"]),
}
