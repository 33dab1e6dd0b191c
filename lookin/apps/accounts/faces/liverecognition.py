"""The course of a face sign-in with liveness: a challenge drawn by lot comes before the comparison.

Pure. Not for what a living face does: core/faces/liveness. Without liveness: recognition.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from lookin.core.faces.arrays import Floats
from lookin.core.faces.liveness import STEPS, Liveness, draw_challenge, stream_print
from lookin.core.faces.liveness import look as look_alive
from lookin.core.faces.observation import Observation, View

MOVEMENTS = 4
FLASHES = 3  # colours, 0.6 s each: below the three a second that may harm (WCAG 2.3.1)


@dataclass(frozen=True)
class LiveRecognition:
    """core/faces/liveness has the say over what comes next."""

    liveness: Liveness
    has_asked: bool = False

    @property
    def step(self) -> str:
        """What the challenge asks for."""
        return self.liveness.step

    @property
    def progress(self) -> float:
        """0…1 of the whole way."""
        return self.liveness.progress

    @property
    def view(self) -> View:
        """What the challenge needs of the next frame."""
        return self.liveness.view

    @property
    def probes(self) -> Sequence[Floats]:
        """Frames apart in pose and time."""
        return self.liveness.probes

    @property
    def is_over(self) -> bool:
        """Whether the verdict is there."""
        return self.liveness.verdict is not None

    @property
    def refusal(self) -> str:
        """The verdict's code unless it is that of a living face."""
        verdict = self.liveness.verdict
        return "" if verdict in {None, "live"} else str(verdict)

    @property
    def stream(self) -> bytes:
        """The print of what was shown."""
        return stream_print(self.liveness)

    def look(self, seen: Observation, at: float) -> tuple[LiveRecognition, str | None]:
        """One frame further."""
        liveness, word = look_alive(self.liveness, seen, at)
        asked = self.has_asked or liveness.step in STEPS
        return LiveRecognition(liveness, asked), word


def begin(
    *, flash: bool, declined: bool, random: Random, lately: Sequence[tuple[str, ...]] = ()
) -> LiveRecognition:
    """A fresh challenge. `flash`: this place wants the colour flash; who `declined` it makes one
    movement more. `lately`: what was asked here before, newest first."""
    steps = MOVEMENTS + (1 if flash and declined else 0)
    flashes = FLASHES if flash and not declined else 0
    return LiveRecognition(
        Liveness(draw_challenge(random, steps=steps, flashes=flashes, seen=lately))
    )
