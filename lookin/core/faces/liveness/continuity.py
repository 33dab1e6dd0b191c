"""Whether a stream shows one person in one stretch, and not two spliced or a still. Pure.

Not for streams seen in an earlier sign-in: see replay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lookin.core.faces.arrays import Floats
from lookin.core.faces.liveness.limits import Limits
from lookin.core.faces.liveness.samples import Sample, Straight

_APART = 0.5  # seconds; between frames further apart anything can have happened: see the gap
_LATER = 0.6  # seconds after which a picture may be one that came back
# Distances of two pictures' sums (see replay): shown again with other noise, and gone elsewhere.
_BACK, _STRAYED = 140.0, 800.0
_LOOP = 3  # pictures seen before, and others in between: a camera never gives the same one twice


def break_between(before: Sample, now: Sample, limits: Limits) -> str | None:
    """Why `now` cannot follow `before`: "gap", "jump" or None."""
    apart = now.at - before.at
    if apart > limits.gap_seconds:
        return "gap"
    if apart > _APART:
        return None
    apart = max(apart, 1 / 15)
    moved = math.dist(now.centre, before.centre) / max(now.width, before.width)
    grown = abs(math.log(max(now.size, 1e-6) / max(before.size, 1e-6)))
    if (
        abs(now.yaw - before.yaw) > limits.yaw_speed * apart
        or moved > limits.place_speed * apart
        or grown > limits.size_speed * apart
    ):
        return "jump"
    return None


def is_another(now: Sample, straight: Straight, limits: Limits) -> bool:
    """Whether the face of this frame is not the one that looked straight ahead at first."""
    if now.track is None:
        return False
    return float(np.linalg.norm(now.track - straight.track)) > limits.same_person


@dataclass(frozen=True, eq=False)
class Past:
    """The pictures so far and how far the stream went away from each: rows of one length.

    `returns`: how many pictures showed an earlier one again after it had gone elsewhere, but for
    noise. Who moves comes back to much the same place, and never to the same picture; recordings
    that are cut together or played to and fro do.
    """

    pictures: Floats = field(default_factory=lambda: np.zeros((0, 16), np.float32))
    at: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0, np.float64))
    strayed: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    returns: int = 0

    def followed_by(self, sample: Sample) -> Past:
        """The past of the next frame."""
        picture = np.frombuffer(sample.picture, np.float32)
        apart = np.linalg.norm(self.pictures - picture, axis=1).astype(np.float32)
        later = sample.at - self.at > _LATER
        is_back = bool(((apart <= _BACK) & (self.strayed > _STRAYED) & later).any())
        return Past(
            np.concatenate([self.pictures, picture[None]]),
            np.append(self.at, sample.at),
            np.append(np.maximum(self.strayed, apart), np.float32(0)).astype(np.float32),
            self.returns + is_back,
        )


def repeats(samples: tuple[Sample, ...], limits: Limits) -> str | None:
    """Whether the pictures stand still ("frozen") or come round again ("loop"), else None.

    A browser may send one camera picture twice in a row; noise makes every other pair differ.
    """
    last = samples[-1]
    since = last.at
    for sample in reversed(samples):
        if sample.picture != last.picture:
            break
        since = sample.at
    if last.at - since > limits.frozen_seconds:
        return "frozen"
    return "loop" if _again(samples) >= _LOOP else None


def _again(samples: tuple[Sample, ...]) -> int:
    """How many pictures appear once more after a different one."""
    known: set[bytes] = set()
    before, again = b"", 0
    for sample in samples:
        again += sample.picture != before and sample.picture in known
        known.add(sample.picture)
        before = sample.picture
    return again
