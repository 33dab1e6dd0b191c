"""Images and large values by address: taken out of outputs, and put back into them. Pure.

An address stands where the value stood, in `data[mime]`: `{"lookin": {"blob", "bytes", "form"}}`.
Where the content lies is not our business: `keep` stores it, `read` fetches it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from lookin.core.documents.document import Cell, Document, Output
from lookin.core.documents.pictures import picture_size

INLINE_CHARS = 16_000  # of a value that stands in its output; pictures never do
DIGEST_CHARS = 64
_BASE64 = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"}
_PICTURES = _BASE64 | {"image/svg+xml"}
_GONE = "[This part of the output is not there any more. Run the cell again to see it.]"

Keep = Callable[[bytes], str]  # stores content and answers its digest; raises OSError
Read = Callable[[str], bytes | None]  # None: nothing has that digest (any more)


def digest_of(content: bytes) -> str:
    """The address of `content`: SHA-256, in hex."""
    return hashlib.sha256(content).hexdigest()


def is_digest(value: object) -> bool:
    """Whether `value` has the form of an address; nothing else may become part of a path."""
    return (
        isinstance(value, str)
        and len(value) == DIGEST_CHARS
        and all(letter in "0123456789abcdef" for letter in value)
    )


def stowed(output: Output, keep: Keep) -> Output:
    """The output with addresses for every picture and every long value. Raises what `keep` raises.

    It comes from a kernel or a file, where no address is ours. One without any of that is the same
    object.
    """
    data = output.get("data")
    if not isinstance(data, dict):
        return output
    changed = {mime: _stow(mime, value, keep) for mime, value in data.items()}
    if all(changed[mime] is data[mime] for mime in data):
        return output
    return {**output, "data": changed}


def restored(output: Output, read: Read) -> Output:
    """The output with its real content, as a file and an export need it. Never raises for gone
    content: a sentence stands in its place.
    """
    data = output.get("data")
    if not isinstance(data, dict) or not any(_address(value) for value in data.values()):
        return output
    return {**output, "data": _restored_data(data, read)}


def stowed_document(document: Document, keep: Keep) -> Document:
    """The document with `stowed` outputs; those of a file, where no address is ours."""
    return _changed(document, lambda output: stowed(output, keep))


def without_addresses(output: Output) -> Output:
    """The output of a kernel or a file, for which there is no place: without forged addresses."""
    data = output.get("data")
    if not isinstance(data, dict) or not any(_address(value) for value in data.values()):
        return output
    honest = {mime: value for mime, value in data.items() if _address(value) is None}
    return {**output, "data": honest or {"text/plain": _GONE}}


def document_without_addresses(document: Document) -> Document:
    """The document with no forged address."""
    return _changed(document, without_addresses)


def restored_document(document: Document, read: Read) -> Document:
    """The document with `restored` outputs."""
    return _changed(document, lambda output: restored(output, read))


def addresses_in(outputs: Iterable[Output]) -> Iterator[str]:
    """The digests that these outputs name."""
    for output in outputs:
        data = output.get("data")
        for value in data.values() if isinstance(data, dict) else ():
            about = _address(value)
            if about is not None:
                yield str(about["blob"])


def addresses_of(cells: Iterable[Cell]) -> set[str]:
    """The digests that the outputs of these cells (or of a whole document) name."""
    return {digest for cell in cells for digest in addresses_in(cell.outputs)}


def held_cells(document: Document) -> Iterator[Cell]:
    """All cells whose outputs must stay: those that are there, and deleted ones that may return."""
    yield from document
    yield from document.trash


def blob_bytes(cells: Iterable[Cell]) -> int:
    """How much lies behind the addresses of these cells; one that stands twice counts twice."""
    values = (v for c in cells for o in c.outputs for v in (o.get("data") or {}).values())
    return sum(int(about["bytes"]) for v in values if (about := _address(v)) is not None)


def value_chars(value: object) -> int | None:
    """How many characters the value behind an address takes in a file; None for other values."""
    about = _address(value)
    if about is None:
        return None
    size = int(about["bytes"])
    return size * 4 // 3 if str(about.get("form", "")).startswith("base64") else size


def _changed(document: Document, change: Callable[[Output], Output]) -> Document:
    cells = dict(document.cells)
    for cell in document:
        outputs = tuple(change(output) for output in cell.outputs)
        if any(new is not old for new, old in zip(outputs, cell.outputs, strict=True)):
            cells[cell.id] = cell.with_(outputs=outputs)
    return replace(document, cells=cells)


def _address(value: object) -> Mapping[str, Any] | None:
    """What stands at an address; None for a value that is none. Checked: a kernel may forge one."""
    about = value.get("lookin") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(about, dict) or not is_digest(about.get("blob")):
        return None
    size = about.get("bytes")
    return about if type(size) is int and 0 <= size < 2**53 else None


def _stow(mime: str, value: object, keep: Keep) -> object:
    content, form = _content(mime, value)
    # What comes from a kernel or a file and looks like an address is forged: it would count for
    # what it says of itself, and be saved as what it names, a thousand times. So it is content.
    is_forged = _address(value) is not None
    if mime not in _PICTURES and len(content) <= INLINE_CHARS and not is_forged:
        return value
    about: dict[str, object] = {"blob": keep(content), "bytes": len(content), "form": form}
    size = picture_size(content) if mime in _BASE64 else None
    if size is not None:
        about["width"], about["height"] = size
    return {"lookin": about}


def _content(mime: str, value: object) -> tuple[bytes, str]:
    """The bytes to keep of a value, and how they become the value again."""
    if not isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode(), "json"
    if mime in _BASE64:
        found = _decoded(value)
        if found is not None:
            return found
    return value.encode(), "text"


def _decoded(value: str) -> tuple[bytes, str] | None:
    """Base64 as bytes, with the way it was written: plain, with a line end, in lines of 76."""
    try:
        content = base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    for form in ("base64", "base64_end", "base64_lines"):
        if _encoded(content, form) == value:
            return content, form
    return content, "base64"


def _encoded(content: bytes, form: str) -> str:
    if form == "base64_lines":
        return base64.encodebytes(content).decode()
    return base64.b64encode(content).decode() + ("\n" if form == "base64_end" else "")


def _restored_data(data: Mapping[str, object], read: Read) -> dict[str, object]:
    whole: dict[str, object] = {}
    for mime, value in data.items():
        about = _address(value)
        content = read(str(about["blob"])) if about else None
        if about is None:
            whole[mime] = value
        elif content is not None:
            whole[mime] = _value(content, str(about.get("form", "text")))
    return whole or {"text/plain": _GONE}


def _value(content: bytes, form: str) -> object:
    if form.startswith("base64"):
        return _encoded(content, form)
    text = content.decode("utf-8", "replace")
    try:
        return json.loads(text) if form == "json" else text
    except ValueError:
        return text
