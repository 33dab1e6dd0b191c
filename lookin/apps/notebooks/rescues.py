"""A notebook file that cannot be opened: what can be saved of it, as a notebook of its own.

The broken file is never touched. How it is read is core/documents/rescuing.py.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext, override

from lookin.apps.notebooks import broker
from lookin.apps.notebooks.models import Notebook
from lookin.apps.notebooks.services import add_notebook, file_content
from lookin.core.documents.document import Document
from lookin.core.documents.ipynb import FILE_BYTES, BrokenNotebookError, read_ipynb, write_ipynb
from lookin.core.documents.rescuing import Rescue, Trouble, rescues_of, trouble_of
from lookin.core.lib.errors import NotFoundError
from lookin.core.lib.folders import held_folder, open_file_in

CHECKPOINTS = ".ipynb_checkpoints"


@dataclass(frozen=True, slots=True)
class Broken:
    """What is wrong with a file, and the ways out, the best first."""

    trouble: Trouble
    rescues: tuple[Rescue, ...]


def look_into(notebook: Notebook) -> Broken:
    """Why the notebook cannot be opened and what there is to save. Raises as `file_content`."""
    content = file_content(notebook)
    return Broken(trouble_of(content), tuple(_ways(notebook, content)))


def rescue_notebook(notebook: Notebook, kind: str, language: str) -> Notebook:
    """A new notebook beside the broken one, with what that way saves. Raises NotFoundError."""
    ways = {rescue.kind: rescue for rescue in _ways(notebook, file_content(notebook))}
    if kind not in ways:
        raise NotFoundError("That cannot be saved any more.", "Open the notebook again.")
    with override(language or None):
        title = gettext("{name} (rescued)").format(name=notebook.title)
    content = write_ipynb(ways[kind].document)
    return add_notebook(notebook.workspace, notebook.folder_path, title, content)


def _ways(notebook: Notebook, content: bytes) -> list[Rescue]:
    found = rescues_of(content)
    live = broker.live_content(notebook)
    for kind, other in (("live", live), ("checkpoint", _checkpoint(notebook))):
        document = _document(other)
        if document is not None:
            found.append(Rescue(kind, document, is_whole=True))
    return found


def _document(content: bytes | None) -> Document | None:
    if not content:
        return None
    with contextlib.suppress(BrokenNotebookError):
        return read_ipynb(content)
    return None


def _checkpoint(notebook: Notebook) -> bytes | None:
    """Jupyter's own copy of the file, where there is one. Its folder is hidden, so this looks by
    itself, without following links."""
    name = f"{PurePosixPath(notebook.path).stem}-checkpoint.ipynb"
    with contextlib.suppress(OSError, NotFoundError):
        with held_folder(notebook.workspace.folder, notebook.folder_path) as folder:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            inner = os.open(CHECKPOINTS, flags, dir_fd=folder)
        try:
            descriptor = open_file_in(inner, name)
        finally:
            os.close(inner)
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(FILE_BYTES + 1)
        return content if len(content) <= FILE_BYTES else None
    return None
