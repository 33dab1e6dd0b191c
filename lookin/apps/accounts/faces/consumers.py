"""The two conversations with a camera: enrolling a face, and signing in with one.

The browser sends JPEG frames, one at a time; the server answers each with what to do next. No
frame is kept, and no score or distance ever leaves this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from lookin.apps.accounts.audit import Origin
from lookin.apps.accounts.devices import device_in, trusted_by_anybody
from lookin.apps.accounts.faces import enrolment, looks, recognition, store
from lookin.apps.accounts.faces.ceremonies import Budget, places, too_long
from lookin.apps.accounts.faces.engine import faces_problem, observe
from lookin.apps.accounts.models import Device, User
from lookin.apps.accounts.names import NAME_LENGTH
from lookin.apps.accounts.sessions import CONSENT, NONCE, is_confirmed
from lookin.apps.accounts.sockets import SignedInSocket
from lookin.apps.common.words import words_of
from lookin.core.faces.observation import Observation
from lookin.core.faces.recogniser import View
from lookin.core.lib.clock import monotonic
from lookin.core.lib.errors import LookinError

REFUSED = 4003
MESSAGE_BYTES = 2000


class Camera(AsyncWebsocketConsumer, ABC):
    """What both conversations share: bounds, time, and refusals as frames."""

    seconds = 30.0
    frames = 400
    place: str = ""
    budget: Budget | None = None
    _end: asyncio.Task[None] | None = None

    async def begin(self, place: str) -> None:
        """Accept, and take one of the few places for `place` (a device or a person)."""
        await self.accept()
        try:
            places.take(place)
        except LookinError as error:
            await self.refuse(error)
            return
        self.place = place
        self.budget = Budget.begin(seconds=self.seconds, frames=self.frames)
        self._end = asyncio.create_task(self._run_out())

    async def disconnect(self, code: int) -> None:
        """Give the place back."""
        if self._end is not None and self._end is not asyncio.current_task():
            self._end.cancel()
        if self.place:
            places.leave(self.place)
            self.place = ""
        await super().disconnect(code)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One message: a picture or a few words. Anything else ends the conversation."""
        if self.budget is None:
            return
        try:
            if bytes_data is not None:
                self.budget.spend(len(bytes_data))
                await self.seen(await observe(bytes_data, self.view()))
            else:
                self.budget.spend(0)
                await self.told(_words_in(text_data or ""))
        except LookinError as error:
            await self.refuse(error)

    def view(self) -> View:
        """What of the next frame is embedded."""
        return "both"

    @abstractmethod
    async def seen(self, observation: Observation) -> None:
        """What a frame showed."""

    @abstractmethod
    async def told(self, words: dict[str, Any]) -> None:
        """What the page said."""

    async def say(self, **frame: Any) -> None:
        """One frame to the page."""
        await self.send(text_data=json.dumps(frame))

    async def refuse(self, error: LookinError) -> None:
        """Say why, and end."""
        message, hint = words_of(error)
        values = {k: v for k, v in error.values.items() if isinstance(v, int | str)}
        await self.say(t="refused", code=error.code, message=message, hint=hint, values=values)
        self.budget = None
        await self.close()

    def origin(self) -> Origin:
        """Where the browser is, for the audit."""
        headers = dict(self.scope.get("headers", []))
        client = self.scope.get("client") or ("",)
        return Origin(str(client[0]), headers.get(b"user-agent", b"").decode("latin-1"))

    async def _run_out(self) -> None:
        await asyncio.sleep(self.seconds)
        with contextlib.suppress(RuntimeError):  # the line broke at the same moment
            await self.refuse(too_long())


