"""The course of a face sign-in: wait for good frames, apart in time, then compare once. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lookin.core.faces.arrays import Floats
from lookin.core.faces.observation import Observation
from lookin.core.faces.recogniser import View

FRAMES = 4  # an even number: as many mirrored as not
APART_SECONDS = 0.1


@dataclass(frozen=True)
class Recognition:
    """The good frames so far."""

    probes: tuple[Floats, ...] = ()
    last_at: float = float("-inf")

    @property
    def progress(self) -> float:
        """0…1 of the frames that are needed."""
        return len(self.probes) / FRAMES

    @property
    def view(self) -> View:
        """What of the next frame is embedded: the face and its mirror image, in turn.

        Two frames so cost half the work of both sides of each, and measured as sure.
        """
        return "mirrored" if len(self.probes) % 2 else "plain"

    @property
    def is_ready(self) -> bool:
        """Whether there is enough to compare."""
        return len(self.probes) >= FRAMES


def look(state: Recognition, seen: Observation, at: float) -> tuple[Recognition, str | None]:
    """The next state, and what is wrong with this frame or None. `at`: seconds, monotonic."""
    if seen.problem or seen.embedding is None:
        return state, seen.problem or "no_face"
    if at - state.last_at < APART_SECONDS:
        return state, None
    return replace(state, probes=(*state.probes, seen.embedding), last_at=at), None
