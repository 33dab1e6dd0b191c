"""The files of one workspace: listed, opened, renamed, put into the trash and taken out of it.

Paths are relative with "/" between parts. Hidden names and links that lead outside do not exist.
Not for who may: access.py hands out the workspace.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from lookin.apps.workspaces.models import PATH_LENGTH, DeletedFile, Workspace
from lookin.apps.workspaces.signals import file_moved, file_removed, file_restored
from lookin.core.lib.errors import LookinError, NotFoundError
from lookin.core.lib.files import disk_error, safe_name
from lookin.core.lib.folders import held_folder, missing, open_file, split_path
from lookin.core.uploads.claiming import claim_free_name, claim_name

# More rows than this help nobody in one list; the page says how many there are.
MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list. `size` is in bytes, of a folder the number of things in it."""

    name: str
    path: str
    kind: str  # "folder", "notebook" or "file"
    size: int
    modified_ms: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder's visible content: folders first, then by name; `more` were left out."""

    folder: str
    entries: list[Entry]
    more: int

    def as_data(self) -> dict[str, Any]:
        """The listing as JSON data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file opened for reading; the caller closes `stream`."""

    name: str
    size: int
    stream: BinaryIO


def list_files(workspace: Workspace, folder: str = "") -> Listing:
    """What a person may see in `folder` ("" is the top). Raises NotFoundError."""
    with held_folder(workspace.folder, folder) as descriptor:
        entries = list(_entries(descriptor, workspace.folder, folder))
    entries.sort(key=lambda e: (e.kind != "folder", e.name.casefold(), e.name))
    return Listing(folder, entries[:MOST_LISTED], max(0, len(entries) - MOST_LISTED))


def read_file(workspace: Workspace, path: str) -> OpenFile:
    """A regular file, opened. Raises NotFoundError."""
    descriptor = open_file(workspace.folder, path)
    size = os.fstat(descriptor).st_size
    return OpenFile(split_path(path)[1], size, os.fdopen(descriptor, "rb"))


def rename_file(workspace: Workspace, path: str, name: str) -> str:
    """Give the file or folder another name in the same place; returns its new path.

    Raises NotFoundError, or LookinError: `bad_name`, `name_taken` (409), `disk`.
    """
    folder, old = split_path(path)
    new = safe_name(name)
    if new == old:
        return path
    with held_folder(workspace.folder, folder) as descriptor:
        try:
            if not _move(old, descriptor, new, descriptor):
                raise LookinError(
                    "There is already a file called {name}.",
                    "Choose another name.",
                    code="name_taken",
                    status=409,
                    values={"name": new},
                )
        except OSError as error:
            raise disk_error(error) from error
    moved = f"{folder}/{new}" if folder else new
    file_moved.send(Workspace, workspace=workspace, old=path, new=moved)
    return moved


def delete_file(workspace: Workspace, path: str) -> DeletedFile:
    """Put the file or folder into the trash. Raises NotFoundError, or LookinError (`disk`)."""
    folder, name = split_path(path)
    # What lay deeper than a row can say comes back at the top.
    row = DeletedFile(workspace=workspace, path=path if len(path) <= PATH_LENGTH else name)
    with held_folder(workspace.folder, folder) as source, _held_trash(workspace) as trash:
        _check(name, source)
        row.save()
        try:
            os.rename(name, str(row.id), src_dir_fd=source, dst_dir_fd=trash)
        except OSError as error:
            row.delete()
            raise disk_error(error) from error
    file_removed.send(Workspace, workspace=workspace, path=path, deleted=row.id)
    return row


