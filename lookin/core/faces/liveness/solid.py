"""Whether what turned to a side is a solid head, and not a flat or a bent picture of one. Pure.

The network that finds the points makes a solid face of whatever it sees, so their depth proves
nothing, nor does coming closer: the points do not follow the perspective.
"""

from __future__ import annotations

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.traits import PLACE

# Two of FaceMesh's points, and the weights of how their distance in the picture and in space
# changes (logarithm) when a head turns to its own left. A linear discriminant between 341 turned
# shapes of heads (42 of them other photographs of the same person, the rest rendered with the
# depth of a face) and 692 of bent pictures, of people on whom nothing is judged. See
# bench/attacks.
_LENGTHS = (
    (9, 2, -9.3, -11.2),
    (168, 0, -4.9, -9.7),
    (10, 152, 4.2, 2.3),
    (61, 291, -8.9, 1.2),
    (33, 133, 15.0, -84.2),
    (362, 263, 9.2, 111.6),
    (33, 263, 13.3, 0.0),
    (98, 327, -3.6, 14.0),
    (50, 280, -4.1, -7.7),
    (234, 454, -1.5, 3.6),
    (127, 356, -14.0, -40.5),
    (33, 61, -3.3, -0.5),
    (263, 291, 4.4, 3.1),
    (4, 2, 16.6, -11.3),
    (234, 50, 5.2, -26.8),
    (454, 280, 1.6, 19.1),
    (4, 50, 22.6, 69.5),
    (4, 280, -3.5, 26.9),
)
_PER_DEGREE = 1.73 / 20
_OFFSET = 0.57
_SHORTEST = 0.03  # of the outer eye distance; below it a length is noise
# The same point on the other side of the face; those not named are in the middle.
_SIDES = (*((33, 263), (133, 362), (98, 327), (50, 280), (234, 454), (127, 356), (61, 291)),)
_OTHER = dict(_SIDES) | {two: one for one, two in _SIDES}


def solidity(straight: Floats, turned: Floats, yaw: float) -> float:
    """How much the change from one shape to another (n, 3) is that of a head: higher is more so.

    `yaw`: degrees between them, + to the person's own left. 0 is as likely a head as a bent
    picture; the figure means nothing below about 18 degrees.
    """
    total = _OFFSET + _PER_DEGREE * abs(yaw)
    for one, two, in_picture, in_space in _LENGTHS:
        ends = (one, two) if yaw > 0 else (_OTHER.get(one, one), _OTHER.get(two, two))
        for weight, axes in ((in_picture, 2), (in_space, 3)):
            total += weight * _growth(straight, turned, ends, axes)
    return total


def _growth(straight: Floats, turned: Floats, ends: tuple[int, int], axes: int) -> float:
    def length(shape: Floats) -> float:
        between = shape[PLACE[ends[0]], :axes] - shape[PLACE[ends[1]], :axes]
        return max(float(np.linalg.norm(between)), _SHORTEST)

    return float(np.log(length(turned) / length(straight)))
