"""A template that follows its face slowly: how far one more look may move it. Pure.

Not for deciding that the look was this person's, with a second factor beside it: who calls does.
"""

from __future__ import annotations

import numpy as np

from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.matching import distance

_HALVINGS = 30  # finds the bound to a billionth of the way


def adapt(
    enrolled: Floats, current: Floats, probe: Floats, *, share: float, most_drift: float
) -> Floats:
    """`current` moved by `share` (0…1) of the way to `probe`, all three embeddings of one kind.

    Never further than `most_drift` from `enrolled`, however many looks follow one another: an
    impostor who passes again and again cannot pull the template over to himself.
    """
    start = current.astype(np.float64)
    moved = start + share * (probe.astype(np.float64) - start)
    anchor = enrolled.astype(np.float64)
    goal: Floats = moved.astype(np.float32)
    if distance(enrolled, goal) <= most_drift:
        return goal
    # The last place on the way from what was enrolled that is not beyond the bound.
    reached, beyond = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (reached + beyond) / 2
        place: Floats = (anchor + middle * (moved - anchor)).astype(np.float32)
        if distance(enrolled, place) <= most_drift:
            reached = middle
        else:
            beyond = middle
    last: Floats = (anchor + reached * (moved - anchor)).astype(np.float32)
    return last
