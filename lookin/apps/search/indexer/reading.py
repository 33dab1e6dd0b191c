"""Reads one file of a workspace as an entry of the index: a notebook's texts, a text file's text.

Whatever lies there: a file that cannot be read as what its name says is found by its name alone.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from lookin.apps.search.index.entry import Entry, Part
from lookin.core.documents.ipynb import FILE_BYTES, has_too_many_parts, read_ipynb
from lookin.core.documents.searchable import Searchable, searchable_texts
from lookin.core.lib.errors import LookinError, NotFoundError
from lookin.core.lib.folders import open_file_in, open_folder

log = logging.getLogger("lookin.indexer")
TEXT_BYTES = 256_000  # of a text file; what comes after is not searched
LARGE_BYTES = 200_000  # of a notebook: from here on its pictures are taken out before it is parsed
# Base64 in a JSON string. Possessive, so that no text makes it slow.
_PICTURE = re.compile(rb'"[A-Za-z0-9+/=\\]{1000,}+(?<!\\)"')
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_KOREAN = {"csv", "txt", "tsv"}  # what a spreadsheet in Korea saves in its own encoding


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a file besides its content: its row's id, ids of who changed it."""

    notebook: str | None = None
    people: tuple[str, ...] = ()


def read_entry(root: Path, path: str, about: About) -> Entry | None:
    """The file `path` of the workspace at `root` as it is now; None when it is no file (any more).

    Follows no link, waits for no pipe, reads at most 50 MB.
    """
    try:
        descriptor = _opened(root, path)
    except NotFoundError:
        return None
    try:
        found = os.fstat(descriptor)
        data = _data(descriptor, path, found.st_size)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return entry_of(path, about, (found.st_mtime_ns, found.st_size), parts_of(path, data))


def read_whatever(root: Path, path: str, about: About) -> Entry | None:
    """The same; by its name alone when reading it fails in a way that nobody thought of."""
    try:
        return read_entry(root, path, about)
    except Exception:
        log.exception("A file could not be read for the index")
        form = form_of(root, path)
        return None if form is None else entry_of(path, about, form, ())


def form_of(root: Path, path: str) -> tuple[int, int] | None:
    """(changed_ns, size) of the regular file at `path`; None when there is none."""
    try:
        descriptor = _opened(root, path)
    except NotFoundError:
        return None
    try:
        found = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    return found.st_mtime_ns, found.st_size


def entry_of(path: str, about: About, form: tuple[int, int], parts: tuple[Part, ...]) -> Entry:
    """An entry; `form` is (changed_ns, size) of its file."""
    pure = PurePosixPath(path)
    is_notebook = path.endswith(".ipynb")
    return Entry(
        path=path,
        kind="notebook" if is_notebook else "file",
        title=pure.stem if is_notebook else pure.name,
        ending=pure.suffix[1:].lower()[:16],
        notebook=about.notebook,
        people=about.people,
        changed_ns=form[0],
        size=form[1],
        parts=parts,
    )


def parts_of(path: str, data: bytes) -> tuple[Part, ...]:
    """What is searched in a file of this name and content; nothing for what is no text."""
    if path.endswith(".ipynb"):
        return cell_parts(_notebook_texts(data))
    text = _text(data, PurePosixPath(path).suffix[1:].lower())
    return (Part("", "text", text),) if text.strip() else ()


def cell_parts(texts: list[Searchable]) -> tuple[Part, ...]:
    """A notebook's texts as parts."""
    return tuple(Part(text.cell, text.kind, text.text) for text in texts)


def _opened(root: Path, path: str) -> int:
    """A descriptor of the regular file. Raises NotFoundError."""
    *folders, name = path.split("/")
    folder = open_folder(root, folders)
    try:
        return open_file_in(folder, name)
    finally:
        os.close(folder)


def _data(descriptor: int, path: str, size: int) -> bytes:
    """As much of the file as is looked at. Raises OSError."""
    is_notebook = path.endswith(".ipynb")
    if is_notebook and size > FILE_BYTES:
        return b""  # nobody can open it
    most = FILE_BYTES if is_notebook else TEXT_BYTES
    pieces = []
    while most > 0 and (piece := os.read(descriptor, min(most, 1 << 20))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def _notebook_texts(data: bytes) -> list[Searchable]:
    """Format 4 is read as it stands, which is quick; older ones as the page reads them."""
    if len(data) > LARGE_BYTES:
        data = _PICTURE.sub(b'""', data)
    if has_too_many_parts(data):
        return []
    try:
        raw: Any = json.loads(data.decode("utf-8-sig"))
        cells = raw.get("cells") if isinstance(raw, Mapping) else None
        if isinstance(cells, list) and raw.get("nbformat") == 4:
            return searchable_texts(cells)
        document = read_ipynb(data)
    except (ValueError, RecursionError, LookinError):
        return []
    return searchable_texts(cell.to_json() for cell in document)


def _text(data: bytes, ending: str) -> str:
    """The text of a file, "" when it is none. The cut may have gone through a character."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "ignore")
    if b"\0" in data:
        return ""
    text = _decoded(data, "utf-8-sig")
    if text is None and ending in _KOREAN:
        text = _decoded(data, "cp949")
    return "" if text is None or _CONTROL.search(text) else text


def _decoded(data: bytes, encoding: str) -> str | None:
    most_cut = 3 if len(data) >= TEXT_BYTES else 0
    for cut in range(most_cut + 1):
        try:
            return data[: len(data) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
