"""Bounds on conversations with a camera: how many at once, how long, how many frames, how large.

Not for what a conversation is about: enrolment.py and recognition.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lookin.core.lib.clock import monotonic
from lookin.core.lib.errors import LookinError

FRAME_BYTES = 300_000
AT_ONCE = 24  # in this process; every frame costs a core some 30 ms
AT_ONCE_PER_KEY = 2  # per device or person


class Places:
    """Counts running ceremonies. One object per process, used from the event loop only."""

    def __init__(self) -> None:
        self._running: Counter[str] = Counter()

    def take(self, key: str) -> None:
        """Raises LookinError (code `faces_busy`) when there are too many."""
        if self._running.total() >= AT_ONCE or self._running[key] >= AT_ONCE_PER_KEY:
            raise LookinError(
                "Many people are looking in at this moment.",
                "Wait a few seconds, or use your password.",
                code="faces_busy",
                status=503,
            )
        self._running[key] += 1

    def leave(self, key: str) -> None:
        """Give the place back."""
        self._running[key] -= 1
        if self._running[key] <= 0:
            del self._running[key]


places = Places()


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


def too_long() -> LookinError:
    """The refusal of a ceremony that found no end."""
    return LookinError(
        "We could not see your face well enough in time.",
        "Sit in even light and look again, or use your password.",
        code="face_timeout",
        status=408,
    )
