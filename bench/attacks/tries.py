"""One try: an act before the real engine and the real course, frame by frame in simulated time.

Not for choosing acts: see kinds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Protocol

from bench.attacks.acts import Act
from lookin.apps.accounts.faces.liverecognition import MOVEMENTS
from lookin.core.faces.liveness import (
    Liveness,
    draw_challenge,
    is_replay,
    look,
    steps_of,
    stream_print,
)
from lookin.core.faces.observation import Observation, View

RATE = 6.0  # frames a second
SECONDS = 14.0


class Eye(Protocol):
    """What looks at frames: the engine."""

    def observe(self, picture: bytes, view: View) -> Observation:
        """One frame, observed."""


@dataclass
class Remembering:
    """The engine, but the same bytes are looked at once: a loop repeats them many times."""

    engine: Eye
    known: dict[tuple[bytes, str], Observation] = field(default_factory=dict)

    def observe(self, picture: bytes, view: View) -> Observation:
        """One frame, observed now or before."""
        key = (picture, view)
        if key not in self.known:
            self.known[key] = self.engine.observe(picture, view)
        return self.known[key]


@dataclass
class Tally:
    """What became of the tries of one kind. `replays`: live, but seen before."""

    tries: int = 0
    live: int = 0
    replays: int = 0
    frames: int = 0
    seconds: float = 0.0  # of simulated time, of the live ones
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def accepted(self) -> int:
        """How many would have been taken for a living person's first showing."""
        return self.live - self.replays

    def add(self, end: Liveness, earlier: Iterable[bytes]) -> None:
        """Count one finished try against the prints of earlier streams."""
        self.tries += 1
        self.frames += len(end.samples)
        self.reasons[end.verdict or "unfinished"] += 1
        if end.verdict == "live":
            self.live += 1
            self.seconds += end.samples[-1].at
            self.replays += is_replay(stream_print(end), earlier)


def watched(engine: Eye, picture: bytes, state: Liveness) -> Observation:
    """A frame as the engine sees it. Who it is does not matter here: dlib's part is the probe."""
    wanted: View = "none" if state.view == "none" else "track"
    seen = engine.observe(picture, wanted)
    return replace(seen, embedding=seen.track)


def try_once(
    engine: Eye,
    act: Act,
    seed: int,
    *,
    patience: float = 4.0,
    seconds: float = SECONDS,
    earlier: Sequence[bytes] = (),
) -> tuple[Liveness, list[tuple[float, bytes]]]:
    """The end of one try and its frames.

    It is given up after `patience` seconds in one phase, or `seconds` in all. `earlier`: prints
    of what the server saw lately.
    """
    seen = [steps_of(one) for one in earlier]
    state = Liveness(draw_challenge(Random(seed), steps=MOVEMENTS, seen=seen))
    at, frames = 0.0, []
    while state.verdict is None and at < seconds:
        if state.phase != "look" and at - state.began > patience:
            break
        picture = act.frame(state.step, at)
        frames.append((at, picture))
        state, _ = look(state, watched(engine, picture, state), at)
        at += 1 / RATE
    return state, frames
