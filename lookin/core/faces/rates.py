"""Measured error rates of this pipeline, and the distances that follow from them. Only numbers.

Measured on 4,725 press photographs of 1,773 public figures, split by person and drawn 20 times;
how, and what it does not say about a class and its webcam: docs/faces.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class MeasuredRate:
    """At `distance`: the share of impostors that match and of genuine people that do not."""

    distance: float
    fmr: float
    fnmr: float


# One photograph against one: 44.3 million impostor and 32,780 genuine comparisons.
SINGLE_PHOTOGRAPHS = (
    MeasuredRate(0.38, 2.4e-6, 0.664),
    MeasuredRate(0.41, 1.3e-5, 0.512),
    MeasuredRate(0.44, 4.7e-5, 0.359),
    MeasuredRate(0.47, 1.4e-4, 0.214),
    MeasuredRate(0.50, 3.5e-4, 0.129),
    MeasuredRate(0.53, 9.0e-4, 0.068),
    MeasuredRate(0.55, 1.7e-3, 0.042),
    MeasuredRate(0.60, 8.1e-3, 0.011),
)
# The mean of five photographs against that of four others, of which two are mirrored, as at a
# sign-in: 834,000 impostor and 4,080 genuine comparisons of 97 people.
TEMPLATE_AND_PROBES = (
    MeasuredRate(0.32, 1.2e-5, 0.0032),
    MeasuredRate(0.34, 3.8e-5, 0.0012),
    MeasuredRate(0.36, 7.4e-5, 0.0002),
    MeasuredRate(0.37, 8.5e-5, 0.0002),
    MeasuredRate(0.38, 1.2e-4, 0.0),
    MeasuredRate(0.40, 2.7e-4, 0.0),
    MeasuredRate(0.44, 1.2e-3, 0.0),
    MeasuredRate(0.50, 8.8e-3, 0.0),
)

# Two photographs in `lookin faces compare`: about one false match in a thousand.
COMPARE_DISTANCE = 0.53
# A template of several frames against four: FMR below 1e-4, the bar of NIST SP 800-63B-4.
VERIFY_DISTANCE = 0.37
# The same for a gallery of one when no name was given. With DISTANCE_PER_DECADE and the margin it
# gave an FPIR of 2.6e-4, 3.4e-4 and 3.6e-4 for 1, 10 and 30 people (probes of four pictures).
IDENTIFY_DISTANCE = 0.41
# FPIR 1e-3 was at 0.445, 0.393, 0.366 and 0.367 for 1, 10, 30 and 100 people (probes of three
# pictures), 0.482, 0.421, 0.396 and 0.358 (probes of one): 0.04 to 0.06 for each factor of ten.
DISTANCE_PER_DECADE = 0.055
# Half of the strangers that come near anyone in a gallery of 100 are this undecided between two
# people; of the right people fewer than 0.1 % are (probes of three pictures).
IDENTIFY_MARGIN = 0.06
# How far one enrolment frame may lie from the mean of the others. None of 200 pictures turned by 20
# to 30 degrees lay further from their own person's (at most 0.46); 99 % of strangers' do.
SAME_PERSON_SPREAD = 0.55


def false_match_rate(distance: float, table: tuple[MeasuredRate, ...]) -> float | None:
    """The FMR at a distance, read between measured points on a logarithmic scale.

    None outside the table: it was not measured there.
    """
    for low, high in pairwise(table):
        if low.distance <= distance <= high.distance:
            share = (distance - low.distance) / (high.distance - low.distance)
            return math.exp(math.log(low.fmr) * (1 - share) + math.log(high.fmr) * share)
    return None
