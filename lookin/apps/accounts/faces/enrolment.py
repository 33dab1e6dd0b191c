"""The course of an enrolment: which way to look next, and which frames to keep. Pure.

Several frames in several poses make a template that holds on other days. Not for storing it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lookin.core.faces.arrays import Floats
from lookin.core.faces.observation import Observation, View, pose_of

FRAMES = {"centre": 4, "left": 2, "right": 2, "up": 2}
APART_SECONDS = 0.2  # frames closer in time are nearly the same picture
EXTRA_CENTRE = 2  # what a skipped pose costs in frames that look straight ahead


@dataclass(frozen=True)
class Enrolment:
    """What was kept so far. `needs` and `kept` count frames by pose, `pose` is the last seen."""

    needs: tuple[tuple[str, int], ...] = tuple(FRAMES.items())
    kept: tuple[tuple[str, Floats], ...] = ()
    last_at: float = float("-inf")
    pose: str | None = None

    @property
    def step(self) -> str | None:
        """The pose that is asked for now; None when nothing is missing."""
        return next((pose for pose, n in self.needs if self._count(pose) < n), None)

    @property
    def progress(self) -> float:
        """0…1 of the frames that are needed."""
        return min(1.0, len(self.kept) / sum(n for _, n in self.needs))

    @property
    def view(self) -> View:
        """Both sides while the face is where it is asked to be; on its way there, nothing."""
        return "both" if self.pose == self.step else "none"

    @property
    def embeddings(self) -> list[Floats]:
        """The kept frames, for `make_template`."""
        return [embedding for _, embedding in self.kept]

    def _count(self, pose: str) -> int:
        return sum(kept == pose for kept, _ in self.kept)


def look(state: Enrolment, seen: Observation, at: float) -> tuple[Enrolment, str | None]:
    """The next state, and the word that helps the person on: a problem of the picture, or None.

    `at`: seconds on a monotonic clock.
    """
    problem = None if seen.problem == "turned_away" else seen.problem
    if problem:
        return replace(state, pose=None), problem
    pose = pose_of(seen)
    state = replace(state, pose=pose)
    wanted = pose is not None and pose == state.step
    if not wanted or seen.embedding is None or at - state.last_at < APART_SECONDS:
        return state, None
    return replace(state, kept=(*state.kept, (pose or "", seen.embedding)), last_at=at), None


def skip(state: Enrolment) -> Enrolment:
    """Leave out the pose that is asked for, for people who cannot turn that way.

    Looking straight ahead cannot be left out; it is asked for a little longer instead.
    """
    pose = state.step
    if pose in {None, "centre"}:
        return state
    needs = tuple(
        (name, n + EXTRA_CENTRE if name == "centre" else n)
        for name, n in state.needs
        if name != pose
    )
    return replace(state, needs=needs)
