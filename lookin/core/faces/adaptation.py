"""A template that follows its face slowly: how far one more look may move it. Pure.

Not for deciding that the look was this person's, with a second factor beside it: who calls does.
"""

from __future__ import annotations

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.matching import distance

_HALVINGS = 30  # finds the bound to a billionth of the way


def adapt(
    enrolled: Floats, current: Floats, probe: Floats, *, share: float, most_drift: float
) -> Floats:
    """`current` moved by `share` (0…1) of the way to `probe`, all three embeddings of one kind.

    Never further than `most_drift` from `enrolled`, however many looks follow one another: an
    impostor who passes again and again cannot pull the template over to himself.
    """
    start = np.asarray(current, np.float64)
    moved = start + share * (np.asarray(probe, np.float64) - start)
    return _within(np.asarray(enrolled, np.float64), moved, most_drift)


def _within(anchor: Floats, point: Floats, most: float) -> Floats:
    """`point`, or the last place on the way to it from `anchor` that is not beyond `most`."""
    centre, goal = anchor.astype(np.float32), point.astype(np.float32)
    if distance(centre, goal) <= most:
        return goal
    reached, beyond = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (reached + beyond) / 2
        place = (anchor + middle * (point - anchor)).astype(np.float32)
        if distance(centre, place) <= most:
            reached = middle
        else:
            beyond = middle
    return np.asarray(anchor + reached * (point - anchor), np.float32)
