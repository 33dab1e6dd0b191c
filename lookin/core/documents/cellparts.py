"""What a page may put into a cell besides its text: metadata and attachments, checked and bounded.

Not for files: what a notebook file holds already is kept as it is.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from lookin.core.documents.text import is_whole
from lookin.core.lib.errors import LookinError

METADATA_CHARS = 16_000  # of one note, as JSON
CELL_METADATA_CHARS = 64_000  # of all a cell's metadata, once a note changes it
METADATA_DEPTH = 20
ATTACHMENT_CHARS = 900_000  # base64 of one attachment; one frame holds it
CELL_ATTACHMENTS_CHARS = 5_000_000
NOTEBOOK_ATTACHMENTS_CHARS = 20_000_000
MOST_ATTACHMENTS = 100  # of one cell
MIMES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"})
_NAME = re.compile(r"\w[\w.-]{0,99}")
Json = dict[str, Any]
Attachments = Mapping[str, Mapping[str, str]]


class BadPartError(LookinError):
    """A part of a cell that no page of ours sends, or too large a one."""

    code = "bad_frame"


def check_metadata(value: object) -> Json:
    """`value` when it is metadata that fits. Raises BadPartError (`bad_frame`, `too_large`)."""
    if not isinstance(value, dict) or not _is_shallow(value, METADATA_DEPTH):
        raise _bad()
    text = json.dumps(value, ensure_ascii=False)
    if not is_whole(text):
        raise _bad()
    if len(text) > METADATA_CHARS:
        raise BadPartError(
            "That is more than a cell's notes can hold.",
            "Nothing was changed. Put long text into the cell itself.",
            code="too_large",
            status=413,
        )
    return value


def check_attachment(name: object, mime: object, data: object) -> tuple[str, str, str]:
    """The three when they are a picture's. Raises BadPartError (`bad_frame`, `too_large`)."""
    if not is_attachment_name(name) or mime not in MIMES or not isinstance(data, str):
        raise _bad()
    if len(data) > ATTACHMENT_CHARS:
        raise too_many_attachments()
    try:
        base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad() from error
    return str(name), str(mime), data


def check_attachments(value: object) -> dict[str, dict[str, str]]:
    """`value` when all of it are pictures, each by its name. Raises as `check_attachment`."""
    if not isinstance(value, dict) or len(value) > MOST_ATTACHMENTS:
        raise _bad()
    for name, bundle in value.items():
        if not isinstance(bundle, dict) or not bundle:
            raise _bad()
        for mime, data in bundle.items():
            check_attachment(name, mime, data)
    return value


def is_attachment_name(name: object) -> bool:
    """Whether this can name an attachment: it can stand in Markdown and means no other file."""
    return isinstance(name, str) and is_whole(name) and _NAME.fullmatch(name) is not None


def attachment_chars(attachments: Attachments) -> int:
    """How much they hold, in characters."""
    return sum(len(text) for bundle in attachments.values() for text in bundle.values())


def patched(metadata: Mapping[str, Any], patch: Mapping[str, Any]) -> Json:
    """`metadata` after a JSON merge patch (RFC 7396): None takes a key away, objects are joined."""
    result = dict(metadata)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            old = result.get(key)
            result[key] = patched(old if isinstance(old, Mapping) else {}, value)
        else:
            result[key] = value
    return result


def named_in(source: str, attachments: Attachments) -> dict[str, Mapping[str, str]]:
    """Those attachments whose names the text says."""
    return {name: bundle for name, bundle in attachments.items() if _says(name).search(source)}


def joined(
    mine: Attachments, theirs: Attachments, source: str
) -> tuple[dict[str, Mapping[str, str]], str]:
    """Both together, and `source`, the text of theirs, with the names that had to change."""
    result = dict(mine)
    for name, bundle in theirs.items():
        own = name
        number = 2
        while own in result and result[own] != bundle:
            own, number = _numbered(name, number), number + 1
        result[own] = bundle
        if own != name:
            source = _says(name).sub(f"attachment:{own}", source)
    return result, source


def too_many_attachments() -> LookinError:
    """What people read when a picture does not fit."""
    return BadPartError(
        "That picture is too large for a cell, or the notebook has too many.",
        "Nothing was changed. Make it smaller, or put it beside the notebook as a file.",
        code="too_large",
        status=413,
    )


def _says(name: str) -> re.Pattern[str]:
    return re.compile(rf"attachment:{re.escape(name)}(?![\w-]|\.\w)")


def _numbered(name: str, number: int) -> str:
    stem, dot, end = name.rpartition(".")
    return f"{stem}-{number}.{end}" if dot else f"{name}-{number}"


def _is_shallow(value: object, depth: int) -> bool:
    if depth == 0:
        return False
    if isinstance(value, dict):
        return all(_is_shallow(item, depth - 1) for item in value.values())
    if isinstance(value, list):
        return all(_is_shallow(item, depth - 1) for item in value)
    return True


def _bad() -> BadPartError:
    return BadPartError(
        "The page sent something that Lookin does not understand.", "Reload the page."
    )
