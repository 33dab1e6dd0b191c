"""What is swept out at every start: what lay in the trash, has ended, or nobody used."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.management import call_command

from lookin.apps.accounts.classroom.registration import forget_ended_devices
from lookin.apps.accounts.classroom.visits import forget_old_visits
from lookin.apps.accounts.faces.store import forget_unused_faces
from lookin.apps.accounts.faces.streams import forget_old_streams
from lookin.apps.accounts.services import HERE
from lookin.apps.accounts.tokens import forget_over
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
    forget_ended_devices(now())
    forget_old_visits(now() - settings.ATTENDANCE_KEPT)
    forget_unused_faces(now(), HERE)
    forget_old_streams(now())
    forget_over(now())
