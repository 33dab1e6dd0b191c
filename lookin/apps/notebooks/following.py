"""Rows follow their files: a rename keeps the address, a deletion ends the live notebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q

from lookin.apps.notebooks import broker
from lookin.apps.notebooks.history import leaving
from lookin.apps.notebooks.models import Notebook
from lookin.apps.workspaces.models import PATH_LENGTH, Workspace
from lookin.apps.workspaces.signals import file_moved, file_removed, file_restored


def connect() -> None:
    """Called once, when Django is ready."""
    file_moved.connect(follow_move, dispatch_uid="notebooks")
    file_removed.connect(follow_removal, dispatch_uid="notebooks")
    file_restored.connect(follow_restoring, dispatch_uid="notebooks")


def follow_move(*, workspace: Workspace, old: str, new: str, **_: Any) -> None:
    """A file or a folder was renamed: the notebooks in it go on under their new paths.

    What was restored from the trash beside a newer file of its old name moved nothing.
    """
    if (workspace.folder / old).exists():
        return
    for notebook in _within(workspace, old):
        path = new + notebook.path[len(old) :]
        if not path.endswith(".ipynb") or len(path.encode()) > PATH_LENGTH:
            _end(notebook)
            continue
        Notebook.objects.filter(workspace=workspace, path=path).exclude(pk=notebook.pk).delete()
        notebook.path = path
        notebook.save(update_fields=["path"])
        broker.tell_moved(notebook)


def follow_removal(*, workspace: Workspace, path: str, deleted: UUID, **_: Any) -> None:
    """A file or a folder went into the trash: its notebooks close without saving again."""
    gone = list(_within(workspace, path))
    leaving.remember(deleted, {str(row.id): row.path[len(path) :] for row in gone})
    for notebook in gone:
        _end(notebook)


def follow_restoring(*, workspace: Workspace, deleted: UUID, path: str, **_: Any) -> None:
    """It came out of the trash: its notebooks have their addresses, and so their history, again."""
    for id_, inner in leaving.recall(deleted).items():
        there = Notebook.objects.filter(Q(id=id_) | Q(workspace=workspace, path=path + inner))
        if not there.exists() and (workspace.folder / (path + inner)).is_file():
            Notebook.objects.create(id=id_, workspace=workspace, path=path + inner)


def _end(notebook: Notebook) -> None:
    broker.tell_removed(notebook)
    notebook.delete()


def _within(workspace: Workspace, path: str) -> Iterator[Notebook]:
    rows = Notebook.objects.select_related("workspace").filter(
        workspace=workspace, path__startswith=path
    )
    return (row for row in rows if row.path == path or row.path.startswith(f"{path}/"))
