"""Measured error rates of this pipeline, and the distances that follow from them. Only numbers.

Measured on 4,725 press photographs of 1,773 public figures, split by person and drawn 20 times;
how, and what it does not say about a class and its webcam: docs/faces.md.
"""

from __future__ import annotations

from lookin.core.faces.calibration import Calibration, MeasuredRate, SearchCurve

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

_ONE = (
    MeasuredRate(0.36, 8.8e-6, 0.26),
    MeasuredRate(0.38, 2.6e-5, 0.17),
    MeasuredRate(0.40, 5.4e-5, 0.11),
    MeasuredRate(0.44, 2.3e-4, 0.038),
    MeasuredRate(0.47, 6.1e-4, 0.015),
    MeasuredRate(0.53, 4.4e-3, 0.002),
    MeasuredRate(0.60, 3.6e-2, 0.0003),
)
_SEARCHES = tuple(
    SearchCurve(size, (MeasuredRate(at, 1e-3), MeasuredRate(at + DISTANCE_PER_DECADE, 1e-2)))
    for size, at in ((1, 0.41), (10, 0.355), (30, 0.329), (100, 0.300))
)
BUILT_IN = Calibration(
    pair=SINGLE_PHOTOGRAPHS,
    one=_ONE,
    several=TEMPLATE_AND_PROBES,
    search_one=_SEARCHES,
    search_several=_SEARCHES,
    margin=IDENTIFY_MARGIN,
    alike=VERIFY_DISTANCE + IDENTIFY_MARGIN,
    spread=SAME_PERSON_SPREAD,
)
