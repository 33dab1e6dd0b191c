"""Indexes follow their workspaces: one that is deleted, with its owner too, is told to the indexer.

In every process that changes rows; the indexer may not run, and then finds out at its next start.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete

from lookin.apps.notebooks.telling import indexer_socket, tell
from lookin.apps.workspaces.models import Workspace


def connect() -> None:
    """Called once, when Django is ready."""
    post_delete.connect(follow_deletion, sender=Workspace, dispatch_uid="indexer")


def follow_deletion(*, instance: Workspace, **_: Any) -> None:
    """Its index goes, as soon as the row is really gone."""
    transaction.on_commit(partial(tell_gone, str(instance.id)))


def tell_gone(workspace: str) -> None:
    """Silent when nobody listens; waits for nothing."""
    tell(indexer_socket(settings.RUNTIME_DIR), {"gone": workspace})
