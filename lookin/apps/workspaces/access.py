"""The one door to workspaces: which of them a person may see, and which they may change.

What a person may not see does not exist: NotFoundError, never "forbidden".
"""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from lookin.apps.accounts.models import User
from lookin.apps.workspaces.models import DeletedFile, Kind, Role, Workspace
from lookin.apps.workspaces.services import ensure_personal_workspace
from lookin.core.lib.errors import LookinError, NotFoundError


def workspaces_for(user: User) -> QuerySet[Workspace]:
    """Every workspace that `user` is a member of. Being an admin opens nobody's files."""
    return Workspace.objects.filter(memberships__person=user)


def workspace_for(user: User, workspace_id: uuid.UUID | str) -> Workspace:
    """The workspace, if `user` is a member. Raises NotFoundError, for a malformed id too."""
    try:
        wanted = uuid.UUID(str(workspace_id))
        return workspaces_for(user).get(id=wanted)
    except (ValueError, Workspace.DoesNotExist) as error:
        raise NotFoundError("There is no such workspace.", "Go back to your desk.") from error


def may_write(user: User, workspace: Workspace) -> bool:
    """Whether `user` may change files of this workspace."""
    roles = (Role.OWNER, Role.EDITOR)
    return workspace.memberships.filter(person=user, role__in=roles).exists()


def role_of(user: User, workspace: Workspace) -> str:
    """What `user` is in this workspace: owner, editor or viewer; a viewer too when no member."""
    held = workspace.memberships.filter(person=user).values_list("role", flat=True).first()
    return held or Role.VIEWER.value


def writable_workspace_for(user: User, workspace_id: uuid.UUID | str) -> Workspace:
    """The workspace, if `user` may change it.

    Raises NotFoundError, or LookinError (code `read_only`, 403) for somebody who may only look.
    """
    workspace = workspace_for(user, workspace_id)
    if not may_write(user, workspace):
        raise LookinError(
            "You may look at this workspace but not change it.",
            "Ask its owner to let you, or copy the file to your own files.",
            code="read_only",
            status=403,
        )
    return workspace


def classmates_of(user: User) -> QuerySet[User]:
    """The active people of the class workspaces that `user` is in, `user` among them."""
    classes = workspaces_for(user).filter(kind=Kind.CLASS)
    return User.objects.filter(is_active=True, memberships__workspace__in=classes).distinct()


def personal_workspace(user: User) -> Workspace:
    """The person's own workspace, made with its welcome when it is first needed."""
    return ensure_personal_workspace(user)


def deleted_file_for(user: User, deleted_id: uuid.UUID | str) -> DeletedFile:
    """A file in the trash of a workspace that `user` may change. Raises NotFoundError, or
    LookinError (`read_only`)."""
    try:
        row = DeletedFile.objects.select_related("workspace").get(
            id=uuid.UUID(str(deleted_id)), workspace__in=workspaces_for(user)
        )
    except (ValueError, DeletedFile.DoesNotExist) as error:
        raise NotFoundError("That file is not in the trash any more.") from error
    writable_workspace_for(user, row.workspace_id)
    return row
