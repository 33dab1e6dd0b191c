"""What happens to notebooks as files: opened, made, renamed, copied, deleted.

Not for who may (access.py), nor for what is inside (the broker).
"""

from __future__ import annotations

import os
import time
import uuid
from pathlib import PurePosixPath

from django.utils import timezone
from django.utils.translation import gettext, override

from lookin.apps.notebooks import broker
from lookin.apps.notebooks.models import Notebook
from lookin.apps.workspaces import files
from lookin.apps.workspaces.models import PATH_LENGTH, Workspace
from lookin.core.documents.ipynb import FILE_BYTES, new_document, read_ipynb, write_ipynb
from lookin.core.lib.errors import LookinError, NotFoundError
from lookin.core.lib.files import disk_error, safe_name
from lookin.core.lib.folders import held_folder, open_file
from lookin.core.lib.ids import new_token
from lookin.core.uploads.claiming import claim_free_name

ENDING = ".ipynb"
RENAME_SECONDS = 0.2  # at most, between the new name of a file and that of its row


def open_notebook_at(workspace: Workspace, path: str) -> Notebook:
    """The row of the notebook file at `path`; made when the file is opened for the first time.

    Raises NotFoundError when there is no such file, or when it is not an `.ipynb`.
    """
    if not path.endswith(ENDING) or len(path.encode()) > PATH_LENGTH:
        raise NotFoundError("There is no such notebook.", "Go back to your desk.")
    os.close(open_file(workspace.folder, path))
    return Notebook.objects.get_or_create(workspace=workspace, path=path)[0]


def check_readable(notebook: Notebook) -> None:
    """Read the file once, so that a broken one is explained before the page opens.

    A file that is being renamed has its new name a moment before the row has it, so the row is
    read again when the file is gone. Raises NotFoundError, or LookinError (`broken_notebook`).
    """
    for pause in (0.0, RENAME_SECONDS):
        try:
            read_ipynb(file_content(notebook))
        except NotFoundError:
            time.sleep(pause)
            row = Notebook.objects.filter(pk=notebook.pk).first()
            notebook.path = row.path if row else notebook.path
        else:
            return
    read_ipynb(file_content(notebook))


def note_opened(notebook: Notebook) -> None:
    """Somebody looks at it now."""
    Notebook.objects.filter(pk=notebook.pk).update(opened_at=timezone.now())


def create_notebook(workspace: Workspace, title: str, language: str) -> Notebook:
    """A new notebook with one empty cell, at the top of the workspace, under a free name.

    An empty title becomes "Untitled" in `language`. Raises LookinError (`bad_name`, `disk`).
    """
    if not title.strip():
        with override(language or None):
            title = gettext("Untitled")
    return add_notebook(workspace, "", title, write_ipynb(new_document()))


def rename_notebook(notebook: Notebook, title: str) -> Notebook:
    """Give the file another name; its address stays. Raises LookinError (`name_taken`, …)."""
    name = _name(title)
    files.rename_file(notebook.workspace, notebook.path, name)
    notebook.refresh_from_db()
    return notebook


def duplicate_notebook(notebook: Notebook, language: str) -> Notebook:
    """A copy beside it, called "… (copy)" in `language`, with what people see at this moment."""
    with override(language or None):
        title = gettext("{name} (copy)").format(name=notebook.title)
    return add_notebook(notebook.workspace, notebook.folder_path, title, content_of(notebook))


def copy_notebook(notebook: Notebook, workspace: Workspace) -> Notebook:
    """A copy at the top of another workspace, with what people see at this moment."""
    return add_notebook(workspace, "", notebook.title, content_of(notebook))


def content_of(notebook: Notebook) -> bytes:
    """The file of the notebook as people see it at this moment, saved or not."""
    return broker.live_content(notebook) or file_content(notebook)


def delete_notebook(notebook: Notebook) -> uuid.UUID:
    """Put the file into the trash; returns the trash's id for an undo."""
    return files.delete_file(notebook.workspace, notebook.path).id


def add_notebook(workspace: Workspace, folder: str, title: str, content: bytes) -> Notebook:
    """A new file with this content under a free name. Raises LookinError (`bad_name`, `disk`)."""
    wanted = _name(title)  # before anything is written
    with held_folder(workspace.folder, folder) as descriptor:
        temporary = f".{new_token()[:12]}.tmp"
        try:
            _write(temporary, descriptor, content)
            name = claim_free_name(temporary, descriptor, wanted, descriptor)
            os.fsync(descriptor)
        except OSError as error:
            raise disk_error(error) from error
    return open_notebook_at(workspace, str(PurePosixPath(folder) / name))


def _write(name: str, folder: int, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(name, flags, 0o644, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        os.unlink(name, dir_fd=folder)
        raise


def _name(title: str) -> str:
    """The file's name. The title alone must be one: of “.” and the ending only "ipynb" is left."""
    text = title.strip().replace("/", "_").replace("\\", "_")
    return safe_name(f"{safe_name(text.removesuffix(ENDING))}{ENDING}")


def file_content(notebook: Notebook) -> bytes:
    """What the file on disk holds. Raises NotFoundError, or LookinError (`too_large`)."""
    descriptor = open_file(notebook.workspace.folder, notebook.path)
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(FILE_BYTES + 1)
    if len(content) > FILE_BYTES:
        raise LookinError(
            "This notebook is larger than 50 MB, and Lookin does not open that.",
            "Download it and clear its outputs.",
            code="too_large",
            status=413,
        )
    return content
