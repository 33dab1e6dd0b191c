"""Scripts and Markdown that become notebooks of their own; the file itself stays as it is."""

from __future__ import annotations

import os
from pathlib import PurePosixPath

from lookin.apps.notebooks.models import Notebook
from lookin.apps.notebooks.services import add_notebook
from lookin.apps.workspaces.models import Workspace
from lookin.core.documents.ipynb import write_ipynb
from lookin.core.documents.percent import from_percent
from lookin.core.documents.prose import from_markdown
from lookin.core.lib.errors import LookinError
from lookin.core.lib.folders import open_file

MOST_BYTES = 5_000_000
_READERS = {".py": from_percent, ".md": from_markdown, ".markdown": from_markdown}
_ENCODINGS = ("utf-8-sig", "cp949")


def import_file(workspace: Workspace, path: str) -> Notebook:
    """A new notebook beside the script or text at `path`. Raises NotFoundError, or LookinError:
    `not_importable`, `too_large`, `not_text`."""
    place = PurePosixPath(path)
    reader = _READERS.get(place.suffix.lower())
    if reader is None:
        raise LookinError(
            "Only Python scripts (.py) and Markdown (.md) can become notebooks.",
            "The file is in your workspace as it is.",
            code="not_importable",
        )
    document = reader(_text(_content(workspace, path)))
    folder = "" if str(place.parent) == "." else str(place.parent)
    return add_notebook(workspace, folder, place.stem, write_ipynb(document))


def _content(workspace: Workspace, path: str) -> bytes:
    with os.fdopen(open_file(workspace.folder, path), "rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise LookinError(
            "This file is larger than the 5 MB that can become a notebook.",
            "The file is in your workspace as it is.",
            code="too_large",
            status=413,
        )
    return content


def _text(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise LookinError(
        "This file is not text that can be read.",
        "The file is in your workspace as it is.",
        code="not_text",
    )
