"""How crowded by strangers the place of a face is, so that one threshold means one rate for all.

A score normalisation whose cohort of strangers was learned into 128 weights. Pure. Not for
comparing: see matching.
"""

from __future__ import annotations

import numpy as np

from lookin.core.faces.arrays import Floats

# For dlib some faces lie close to many strangers and others to few, and most of its false matches
# are between the first. The mean distance from a face to the nearest 1.2 % of strangers is nearly a
# linear function of dlib's own numbers: ridge regression on 1,773 people (strength 0.3, on single
# pictures and means of five, strangers of one picture a person). Learned on one half of the people
# it agrees with the other half's (correlation 0.89 to 0.93). The weights are a direction and
# nobody's face. docs/faces.md says what it gains, on people it never saw. In ten-thousandths.
# fmt: off
_WEIGHTS = (
    123, 0, -526, -1283, -459, 692, 190, -170, 254, 36, -399, 279, 320, -39, -109, -446,
    497, -85, 406, 505, 403, 29, -151, 906, 240, -385, 232, 21, -384, -433, 72, 242,
    146, 572, -271, 268, -789, 220, -133, -407, -224, -465, 167, 19, -700, -300, 163, 469,
    -418, -11, 408, 215, -154, -239, 532, -103, 209, -22, -783, 452, -859, -10, 98, -141,
    414, 570, -340, 256, -215, -217, 165, 98, -349, -420, 73, -99, 203, 506, -352, -166,
    457, -399, 182, 370, -84, 297, 102, 268, -570, 397, -369, 3, 207, -347, -20, 441,
    -5, -294, 58, 56, -467, -292, -322, 669, -96, 414, 89, -529, -479, 423, 57, -647,
    -263, -219, -247, -35, 131, 106, -987, -244, 175, -222, 309, 231, 103, -344, 88, -82,
)
# fmt: on
_DIRECTION = np.array(_WEIGHTS, np.float64) / 10_000
_MIDDLE = 0.9912
# Faces of people were between 0.90 and 1.09; what is no face shall not stretch distances further.
_LEAST, _MOST = 0.8, 1.2
# Twice, once for each side of a comparison: 1.2 to 1.8 in all did equally well.
_POWER = 0.75


def room_factors(dlib: Floats) -> Floats:
    """What distances from each of dlib's embeddings (n, 128) are multiplied with: (n,).

    Above 1 where strangers are near, below 1 where they are far.
    """
    room = np.clip(_MIDDLE + dlib.astype(np.float64) @ _DIRECTION, _LEAST, _MOST)
    return np.asarray(room**-_POWER, np.float32)