class SignInCamera(Camera):
    """`/ws/faces/sign-in`: nobody is signed in; the device is trusted, and the page said a name
    or none. Ends with a ticket for /login/face or a refusal."""

    device: Device
    name: str | None = None
    state = recognition.Recognition()

    async def connect(self) -> None:
        """Strangers' devices, and browsers that never saw the sign-in page, are not accepted."""
        device = await database_sync_to_async(_trusted_device)(self.scope.get("cookies", {}))
        nonce = self.scope["session"].get(NONCE, "") if "session" in self.scope else ""
        if device is None or not nonce or faces_problem():
            await self.close(code=REFUSED)
            return
        self.device, self.nonce = device, nonce
        await self.begin(f"device {device.pk}")

    async def told(self, words: dict[str, Any]) -> None:
        """`{"op": "begin", "name": str}`, once and first."""
        name = words.get("name", "")
        if words.get("op") != "begin" or self.name is not None or not isinstance(name, str):
            raise _not_understood()
        await database_sync_to_async(looks.check_may_look)(self.device, name[:NAME_LENGTH])
        self.name = name.strip()[:NAME_LENGTH]
        await self.say(t="guide", step="look", progress=0, word=None)

    def view(self) -> View:
        """One side of each frame, in turn."""
        return self.state.view

    async def seen(self, observation: Observation) -> None:
        """Collect good frames; compare once."""
        if self.name is None:
            raise _not_understood()
        self.state, word = recognition.look(self.state, observation, monotonic())
        if not self.state.is_ready:
            await self.say(t="guide", step="look", progress=self.state.progress, word=word)
            return
        look = looks.Look(self.device, self.name, self.state.probes, self.origin())
        person, ticket = await database_sync_to_async(_ticket_for)(look, self.nonce)
        await self.say(t="matched", name=person.shown_name, ticket=ticket)
        await self.close()


class EnrolCamera(Camera, SignedInSocket):
    """`/ws/faces/enrol`: signed in, password proved within ten minutes, consent given."""

    seconds = 150.0
    frames = 2000
    state = enrolment.Enrolment()

    async def admitted(self) -> None:
        """Check the session's promises, then begin."""
        consent = self.scope["session"].get(CONSENT) or {}
        agreed = consent.get("version") == store.CONSENT_VERSION
        fresh = is_confirmed(self.scope["session"])
        if faces_problem() or self.person.is_admin or not (agreed and fresh):
            await self.close(code=REFUSED)
        else:
            self.consent_at = datetime.fromtimestamp(consent["at"], UTC)
            await self.begin(f"person {self.person.pk}")
            await self._guide(None)

    async def told(self, words: dict[str, Any]) -> None:
        """`{"op": "skip"}`: the person cannot turn that way."""
        if words.get("op") != "skip":
            raise _not_understood()
        self.state = enrolment.skip(self.state)
        await self._guide(None)

    async def seen(self, observation: Observation) -> None:
        """Keep what helps; store when nothing is missing."""
        self.state, word = enrolment.look(self.state, observation, monotonic())
        if self.state.step is not None:
            await self._guide(word)
            return
        alike = await database_sync_to_async(self._store)()
        await self.say(t="done", alike=alike)
        await self.close()

    def _store(self) -> bool:
        person = User.objects.get(pk=self.person.pk, is_active=True)
        return store.store_face(
            person, self.state.embeddings, consent_at=self.consent_at, origin=self.origin()
        )

    async def _guide(self, word: str | None) -> None:
        if self.budget is None:
            return
        await self.say(
            t="guide", step=self.state.step, progress=round(self.state.progress, 3), word=word
        )


def _trusted_device(cookies: dict[str, str]) -> Device | None:
    device = device_in(cookies)
    return device if trusted_by_anybody(device) else None


def _ticket_for(look: looks.Look, nonce: str) -> tuple[User, str]:
    person = looks.recognise(look)
    return person, looks.make_ticket(person, look.device, nonce)


def _words_in(text: str) -> dict[str, Any]:
    try:
        words = json.loads(text) if len(text) <= MESSAGE_BYTES else None
    except (ValueError, RecursionError):
        words = None
    if not isinstance(words, dict):
        raise _not_understood()
    return words


def _not_understood() -> LookinError:
    return LookinError(
        "This page and the server do not understand each other.",
        "Reload the page and try again.",
        code="not_understood",
    )
