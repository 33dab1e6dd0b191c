"""One conversation with a camera: its bounds, its clock, its frames, and refusals as frames.

The browser sends JPEG frames; each is answered with what to do next, also while another is on its
way. Not for what a conversation is about: consumers.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from abc import ABC, abstractmethod
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from lookin.apps.accounts.audit import Origin
from lookin.apps.accounts.faces.ceremonies import Budget, places, too_long
from lookin.apps.accounts.faces.engine import observe
from lookin.apps.common.words import words_of
from lookin.core.faces.observation import Observation, View
from lookin.core.lib.clock import monotonic
from lookin.core.lib.errors import LookinError

REFUSED = 4003
MESSAGE_BYTES = 2000
QUICK_SECONDS = 0.2  # to look at one frame; what takes longer is our own slowness


class Camera(AsyncWebsocketConsumer, ABC):
    """What every conversation shares. Subclasses say which `view` they want, and what follows
    from what was `seen` and `told`."""

    seconds = 30.0
    frames = 400
    patient = False  # whether others go first when many are looked at
    place: str = ""
    arrived = 0.0  # when the present frame came, in seconds on a clock that forgives our slowness
    budget: Budget | None = None
    _end: asyncio.Task[None] | None = None
    _answered = 0
    _milliseconds = 0
    _slowness = 0.0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The whole conversation. However it ends, also in an error of ours, the place is free
        again: Channels calls `disconnect` only when the browser goes away."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.place:
                await self.disconnect(1011)

    async def begin(self, place: str) -> None:
        """Accept, and take one of the few places for `place` (a device or a person)."""
        await self.accept()
        try:
            places.take(place)
        except LookinError as error:
            await self.refuse(error)
            return
        self.place = place
        self.start_clock()

    def start_clock(self) -> None:
        """The conversation has its whole time and all its frames from now on."""
        if self._end is not None:
            self._end.cancel()
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
            if bytes_data is None:
                self.budget.spend(0)
                await self.told(_words_in(text_data or ""))
                return
            self.budget.spend(len(bytes_data))
            self.expect_picture()
            began = monotonic()
            self.arrived = began - self._slowness
            observation = await observe(bytes_data, self.view(), patient=self.patient)
            spent = monotonic() - began
            # Else a person would pay for it: the next frame seems to come after a gap.
            self._slowness += max(0.0, spent - QUICK_SECONDS)
            self._answered += 1
            self._milliseconds = round(1000 * spent)
            if self.budget is not None:  # else the time ran out while we looked
                await self.seen(observation)
        except LookinError as error:
            await self.refuse(error)

    def expect_picture(self) -> None:
        """Raises LookinError when no picture should come now: it is not even opened."""

    def view(self) -> View:
        """What of the next frame is embedded."""
        return "both"

    @abstractmethod
    async def seen(self, observation: Observation) -> None:
        """What a frame showed."""

    @abstractmethod
    async def told(self, words: dict[str, Any]) -> None:
        """What the page said."""

    async def guide(self, step: str | None, progress: float, word: str | None) -> None:
        """What to do now. `n`: the frames answered so far, `ms`: how long we looked at the last
        one; the page keeps as many on their way as the line is long."""
        if self.budget is not None:
            counted = {"n": self._answered, "ms": self._milliseconds}
            await self.say(t="guide", step=step, progress=round(progress, 3), word=word, **counted)

    async def say(self, **frame: Any) -> None:
        """One frame to the page."""
        await self.send(text_data=json.dumps(frame))

    async def finish(self, **frame: Any) -> None:
        """The last frame to the page. Pictures that are still on their way are not looked at."""
        self.budget = None
        await self.say(**frame)
        await self.close()

    async def refuse(self, error: LookinError) -> None:
        """Say why, and end."""
        message, hint = words_of(error)
        values = {k: v for k, v in error.values.items() if isinstance(v, int | str)}
        await self.finish(t="refused", code=error.code, message=message, hint=hint, values=values)

    def origin(self) -> Origin:
        """Where the browser is, for the audit."""
        headers = dict(self.scope.get("headers", []))
        client = self.scope.get("client") or ("",)
        return Origin(str(client[0]), headers.get(b"user-agent", b"").decode("latin-1"))

    async def _run_out(self) -> None:
        await asyncio.sleep(self.seconds)
        with contextlib.suppress(RuntimeError):  # the line broke at the same moment
            await self.refuse(too_long())


def not_understood() -> LookinError:
    """The refusal of a page that says what makes no sense here."""
    return LookinError(
        "This page and the server do not understand each other.",
        "Reload the page and try again.",
        code="not_understood",
    )


def _words_in(text: str) -> dict[str, Any]:
    try:
        words = json.loads(text) if len(text) <= MESSAGE_BYTES else None
    except (ValueError, RecursionError):
        words = None
    if not isinstance(words, dict):
        raise not_understood()
    return words
