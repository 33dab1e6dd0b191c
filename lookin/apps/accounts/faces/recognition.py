"""The course of a face sign-in: what to look for next, and when there is enough to compare. Pure.

Without liveness a few good frames are enough; with it the movements of a challenge come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from lookin.core.faces.arrays import Floats
from lookin.core.faces.observation import Observation, View

FRAMES = 4  # an even number: as many mirrored as not
APART_SECONDS = 0.12


class Course(Protocol):
    """What both courses tell: immutable; `look` gives the next."""

    @property
    def step(self) -> str:
        """What the person is asked for now."""

    @property
    def progress(self) -> float:
        """0…1."""

    @property
    def view(self) -> View:
        """What of the next frame is embedded."""

    @property
    def probes(self) -> Sequence[Floats]:
        """The frames to compare, once the course is over."""

    @property
    def is_over(self) -> bool:
        """Whether there is enough to decide."""

    @property
    def refusal(self) -> str:
        """Why it is no living face, for the audit alone; empty when nothing speaks against it."""

    @property
    def has_asked(self) -> bool:
        """Whether the page has learnt anything of a challenge."""

    @property
    def stream(self) -> bytes:
        """The print by which this very stream is known again, or nothing."""

    def look(self, seen: Observation, at: float) -> tuple[Course, str | None]:
        """The next state, and what is wrong with this frame or None. `at`: seconds, monotonic."""


@dataclass(frozen=True)
class Recognition:
    """Without liveness: the good frames so far."""

    probes: tuple[Floats, ...] = ()
    last_at: float = float("-inf")
    step: str = "look"
    refusal: str = ""
    has_asked: bool = False
    stream: bytes = b""

    @property
    def progress(self) -> float:
        """0…1 of the frames that are needed."""
        return len(self.probes) / FRAMES

    @property
    def view(self) -> View:
        """The face and its mirror image, in turn.

        Two frames so cost half the work of both sides of each, and measured as sure.
        """
        return "mirrored" if len(self.probes) % 2 else "plain"

    @property
    def is_over(self) -> bool:
        """Whether there is enough to compare."""
        return len(self.probes) >= FRAMES

    def look(self, seen: Observation, at: float) -> tuple[Recognition, str | None]:
        """Keep a good frame, apart in time from the one before. Who goes away begins anew."""
        if seen.problem in {"no_face", "two_faces"}:
            return Recognition(), seen.problem
        if seen.problem or seen.embedding is None:
            return self, seen.problem or "no_face"
        if at - self.last_at < APART_SECONDS:
            return self, None
        return replace(self, probes=(*self.probes, seen.embedding), last_at=at), None
