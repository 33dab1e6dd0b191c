"""What an attacker, or an honest person, does before the camera once told what to do. Seeded.

An act is asked for the frame of a moment and hears what the page says. Not for rendering.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bench.attacks.scenes import Camera, Pose, Sheet, render

Random = np.random.Generator
REACTION = 0.35  # seconds until a movement begins after it was asked for
_RATE = 9.0  # of approach to a target, 1/s


class Act(Protocol):
    """Gives the JPEG of each moment."""

    def frame(self, step: str, at: float) -> bytes:
        """What the camera sees `at` seconds after the start, while the page says `step`."""


@dataclass
class Shake:
    """A hand or a neck that is never quite still: four numbers that wander and return."""

    random: Random
    size: float
    _value: NDArray[np.float64] = field(default_factory=lambda: np.zeros(6))

    def next(self) -> NDArray[np.float64]:
        """The next offsets: yaw, pitch, roll (degrees), right, down, away (centimetres)."""
        unit = np.array([1, 1, 1, 0.12, 0.12, 0.15]) * self.size
        self._value = 0.8 * self._value + 0.6 * unit * self.random.normal(0, 1, 6)
        return self._value


Target = Callable[[str, float], Pose]


@dataclass
class Puppet:
    """Moves one sheet as it is told: prints in a hand, masks, and rendered heads."""

    sheet: Sheet
    camera: Camera
    behind: NDArray[np.uint8]
    target: Target
    shake: Shake
    _pose: Pose | None = None
    _last: float = 0.0
    _step: str = "look"
    _asked: float = 0.0
    _before: str = "look"

    def frame(self, step: str, at: float) -> bytes:
        """Go on towards what was asked, as far as the time since the last frame allows."""
        if step != self._step:
            self._before, self._step, self._asked = self._step, step, at
        since = at - self._asked
        doing = step if since >= REACTION else self._before
        goal = self.target(doing, max(0.0, since - REACTION))
        part = 1 - math.exp(-_RATE * (at - self._last))
        self._last = at
        self._pose = goal if self._pose is None else _between(self._pose, goal, part)
        off = self.shake.next()
        now = Pose(*(float(v) for v in np.array(self._pose.values) + off))
        return self.camera.shoot(render(self.sheet, now, self.behind))


def honest_target(random: Random) -> Target:
    """A person who does what is asked, each turn a little otherwise, and further if need be.

    A head that leans to its own left turns clockwise in the picture.
    """
    turn, up, nod = random.uniform(25, 36), random.uniform(16, 24), random.uniform(14, 22)
    tilt = random.uniform(16, 26)
    base = Pose(random.uniform(-3, 3), random.uniform(-4, 4), random.uniform(-4, 4), 0, 0, 47)
    base = replace(base, right=random.uniform(-2, 2), down=random.uniform(-2, 2))

    def target(step: str, since: float) -> Pose:
        angle = min(turn + 5 * since, 42.0)
        moved = {
            "left": {"yaw": base.yaw + angle},
            "right": {"yaw": base.yaw - angle},
            "up": {"pitch": base.pitch + up},
            "nod": {"pitch": base.pitch - (nod if since < 0.5 else 0)},
            "closer": {"away": base.away * 0.7},
            "tilt_left": {"roll": base.roll + tilt},
            "tilt_right": {"roll": base.roll - tilt},
        }
        return replace(base, **moved.get(step, {}))

    return target


def print_target(random: Random) -> Target:
    """A hand that turns a picture further and further, as asked, until it is believed."""
    base = Pose(random.uniform(-3, 3), random.uniform(-4, 4), random.uniform(-4, 4), 0, 0, 47)
    first, last = random.uniform(25, 40), random.uniform(45, 62)
    late = random.uniform(1.0, 2.0)

    def target(step: str, since: float) -> Pose:
        angle = first + (last - first) * min(1.0, since / late)
        dip = 0 if since % 1.0 > 0.6 else angle * 0.8
        moved = {
            "left": {"yaw": base.yaw + angle, "away": base.away - 6},
            "right": {"yaw": base.yaw - angle, "away": base.away - 6},
            "up": {"pitch": base.pitch + angle * 0.8, "away": base.away - 4},
            "nod": {"pitch": base.pitch - dip},
            "closer": {"away": base.away * 0.68},
            "tilt_left": {"roll": base.roll + 20.0},
            "tilt_right": {"roll": base.roll - 20.0},
        }
        return replace(base, **moved.get(step, {}))

    return target


@dataclass
class Playing:
    """Plays what the camera saw of a film, in the film's own time."""

    film: list[tuple[float, bytes]]

    def frame(self, step: str, at: float) -> bytes:
        """The frame of this moment; at the end the last one stays."""
        now = [jpeg for time, jpeg in self.film if time <= at]
        return now[-1] if now else self.film[0][1]


@dataclass
class Spliced:
    """Plays a recording of whatever movement is asked, and rests on another in between.

    clip: the frames of a movement, none for what is no movement. rest: the frame at a place of the
    one in between.
    """

    clip: Callable[[str], list[NDArray[np.uint8]]]
    rest: Callable[[int], NDArray[np.uint8]]
    show: Callable[[NDArray[np.uint8]], bytes]
    rate: float
    _step: str = "look"
    _asked: float = 0.0
    _clip: list[NDArray[np.uint8]] = field(default_factory=list)

    def frame(self, step: str, at: float) -> bytes:
        """The next frame of the recording for `step`; between movements the rest goes on."""
        if step != self._step:
            clip = self.clip(step)
            if clip:
                self._step, self._asked, self._clip = step, at + REACTION, clip
        place = round((at - self._asked) * self.rate)
        if 0 <= place < len(self._clip):
            return self.show(self._clip[place])
        return self.show(self.rest(round(at * self.rate)))


def _between(one: Pose, two: Pose, part: float) -> Pose:
    pairs = zip(one.values, two.values, strict=True)
    return Pose(*(a + (b - a) * part for a, b in pairs))