def restore_file(deleted: DeletedFile) -> str:
    """Take a file out of the trash, back to where it was, or beside what is there now.

    Returns its path. Raises NotFoundError, or LookinError (`disk`).
    """
    workspace = deleted.workspace
    folder, name = split_path(deleted.path)
    folder = _folder_or_top(workspace.folder, folder)
    with held_folder(workspace.folder, folder) as target, _held_trash(workspace) as trash:
        try:
            restored = _restore(str(deleted.id), trash, name, target)
        except FileNotFoundError as error:
            raise missing() from error
        except OSError as error:
            raise disk_error(error) from error
    number = deleted.id
    deleted.delete()
    path = f"{folder}/{restored}" if folder else restored
    file_moved.send(Workspace, workspace=workspace, old=deleted.path, new=path)
    file_restored.send(Workspace, workspace=workspace, deleted=number, path=path)
    return path


def purge_trash(before: datetime) -> int:
    """Delete for good what went into the trash before that moment; returns how many."""
    count = 0
    for row in DeletedFile.objects.select_related("workspace").filter(deleted_at__lt=before):
        path = row.workspace.trash / str(row.id)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        row.delete()
        count += 1
    return count


def _entries(descriptor: int, root: Path, folder: str) -> Iterator[Entry]:
    with os.scandir(descriptor) as found:
        for item in found:
            if item.name.startswith(".") or not _is_text(item.name):
                continue
            path = f"{folder}/{item.name}" if folder else item.name
            status = _status(item, root, path)
            if status is None:
                continue
            is_folder = stat.S_ISDIR(status.st_mode)
            kind = "folder" if is_folder else _kind(item.name)
            size = _count(item.name, descriptor) if is_folder else status.st_size
            yield Entry(item.name, path, kind, size, int(status.st_mtime * 1000))


def _status(item: os.DirEntry[str], root: Path, path: str) -> os.stat_result | None:
    """What the entry is; None for what nobody can open: a pipe, a link that leads outside."""
    try:
        status = item.stat(follow_symlinks=False)
        if stat.S_ISLNK(status.st_mode):
            descriptor = open_file(root, path)
            try:
                return os.fstat(descriptor)
            finally:
                os.close(descriptor)
    except (OSError, LookinError):
        return None
    return status if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode) else None


def _kind(name: str) -> str:
    return "notebook" if name.endswith(".ipynb") else "file"


def _is_text(name: str) -> bool:
    """Whether the name can be sent at all: some systems leave bytes that are no UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _count(name: str, folder: int) -> int:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    except OSError:
        return 0
    try:
        with os.scandir(descriptor) as found:
            return sum(not inner.name.startswith(".") for inner in found)
    finally:
        os.close(descriptor)


def _check(name: str, folder: int) -> os.stat_result:
    if not name or name.startswith(".") or "\0" in name or "/" in name:
        raise missing()
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (OSError, UnicodeError) as error:
        raise missing() from error


def _move(name: str, source: int, wanted: str, target: int) -> bool:
    """Move without overwriting; False when the name is taken. A folder has no atomic way."""
    if not stat.S_ISDIR(_check(name, source).st_mode):
        return claim_name(name, source, wanted, target)
    try:
        os.stat(wanted, dir_fd=target, follow_symlinks=False)
    except FileNotFoundError:
        os.rename(name, wanted, src_dir_fd=source, dst_dir_fd=target)
        return True
    return False


def _restore(name: str, trash: int, wanted: str, target: int) -> str:
    if not stat.S_ISDIR(os.stat(name, dir_fd=trash, follow_symlinks=False).st_mode):
        return claim_free_name(name, trash, wanted, target)
    number, candidate = 1, wanted
    while not _move(name, trash, candidate, target):
        number += 1
        candidate = f"{wanted} ({number})"
    return candidate


def _folder_or_top(root: Path, folder: str) -> str:
    """`folder` while it is there; "" when it is gone, or became a link that leads outside."""
    try:
        with held_folder(root, folder):
            return folder
    except NotFoundError:
        return ""


def _held_trash(workspace: Workspace) -> AbstractContextManager[int]:
    try:
        workspace.trash.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise disk_error(error) from error
    return held_folder(workspace.trash)
