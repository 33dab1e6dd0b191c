"""Test clients of people who are signed in, without the cost of a password."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from django.test import Client

from lookin.apps.accounts.models import User
from lookin.apps.accounts.sessions import SIGNED_IN_AT
from lookin.core.lib.clock import now


def client_of(user: User | None, *, checks_csrf: bool = False) -> Client:
    """A browser that `user` signed in on just now; a stranger's for None."""
    client = Client(enforce_csrf_checks=checks_csrf)
    if user is not None:
        client.force_login(user)
        session = client.session
        session[SIGNED_IN_AT] = now().timestamp()
        session.save()
    return client


def body_of(answer: Any) -> bytes:
    """All bytes of a streamed answer; closes it, and with it the file."""

    async def gather() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    body = async_to_sync(gather)()
    answer.close()
    return body
