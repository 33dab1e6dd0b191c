"""Where an upload may go, checked before its first byte is read."""

from __future__ import annotations

from lookin.apps.accounts.models import User
from lookin.apps.workspaces import access
from lookin.apps.workspaces.models import Workspace
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError
from lookin.core.uploads.assembly import sweep

# An upload that wrote nothing for so long is not going on any more (see streaming.PATIENCE).
_STALE_SECONDS = 3600


def workspace_for_upload(person: User, wanted: str) -> Workspace:
    """The workspace with the id `wanted`, or the person's own for "". Sweeps up old leftovers.

    Raises NotFoundError, or LookinError (`read_only`).
    """
    if wanted:
        workspace = access.writable_workspace_for(person, wanted)
    else:
        workspace = access.personal_workspace(person)
    sweep(workspace.folder, older_than=now().timestamp() - _STALE_SECONDS)
    return workspace


def no_file() -> LookinError:
    """The refusal of a request without a whole file in the field `file1`."""
    return LookinError(
        "No file arrived. Nothing was kept.",
        "Send one file in the form field file1, as multipart/form-data.",
        code="no_file",
    )
