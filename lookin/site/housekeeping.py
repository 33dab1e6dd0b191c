"""What is swept out at every start: old trash and sessions that have ended. Never live data."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command

from lookin.apps.notebooks.history.leaving import sweep_histories
from lookin.apps.workspaces.files import purge_trash
from lookin.core.lib.clock import now

TRASH_LASTS = timedelta(days=30)


def sweep() -> None:
    """Delete for good what lay in the trash for thirty days, and the rows of ended sessions.

    The history of a notebook goes with its file.
    """
    purge_trash(now() - TRASH_LASTS)
    call_command("clearsessions")
    sweep_histories(now() - TRASH_LASTS)
