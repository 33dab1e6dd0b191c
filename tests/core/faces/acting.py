"""Heads that are numbers only: observations of somebody who does, or does not do, what is asked."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lookin.core.faces.liveness import Limits, Liveness, look
from lookin.core.faces.observation import Observation
from lookin.core.faces.traits import POINTS, Traits

# A made-up head cannot look like a real one to the test of solidity: it has tests of its own.
ANY_HEAD = Limits(solidity=-1e9)
AHEAD = {"yaw": 1.0, "pitch": -2.0, "roll": 0.0, "size": 80.0}
WHOLE = {
    "left": {"yaw": 32.0},
    "right": {"yaw": -32.0},
    "up": {"pitch": 18.0},
    "nod": {"pitch": -16.0},
    "closer": {"size": 120.0},
    "tilt_left": {"roll": 20.0},
    "tilt_right": {"roll": -20.0},
}


@dataclass
class Head:
    """One person before a camera at ten frames a second. `seed` is who it is."""

    seed: int = 1
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))

    def seen(self, **change: float | str | None) -> Observation:
        """A frame of this head looking ahead, but for what `change` says."""
        values: dict[str, object] = dict(AHEAD)
        face = np.random.default_rng(self.seed).normal(0, 0.07, 128).astype(np.float32)
        values |= {"problem": None, "box": (0.3, 0.3, 0.4, 0.4), "track": face, "embedding": face}
        return Observation(**(values | {"traits": self.traits()} | change))  # type: ignore[arg-type]

    def traits(self) -> Traits:
        """Traits of a picture that no camera gave before."""
        shape = np.random.default_rng(3).normal(0, 0.5, (len(POINTS), 3)).astype(np.float32)
        sums = self.random.normal(0, 2000, 16).astype(np.float32)
        return Traits(shape, sums, np.full(3, 0.2, np.float32), np.full(3, 0.2, np.float32))


@dataclass
class Stage:
    """A head before one check, and the clock between them."""

    state: Liveness
    head: Head = field(default_factory=Head)
    at: float = 100.0
    words: list[str | None] = field(default_factory=list)

    def show(self, seen: Observation, *, after: float = 0.1) -> Liveness:
        """One more frame."""
        self.at += after
        self.state, word = look(self.state, seen, self.at)
        self.words.append(word)
        return self.state

    def until(self, step: str, *, frames: int = 30) -> Liveness:
        """Look ahead until `step` is said, or the check ends."""
        for _ in range(frames):
            if self.state.step == step or self.state.verdict:
                break
            self.show(self.head.seen())
        return self.state

    def hear(self, **pose: float) -> Liveness:
        """The time that passes before somebody who was asked begins to move."""
        for _ in range(3):
            self.show(self.head.seen(**pose))
        return self.state

    def obey(self, *, frames: int = 200) -> Liveness:
        """Do all that is asked, from one movement to the next, each a moment after it is asked."""
        pose = dict(AHEAD)
        for _ in range(frames):
            step = self.state.step
            if self.state.verdict:
                break
            goal = AHEAD | WHOLE.get(step, {})
            if step in WHOLE:
                self.hear(**pose)
            for share in (0.4, 0.7):
                between = {name: pose[name] + share * (goal[name] - pose[name]) for name in goal}
                self.show(self.head.seen(**between))
            pose = goal
            for _ in range(8):
                if self.state.step == step and not self.state.verdict:
                    self.show(self.head.seen(**pose))
        return self.state


def part_of(step: str, part: float) -> dict[str, float]:
    """The movement `step`, done in part."""
    return {name: AHEAD[name] + part * (end - AHEAD[name]) for name, end in WHOLE[step].items()}
