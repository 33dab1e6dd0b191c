"""What the indexer asks the database: which workspaces there are, whose, and which notebooks have
rows. Reads only; a database that does not answer is asked again later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import DatabaseError, close_old_connections, connection

from lookin.apps.notebooks.models import Notebook
from lookin.apps.workspaces.models import Kind, Workspace


class RowsAwayError(Exception):
    """The database does not answer now."""


def workspace_owners() -> dict[str, str | None]:
    """Every workspace's id, with its owner's where it is one person's. Raises RowsAwayError."""
    with _asking():
        rows = Workspace.objects.order_by("created_at").values_list("id", "owner_id", "kind")
        return {str(id_): str(own) if kind == Kind.PERSONAL else None for id_, own, kind in rows}


def notebook_ids(workspace: str) -> dict[str, str]:
    """The ids of a workspace's notebooks by their paths. Raises RowsAwayError."""
    with _asking():
        rows = Notebook.objects.filter(workspace_id=UUID(workspace)).values_list("path", "id")
        return {path: str(id_) for path, id_ in rows.iterator()}


def notebook_id(workspace: str, path: str) -> str | None:
    """The id of one notebook, None when it has no row. Raises RowsAwayError."""
    with _asking():
        rows = Notebook.objects.filter(workspace_id=UUID(workspace), path=path)
        found = rows.values_list("id", flat=True).first()
        return None if found is None else str(found)


@contextmanager
def _asking() -> Iterator[None]:
    close_old_connections()
    try:
        yield
    except DatabaseError as error:
        connection.close()
        raise RowsAwayError(str(error).strip().split("\n")[0]) from error
