"""The two sockets of a classroom device: how long somebody may still be quiet, and the short look
after the leave key. No frame is kept, and no score or distance leaves this process.
"""

from __future__ import annotations

import json
from typing import Any

from channels.db import database_sync_to_async

from lookin.apps.accounts.classroom import endings, presence, visits
from lookin.apps.accounts.classroom.absence import Absence, look
from lookin.apps.accounts.faces.camera import REFUSED, Camera, not_understood
from lookin.apps.accounts.faces.engine import faces_problem
from lookin.apps.accounts.models import ClassroomVisit, User
from lookin.apps.accounts.sockets import SignedInSocket
from lookin.core.faces.arrays import Floats
from lookin.core.faces.observation import Observation, View
from lookin.core.lib.clock import monotonic, now
from lookin.core.lib.errors import LookinError

MESSAGE_BYTES = 200
LEAST_SECONDS = 0.2  # between two words of a page that are listened to


class StaySocket(SignedInSocket):
    """`/ws/classroom/stay`: the page says "here" when a hand moved, "ask" when it wonders; it is
    told the seconds that are left. Over: the session ends, and every socket of it with 4001."""

    look_again_seconds = 5.0
    visit_key: int
    _heard_at = float("-inf")

    async def admitted(self) -> None:
        """Only for the session of a stay."""
        key = self.scope["session"].get(visits.VISIT)
        if key is None:
            await self.close(code=REFUSED)
            return
        self.visit_key = key
        await self.accept()
        await self._tell(is_here=True)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """`{"op": "here"}` or `{"op": "ask"}`; anything else, or too fast, is nothing."""
        moment = monotonic()
        if text_data is None or len(text_data) > MESSAGE_BYTES:
            return
        if moment - self._heard_at < LEAST_SECONDS:
            return
        try:
            said = json.loads(text_data)
        except (ValueError, RecursionError):
            return
        op = said.get("op") if isinstance(said, dict) else None
        if op in ("here", "ask"):
            self._heard_at = moment
            await self._tell(is_here=op == "here")

    async def _tell(self, *, is_here: bool) -> None:
        seconds = await database_sync_to_async(_seconds_left)(self.visit_key, is_here=is_here)
        await self.send(text_data=json.dumps({"t": "left", "seconds": round(seconds, 1)}))

    async def _holds(self, key: str, person: User) -> bool:
        holds = await super()._holds(key, person)
        if not holds and hasattr(self, "visit_key"):
            await database_sync_to_async(_end)(self.visit_key)
        return holds


class LeaveCamera(Camera, SignedInSocket):
    """`/ws/classroom/leave`: looks for a moment whether the signed-in person is still there.

    `done`: gone, or another is there; the session is over. Refused with `still_here` otherwise.
    """

    seconds = 8.0
    frames = 40
    state = Absence()
    template: Floats

    async def admitted(self) -> None:
        """For somebody at a classroom device whose face is known; others just press again."""
        self.visit_key = self.scope["session"].get(visits.VISIT)
        template = await database_sync_to_async(presence.template_of)(self.person)
        if self.visit_key is None or template is None or faces_problem():
            await self.close(code=REFUSED)
            return
        self.template = template
        await self.begin(f"person {self.person.pk}")
        await self.guide("leave", 0, None)

    def view(self) -> View:
        """One side is enough to tell one person from another."""
        return "plain"

    async def told(self, words: dict[str, Any]) -> None:
        """The page has nothing to say."""
        raise not_understood()

    async def seen(self, observation: Observation) -> None:
        """Count what the frames show; end the session when the person has gone."""
        is_theirs = presence.shows(self.template, observation)
        self.state = look(self.state, observation.problem, is_theirs, monotonic())
        if self.state.verdict is None:
            await self.guide("leave", self.state.progress, None)
            return
        if self.state.verdict == "here":
            raise _still_here()
        await database_sync_to_async(_end)(self.visit_key)
        await self.finish(t="done", alike=False)


def _seconds_left(visit_key: int, *, is_here: bool) -> float:
    visit = _visit(visit_key)
    if visit is None:
        return 0.0
    moment = now()
    if is_here:
        visits.note_sign_of_life(visit, moment)
    return visits.seconds_left(visit, moment)


def _end(visit_key: int) -> None:
    visit = _visit(visit_key)
    if visit is not None:
        endings.end_visit_now(visit, "left the classroom device")


def _visit(key: int) -> ClassroomVisit | None:
    rows = ClassroomVisit.objects.select_related("device", "person")
    return rows.filter(pk=key).first()


def _still_here() -> LookinError:
    return LookinError(
        "You are still here.",
        "Press once more to leave.",
        code="still_here",
        status=409,
    )
