"""The two conversations with a camera: enrolling a face, and signing in with one.

No frame is kept, and no score or distance ever leaves this process.
"""

from __future__ import annotations

import asyncio
import contextlib
from random import SystemRandom
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings

from lookin.apps.accounts.devices import device_in, trusted_by_anybody
from lookin.apps.accounts.faces import (
    enrolment,
    liverecognition,
    looks,
    recognition,
    store,
    tickets,
)
from lookin.apps.accounts.faces.camera import REFUSED, Camera, not_understood
from lookin.apps.accounts.faces.ceremonies import turns
from lookin.apps.accounts.faces.consent import consent_of
from lookin.apps.accounts.faces.engine import faces_problem
from lookin.apps.accounts.faces.streams import asked_lately
from lookin.apps.accounts.faces.switch import faces_are_off
from lookin.apps.accounts.models import Device, User
from lookin.apps.accounts.names import NAME_LENGTH
from lookin.apps.accounts.sessions import NONCE, is_confirmed, read_session, still_signed_in
from lookin.apps.accounts.sockets import SignedInSocket
from lookin.core.faces.observation import Observation, View
from lookin.core.lib.errors import LookinError


class SignInCamera(Camera):
    """`/ws/faces/sign-in`: nobody is signed in; the device is trusted, and the page said a name
    or none. Ends with a ticket for /login/face or a refusal."""

    device: Device
    name: str | None = None
    course: recognition.Course | None = None
    _turn: asyncio.Task[None] | None = None
    _has_turn = False

    async def connect(self) -> None:
        """Strangers' devices, and browsers that never saw the sign-in page, are not accepted."""
        device = await database_sync_to_async(_trusted_device)(self.scope.get("cookies", {}))
        nonce = self.scope["session"].get(NONCE, "") if "session" in self.scope else ""
        if device is None or not nonce or faces_problem():
            await self.close(code=REFUSED)
            return
        self.device, self.nonce = device, nonce
        await self.begin(await database_sync_to_async(_place_of)(device))

    async def disconnect(self, code: int) -> None:
        """Let the next one look; a challenge that was seen and left counts."""
        if self._turn is not None:
            self._turn.cancel()
        if self._has_turn:
            self._has_turn = False
            turns.leave()
        left, self.course = self.course, None
        await super().disconnect(code)
        if left is not None and left.has_asked and not left.is_over:
            await database_sync_to_async(looks.count_abandoned)(self.device)

    async def told(self, words: dict[str, Any]) -> None:
        """`{"op": "begin", "name": str, "flash": bool}`, once and first."""
        name, flash = words.get("name", ""), words.get("flash", True)
        fits = words.get("op") == "begin" and isinstance(name, str) and isinstance(flash, bool)
        if not fits or self.name is not None:
            raise not_understood()
        await database_sync_to_async(looks.check_may_look)(self.device, name[:NAME_LENGTH])
        self.name = name.strip()[:NAME_LENGTH]
        self._turn = asyncio.create_task(self._begin_in_turn(declined=not flash))

    def expect_picture(self) -> None:
        """Not before its turn."""
        if self.course is None:
            raise not_understood()

    def view(self) -> View:
        """What the course needs of the next frame."""
        return self.course.view if self.course is not None else "none"

    async def seen(self, observation: Observation) -> None:
        """One frame further; compare once, at the end."""
        assert self.course is not None
        self.course, word = self.course.look(observation, self.arrived)
        if self.course.is_over:
            await self._decide(self.course)
        else:
            await self.guide(self.course.step, self.course.progress, word)

    async def _begin_in_turn(self, *, declined: bool) -> None:
        with contextlib.suppress(RuntimeError):  # the page went away at the same moment
            if turns.must_wait:
                await self.guide("wait", 0, None)
            try:
                await turns.take()
            except LookinError as error:
                await self.refuse(error)
                return
            self._has_turn = True
            self.start_clock()
            self.course = await database_sync_to_async(_course)(self.device, declined=declined)
            await self.guide(self.course.step, 0, None)

    async def _decide(self, course: recognition.Course) -> None:
        person, ticket = await database_sync_to_async(self._ticket)(course)
        await self.finish(t="matched", name=person.shown_name, ticket=ticket)

    def _ticket(self, course: recognition.Course) -> tuple[User, str]:
        name = self.name or ""
        if course.refusal:
            raise looks.refuse(self.device, name, self.origin(), course.refusal)
        look = looks.Look(self.device, name, course.probes, self.origin(), course.stream)
        person = looks.recognise(look)
        return person, tickets.make_ticket(person, look, self.nonce)


class EnrolCamera(Camera, SignedInSocket):
    """`/ws/faces/enrol`: signed in, password proved within ten minutes, consent given."""

    seconds = 150.0
    frames = 2000
    patient = True
    state = enrolment.Enrolment()

    async def admitted(self) -> None:
        """Check the session's promises, then begin."""
        session = self.scope["session"]
        agreed_at = await database_sync_to_async(consent_of)(session, self.person)
        is_off = await database_sync_to_async(faces_are_off)()
        if is_off or faces_problem() or agreed_at is None or not is_confirmed(session):
            await self.close(code=REFUSED)
        else:
            await self.begin(f"person {self.person.pk}")
            await self._guide(None)

    def view(self) -> View:
        """Both sides of a face that may be kept, nothing of one on its way there."""
        return self.state.view

    async def told(self, words: dict[str, Any]) -> None:
        """`{"op": "skip"}`: the person cannot turn that way."""
        if words.get("op") != "skip":
            raise not_understood()
        self.state = enrolment.skip(self.state)
        await self._guide(None)

    async def seen(self, observation: Observation) -> None:
        """Keep what helps; store when nothing is missing."""
        self.state, word = enrolment.look(self.state, observation, self.arrived)
        if self.state.step is not None:
            await self._guide(word)
            return
        alike = await database_sync_to_async(self._store)()
        await self.finish(t="done", alike=alike)

    def _store(self) -> bool:
        # Meanwhile the consent may be taken back or used up elsewhere, and the session over.
        session = read_session(self.session_key)
        agreed_at = consent_of(session, self.person)
        if agreed_at is None or not still_signed_in(self.session_key, self.person.pk):
            raise _no_consent_left()
        return store.store_face(
            self.person, self.state.embeddings, consent_at=agreed_at, origin=self.origin()
        )

    async def _guide(self, word: str | None) -> None:
        await self.guide(self.state.step, self.state.progress, word)


def _no_consent_left() -> LookinError:
    return LookinError(
        "Your consent ended before we had seen enough, so nothing was kept.",
        "Begin again if you want to set up your face.",
        code="no_consent",
        status=403,
    )


def _trusted_device(cookies: dict[str, str]) -> Device | None:
    device = device_in(cookies)
    return device if trusted_by_anybody(device) else None


def _place_of(device: Device) -> str:
    """Whose place a conversation takes: of a device that one person alone trusts, that person's,
    who could make any number of such devices and leave no place to others."""
    people = [] if device.is_classroom else list(device.trusts.values_list("person_id")[:2])
    return f"owner {people[0][0]}" if len(people) == 1 else f"device {device.pk}"


def _course(device: Device, *, declined: bool) -> recognition.Course:
    if not settings.FACE_LIVENESS:
        return recognition.Recognition()
    return liverecognition.begin(
        flash=settings.FACE_FLASH,
        declined=declined,
        random=SystemRandom(),
        lately=asked_lately(device),
    )
