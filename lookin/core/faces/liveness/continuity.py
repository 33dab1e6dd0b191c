"""Whether a stream shows one person in one stretch, and not two spliced or a still. Pure.

Not for streams seen in an earlier sign-in: see replay.
"""

from __future__ import annotations

import math

import numpy as np

from lookin.core.faces.liveness.limits import Limits
from lookin.core.faces.liveness.samples import Sample, Straight

_APART = 0.5  # seconds; between frames further apart anything can have happened: see the gap
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
