"""Kernels follow people: who is let go, or leaves a workspace, loses theirs.

Without a fence a second person ends all. Connected to signals of apps that know no kernels.
"""

from __future__ import annotations

import contextlib
import logging
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete
from django.utils.translation import gettext

from lookin.apps.accounts.access import is_alone
from lookin.apps.accounts.models import User
from lookin.apps.accounts.signals import people_shown, person_let_go, person_let_in
from lookin.apps.kernels.fence import FenceWords, fence_of
from lookin.apps.notebooks import broker
from lookin.apps.workspaces.models import Membership
from lookin.core.lib.errors import LookinError

log = logging.getLogger("lookin.kernels")


def connect() -> None:
    """Called once, when Django is ready."""
    person_let_go.connect(end_kernels, dispatch_uid="kernels")
    person_let_in.connect(end_unfenced_kernels, dispatch_uid="kernels")
    people_shown.connect(warn_of_fence, dispatch_uid="kernels")
    post_delete.connect(end_kernels_of_deleted, sender=User, dispatch_uid="kernels")
    post_delete.connect(end_kernels_there, sender=Membership, dispatch_uid="kernels")


def end_kernels(*, person: User, **_: Any) -> None:
    """The person was deactivated: what runs for them ends, once that is written down."""
    whose = str(person.pk)
    transaction.on_commit(lambda: broker.tell_let_go(whose))


def end_kernels_of_deleted(*, instance: User, **_: Any) -> None:
    """The person's row is gone."""
    end_kernels(person=instance)


def end_kernels_there(*, instance: Membership, origin: Any = None, **_: Any) -> None:
    """The person was taken out of a workspace: what runs there for them ends."""
    if getattr(origin, "model", type(origin)) is User:
        return  # gone altogether, and all their kernels with them
    whose, folder = str(instance.person_id), str(instance.workspace.folder)
    transaction.on_commit(lambda: broker.tell_let_go(whose, folder))


def end_unfenced_kernels(*, person: User, **_: Any) -> None:
    """Somebody more may sign in: kernels that no fence holds end now, and no other starts."""
    if not settings.UNFENCED and not is_alone():
        transaction.on_commit(_end_unfenced)


def warn_of_fence(**_: Any) -> str:
    """For the list of people: what is missing of the fence, or nothing."""
    fence = _fence()
    return gettext(fence.message) if fence is not None and fence.tier != "full" else ""


def _end_unfenced() -> None:
    fence = _fence()
    if fence is None or fence.tier != "none":
        return
    log.warning("Nothing fences kernels off: all end, since several people are here now")
    with contextlib.suppress(LookinError):  # a broker that went takes its kernels along
        async_to_sync(_end_all)()


async def _end_all() -> None:
    listed = await broker.ask({"op": "kernels", "person": None, "alone": False})
    for kernel in listed["kernels"]:
        await broker.ask({"op": "end", "kernel": kernel["id"], "person": None})


def _fence() -> FenceWords | None:
    """As the broker's driver says; None while no broker runs, and so no kernel."""
    try:
        status = async_to_sync(broker.ask)({"op": "status"})
    except LookinError:
        return None
    return fence_of(status.get("driver") or {})
