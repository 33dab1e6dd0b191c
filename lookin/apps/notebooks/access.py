"""The one door to notebooks: a person may see those of the workspaces they are in.

What a person may not see does not exist: NotFoundError.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from lookin.apps.accounts.models import User
from lookin.apps.notebooks.models import Notebook
from lookin.apps.workspaces import access as workspaces
from lookin.core.lib.errors import NotFoundError


def notebook_for(user: User, notebook_id: uuid.UUID | str) -> Notebook:
    """The notebook, if `user` is in its workspace. Raises NotFoundError, for a malformed id too."""
    try:
        wanted = uuid.UUID(str(notebook_id))
        return Notebook.objects.select_related("workspace").get(
            id=wanted, workspace__in=workspaces.workspaces_for(user)
        )
    except (ValueError, Notebook.DoesNotExist) as error:
        raise NotFoundError("There is no such notebook.", "Go back to your desk.") from error


def visible_notebooks(user: User, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Notebook]:
    """Those of `ids` that `user` may see, by id; the others are left out."""
    seen = Notebook.objects.filter(workspace__in=workspaces.workspaces_for(user))
    return seen.in_bulk(list(ids))


def writable_notebook_for(user: User, notebook_id: uuid.UUID | str) -> Notebook:
    """The notebook, if `user` may change it.

    Raises NotFoundError, or LookinError (code `read_only`, 403) for somebody who may only look.
    """
    notebook = notebook_for(user, notebook_id)
    workspaces.writable_workspace_for(user, notebook.workspace_id)
    return notebook


def may_write(user: User, notebook: Notebook) -> bool:
    """Whether `user` may change this notebook and run its cells."""
    return workspaces.may_write(user, notebook.workspace)


def role_of(user: User, notebook: Notebook) -> str:
    """What `user`, who may see this notebook, is in it: owner, editor or viewer."""
    return workspaces.role_of(user, notebook.workspace)
