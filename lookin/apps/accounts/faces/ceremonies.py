"""Bounds on conversations with a camera: how many at once, how long, how many frames, how large.

Not for what a conversation is about: enrolment.py and recognition.py.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

from lookin.apps.accounts.faces.engine import WORKERS
from lookin.core.lib.clock import monotonic
from lookin.core.lib.errors import LookinError

FRAME_BYTES = 300_000
AT_ONCE = 60  # conversations in this process, most of them waiting for their turn
AT_ONCE_PER_KEY = 2  # per device or person
# A core looks at some forty frames a second and one camera sends ten. Who comes later waits: one
# after the other, most are through sooner than all at once, and movements keep their timing.
TURNS_PER_WORKER = 3
PATIENCE_SECONDS = 25.0  # less than a conversation's time: who waited in vain hears that it is full


class Places:
    """Counts running ceremonies. One object per process, used from the event loop only."""

    def __init__(self) -> None:
        self._running: Counter[str] = Counter()

    def take(self, key: str) -> None:
        """Raises LookinError (code `faces_busy`) when there are too many."""
        if self._running.total() >= AT_ONCE or self._running[key] >= AT_ONCE_PER_KEY:
            raise busy()
        self._running[key] += 1

    def leave(self, key: str) -> None:
        """Give the place back."""
        self._running[key] -= 1
        if self._running[key] <= 0:
            del self._running[key]


class Turns:
    """Who signs in now: `at_once` of them, the others in the order in which they came."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)

    @property
    def must_wait(self) -> bool:
        """Whether whoever comes now has to wait."""
        return self._free.locked()

    async def take(self, *, patience: float = PATIENCE_SECONDS) -> None:
        """Wait for a turn. Raises LookinError (code `faces_busy`) after `patience` seconds."""
        try:
            async with asyncio.timeout(patience):
                await self._free.acquire()
        except TimeoutError as error:
            raise busy() from error

    def leave(self) -> None:
        """Give the turn to the next."""
        self._free.release()


places = Places()
turns = Turns(TURNS_PER_WORKER * WORKERS)


@dataclass
class Budget:
    """What one ceremony may still use. `seconds` and `frames` are its limits."""

    seconds: float
    frames: int
    started: float

    @classmethod
    def begin(cls, *, seconds: float, frames: int) -> Budget:
        """A full budget from this moment on."""
        return cls(seconds, frames, monotonic())

    def spend(self, size: int) -> None:
        """Count one frame of `size` bytes. Raises `frame_too_large`, `face_timeout`."""
        if size > FRAME_BYTES:
            raise LookinError(
                "The camera sends pictures that are too large.",
                "Use your password, and tell the person who runs this place.",
                code="frame_too_large",
                status=413,
            )
        self.frames -= 1
        if self.frames < 0 or monotonic() - self.started > self.seconds:
            raise too_long()


def busy() -> LookinError:
    """The refusal of one conversation too many."""
    return LookinError(
        "Many people are looking in at this moment.",
        "Wait a few seconds, or use your password.",
        code="faces_busy",
        status=503,
    )


def too_long() -> LookinError:
    """The refusal of a ceremony that found no end."""
    return LookinError(
        "We could not see your face well enough in time.",
        "Sit in even light and look again, or use your password.",
        code="face_timeout",
        status=408,
    )
