"""The one door to notebooks: a person may see those of the workspaces they are in, and those that
a shared link which holds has shown them; these they may only look at.

What a person may not see does not exist: NotFoundError.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from lookin.apps.accounts.models import User
from lookin.apps.notebooks.models import Notebook, SharedLink
from lookin.apps.workspaces import access as workspaces
from lookin.apps.workspaces.models import Membership, Role
from lookin.core.lib.errors import LookinError, NotFoundError


def notebook_for(user: User, notebook_id: uuid.UUID | str) -> Notebook:
    """The notebook, if `user` is in its workspace, or a guest of a link to it that holds.

    Raises NotFoundError, for a malformed id too.
    """
    try:
        wanted = uuid.UUID(str(notebook_id))
        seen = Q(workspace__in=workspaces.workspaces_for(user)) | Q(links__in=_opened_by(user))
        rows = Notebook.objects.select_related("workspace").filter(seen, id=wanted)
        return rows.distinct().get()
    except (ValueError, Notebook.DoesNotExist) as error:
        raise NotFoundError("There is no such notebook.", "Go back to your desk.") from error


def members_notebook_for(user: User, notebook_id: uuid.UUID | str) -> Notebook:
    """The notebook, if `user` is in its workspace: for what a guest may not see, its history.

    Raises NotFoundError.
    """
    notebook = notebook_for(user, notebook_id)
    if is_guest(user, notebook):
        raise NotFoundError("There is no such notebook.", "Go back to your desk.")
    return notebook


def holding_links() -> QuerySet[SharedLink]:
    """Links that open their notebook now: neither ended nor revoked, and made by somebody who may
    still change it."""
    makers = Membership.objects.filter(
        workspace=OuterRef("notebook__workspace"),
        person=OuterRef("made_by"),
        person__is_active=True,
        role__in=(Role.OWNER, Role.EDITOR),
    )
    open_ended = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    return SharedLink.objects.filter(Exists(makers), open_ended, revoked_at=None)


def shared_notebooks(user: User) -> QuerySet[Notebook]:
    """What links have shown to `user` and still do, beside what they are a member of."""
    shown = Notebook.objects.filter(links__in=_opened_by(user)).distinct()
    mine = workspaces.workspaces_for(user)
    return shown.exclude(workspace__in=mine).select_related("workspace__owner").order_by("path")


def is_guest(user: User, notebook: Notebook) -> bool:
    """Whether only a link lets `user` see this notebook, and so nothing beside it."""
    return not notebook.workspace.memberships.filter(person=user).exists()


def _opened_by(user: User) -> QuerySet[SharedLink]:
    return holding_links().filter(guests__person=user, guests__person__is_active=True)


def visible_notebooks(user: User, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Notebook]:
    """Those of `ids` that `user` may see, by id; the others are left out."""
    seen = Notebook.objects.filter(workspace__in=workspaces.workspaces_for(user))
    return seen.in_bulk(list(ids))


def writable_notebook_for(user: User, notebook_id: uuid.UUID | str) -> Notebook:
    """The notebook, if `user` may change it.

    Raises NotFoundError, or LookinError (code `read_only`, 403) for somebody who may only look.
    """
    notebook = notebook_for(user, notebook_id)
    if not may_write(user, notebook):
        raise LookinError(
            "You may look at this notebook but not change it.",
            "Copy it to your own files to work on it.",
            code="read_only",
            status=403,
        )
    return notebook


def may_write(user: User, notebook: Notebook) -> bool:
    """Whether `user` may change this notebook and run its cells."""
    return workspaces.may_write(user, notebook.workspace)


def role_of(user: User, notebook: Notebook) -> str:
    """What `user`, who may see this notebook, is in it: owner, editor or viewer."""
    return workspaces.role_of(user, notebook.workspace)
