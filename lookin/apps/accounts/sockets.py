"""A socket that belongs to a web session and ends with it: subclass it for anything signed in.

Logout, deactivation, a password change and "end other sessions" close it with 4001, at once
through the channel layer, and within seconds by a look at the database (another process may have
ended the session).
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from lookin.apps.accounts.models import User
from lookin.apps.accounts.sessions import person_group, session_group, still_signed_in

SIGNED_OUT = 4001
LOOK_AGAIN_SECONDS = 20.0


class SignedInSocket(AsyncWebsocketConsumer):
    """Refuses strangers before the handshake is accepted. Subclasses override `admitted`, and
    call `super().disconnect(code)`."""

    person: User
    session_key: str
    look_again_seconds = LOOK_AGAIN_SECONDS
    _watch: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Check the session afresh, join its groups, then let the subclass decide."""
        person = self.scope.get("user")
        key = self.scope["session"].session_key if "session" in self.scope else None
        if not isinstance(person, User) or not key or not await self._holds(key, person):
            await self.close(code=SIGNED_OUT)
            return
        self.person, self.session_key = person, key
        await self.channel_layer.group_add(person_group(person.pk), self.channel_name)
        await self.channel_layer.group_add(session_group(key), self.channel_name)
        self._watch = asyncio.create_task(self._look_again())
        await self.admitted()

    async def admitted(self) -> None:
        """The person is who the session says. Accept, or close."""
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave the groups and stop looking."""
        if self._watch is None:
            return
        self._watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._watch
        await self.channel_layer.group_discard(person_group(self.person.pk), self.channel_name)
        await self.channel_layer.group_discard(session_group(self.session_key), self.channel_name)

    async def session_ended(self, event: dict[str, Any]) -> None:
        """The session is over, unless it is the one that ended all the others."""
        if event.get("but") != self.session_key:
            await self.close(code=SIGNED_OUT)

    async def session_moved(self, event: dict[str, Any]) -> None:
        """The same session goes on under a new key."""
        await self.channel_layer.group_discard(session_group(self.session_key), self.channel_name)
        self.session_key = event["key"]
        await self.channel_layer.group_add(session_group(self.session_key), self.channel_name)

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(self.look_again_seconds)
            if not await self._holds(self.session_key, self.person):
                await self.close(code=SIGNED_OUT)
                return

    async def _holds(self, key: str, person: User) -> bool:
        holds: bool = await database_sync_to_async(still_signed_in)(key, person.pk)
        return holds
