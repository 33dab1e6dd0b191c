"""A browser's frame -> an operation, or why not. The only reader of what strangers send.

Checks types, sizes and ids; whether the operation fits the document is for `session.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lookin.core.documents.cellparts import (
    check_attachment,
    check_attachments,
    check_metadata,
    is_attachment_name,
)
from lookin.core.documents.inputs import (
    AnswerGiven,
    Attach,
    Clear,
    Delete,
    Detach,
    Edit,
    Insert,
    InterruptAsked,
    Merge,
    Move,
    Note,
    Operation,
    RestartAsked,
    Retype,
    Run,
    Split,
    Undelete,
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
JOINTS = ("", "\n", "\n\n")  # between the texts of merged cells
MOST_SKIPPED = 2
ANSWER_CHARS = 100_000
REQUEST_CHARS = 200
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

    Raises LookinError: `bad_frame`, `bad_changes`, `too_large`.
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
    metadata = check_metadata(cell.get("metadata", {}))
    attachments = check_attachments(cell.get("attachments", {}))
    where = _id(cell, "id"), _type(cell), source, _after(frame)
    return Insert(frame["ref"], *where, metadata, attachments)


def _split(frame: Frame) -> Split:
    skip = frame.get("skip", 0)
    if type(skip) is not int or not 0 <= skip <= MOST_SKIPPED:
        raise _bad()
    at = _count(frame, "version"), _count(frame, "at"), skip
    return Split(frame["ref"], _id(frame, "cell"), *at, _id(frame, "id"))


def _merge(frame: Frame) -> Merge:
    joint = frame.get("joint")
    if joint is not None and joint not in JOINTS:
        raise _bad()
    first = _id(frame, "cell"), _count(frame, "version")
    second = _id(frame, "next"), _count(frame, "next_version")
    return Merge(frame["ref"], *first, *second, joint)


def _note(frame: Frame) -> Note:
    return Note(frame["ref"], _id(frame, "cell"), check_metadata(frame.get("metadata")))


def _attach(frame: Frame) -> Attach:
    picture = check_attachment(frame.get("name"), frame.get("mime"), frame.get("data"))
    return Attach(frame["ref"], _id(frame, "cell"), *picture)


def _detach(frame: Frame) -> Detach:
    if not is_attachment_name(frame.get("name")):
        raise _bad()
    return Detach(frame["ref"], _id(frame, "cell"), frame["name"])


def _run(frame: Frame) -> Run:
    if frame.get("then") not in (None, "go_on", "stop"):
        raise _bad()
    return Run(frame["ref"], _id(frame, "cell"), goes_on=frame.get("then") == "go_on")


def _answer(frame: Frame) -> AnswerGiven:
    request = _text(frame, "request", REQUEST_CHARS)
    return AnswerGiven(
        frame["ref"], _id(frame, "cell"), request, _text(frame, "text", ANSWER_CHARS)
    )


def _text(frame: Frame, key: str, most: int) -> str:
    value = frame.get(key)
    if not isinstance(value, str) or len(value) > most or not is_whole(value):
        raise _bad()
    return value


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
    "split": _split,
    "merge": _merge,
    "delete": lambda f: Delete(f["ref"], _id(f, "cell")),
    "undelete": lambda f: Undelete(f["ref"], _id(f, "cell"), _after(f)),
    "move": lambda f: Move(f["ref"], _id(f, "cell"), _after(f)),
    "retype": lambda f: Retype(f["ref"], _id(f, "cell"), _type(f)),
    "note": _note,
    "attach": _attach,
    "detach": _detach,
    "run": _run,
    "answer": _answer,
    "clear": lambda f: Clear(f["ref"], _id(f, "cell")),
    "interrupt": lambda f: InterruptAsked(f["ref"]),
    "restart": lambda f: RestartAsked(f["ref"]),
}
