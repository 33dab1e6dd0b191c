"""Measured error rates of the built-in recognisers, and the distances they are at. Only numbers.

Measured on 4,725 press photographs of 1,773 public figures, always on people other than those whom
the room of faces (crowding) was learned on; how, and what it does not say about a class and its
webcam: docs/faces.md. Each row: distance, rate of strangers, rate of refused right people.
"""

from __future__ import annotations

from lookin.core.faces.rates.calibration import Calibration, MeasuredRate, SearchCurve

# One photograph against one: 10,068,894 impostor and
# 17,712 genuine comparisons, draws pooled.
_PAIR = (
    MeasuredRate(0.5004, 1e-06, 0.28),
    MeasuredRate(0.5098, 3e-06, 0.23),
    MeasuredRate(0.5262, 1e-05, 0.17),
    MeasuredRate(0.5403, 3e-05, 0.13),
    MeasuredRate(0.5586, 1e-04, 0.081),
    MeasuredRate(0.5773, 3e-04, 0.048),
    MeasuredRate(0.5995, 1e-03, 0.023),
    MeasuredRate(0.6223, 3e-03, 0.01),
    MeasuredRate(0.6504, 1e-02, 0.0044),
    MeasuredRate(0.6805, 3e-02, 0.0012),
    MeasuredRate(0.7221, 1e-01, 0.00011),
)
# The mean of five photographs against one: 4,601,450 impostor and
# 16,500 genuine comparisons, draws pooled.
_ONE = (
    MeasuredRate(0.4350, 1e-06, 0.082),
    MeasuredRate(0.4469, 3e-06, 0.06),
    MeasuredRate(0.4623, 1e-05, 0.036),
    MeasuredRate(0.4766, 3e-05, 0.023),
    MeasuredRate(0.4977, 1e-04, 0.012),
    MeasuredRate(0.5174, 3e-04, 0.0058),
    MeasuredRate(0.5396, 1e-03, 0.003),
    MeasuredRate(0.5614, 3e-03, 0.002),
    MeasuredRate(0.5889, 1e-02, 0.0013),
    MeasuredRate(0.6192, 3e-02, 0.00079),
    MeasuredRate(0.6611, 1e-01, 0.0),
)
# The mean of five photographs against that of three: 604,840 impostor and
# 4,890 genuine comparisons, draws pooled.
_SEVERAL = (
    MeasuredRate(0.3991, 1e-05, 0.0002),
    MeasuredRate(0.4128, 3e-05, 0.0002),
    MeasuredRate(0.4298, 1e-04, 0.0002),
    MeasuredRate(0.4489, 3e-04, 0.0002),
    MeasuredRate(0.4738, 1e-03, 0.0),
    MeasuredRate(0.4985, 3e-03, 0.0),
    MeasuredRate(0.5278, 1e-02, 0.0),
    MeasuredRate(0.5598, 3e-02, 0.0),
    MeasuredRate(0.6038, 1e-01, 0.0),
)
_SEARCH_ONE = (
    SearchCurve(
        2,
        (
            MeasuredRate(0.4809, 1e-04, 0.014),
            MeasuredRate(0.5070, 3e-04, 0.0038),
            MeasuredRate(0.5266, 1e-03, 0.0013),
            MeasuredRate(0.5472, 3e-03, 0.0013),
            MeasuredRate(0.5731, 1e-02, 0.0),
            MeasuredRate(0.6004, 3e-02, 0.0),
            MeasuredRate(0.6369, 1e-01, 0.0),
        ),
    ),
    SearchCurve(
        10,
        (
            MeasuredRate(0.4665, 1e-04, 0.035),
            MeasuredRate(0.4776, 3e-04, 0.024),
            MeasuredRate(0.4967, 1e-03, 0.012),
            MeasuredRate(0.5172, 3e-03, 0.0063),
            MeasuredRate(0.5386, 1e-02, 0.0039),
            MeasuredRate(0.5609, 3e-02, 0.0024),
            MeasuredRate(0.5899, 1e-01, 0.0015),
        ),
    ),
    SearchCurve(
        30,
        (
            MeasuredRate(0.4550, 1e-04, 0.046),
            MeasuredRate(0.4652, 3e-04, 0.032),
            MeasuredRate(0.4784, 1e-03, 0.022),
            MeasuredRate(0.4970, 3e-03, 0.011),
            MeasuredRate(0.5197, 1e-02, 0.0055),
            MeasuredRate(0.5402, 3e-02, 0.0031),
            MeasuredRate(0.5660, 1e-01, 0.0017),
        ),
    ),
    SearchCurve(
        100,
        (
            MeasuredRate(0.4405, 1e-04, 0.071),
            MeasuredRate(0.4575, 3e-04, 0.041),
            MeasuredRate(0.4676, 1e-03, 0.029),
            MeasuredRate(0.4800, 3e-03, 0.02),
            MeasuredRate(0.5003, 1e-02, 0.01),
            MeasuredRate(0.5209, 3e-02, 0.0053),
            MeasuredRate(0.5439, 1e-01, 0.003),
        ),
    ),
    SearchCurve(
        300,
        (
            MeasuredRate(0.4556, 3e-04, 0.044),
            MeasuredRate(0.4617, 1e-03, 0.035),
            MeasuredRate(0.4683, 3e-03, 0.029),
            MeasuredRate(0.4855, 1e-02, 0.017),
            MeasuredRate(0.5072, 3e-02, 0.0079),
            MeasuredRate(0.5311, 1e-01, 0.004),
        ),
    ),
)
_SEARCH_SEVERAL = (
    SearchCurve(
        2,
        (
            MeasuredRate(0.4322, 3e-04, 0.0),
            MeasuredRate(0.4600, 1e-03, 0.0),
            MeasuredRate(0.4819, 3e-03, 0.0),
            MeasuredRate(0.5090, 1e-02, 0.0),
            MeasuredRate(0.5375, 3e-02, 0.0),
            MeasuredRate(0.5754, 1e-01, 0.0),
        ),
    ),
    SearchCurve(
        10,
        (
            MeasuredRate(0.4112, 3e-04, 0.0),
            MeasuredRate(0.4299, 1e-03, 0.0),
            MeasuredRate(0.4483, 3e-03, 0.0),
            MeasuredRate(0.4739, 1e-02, 0.0),
            MeasuredRate(0.4984, 3e-02, 0.0),
            MeasuredRate(0.5302, 1e-01, 0.0),
        ),
    ),
    SearchCurve(
        30,
        (
            MeasuredRate(0.4116, 1e-03, 0.0),
            MeasuredRate(0.4292, 3e-03, 0.0),
            MeasuredRate(0.4516, 1e-02, 0.0),
            MeasuredRate(0.4748, 3e-02, 0.0),
            MeasuredRate(0.5040, 1e-01, 0.0),
        ),
    ),
    SearchCurve(
        100,
        (
            MeasuredRate(0.4116, 1e-03, 0.0001),
            MeasuredRate(0.4292, 3e-03, 0.0001),
            MeasuredRate(0.4459, 1e-02, 0.0001),
            MeasuredRate(0.4630, 3e-02, 0.0),
            MeasuredRate(0.4846, 1e-01, 0.0),
        ),
    ),
)

BUILT_IN = Calibration(
    pair=_PAIR,
    one=_ONE,
    several=_SEVERAL,
    search_one=_SEARCH_ONE,
    search_several=_SEARCH_SEVERAL,
    # Of the right people in a gallery of 300 fewer than 0.2 % are so undecided between two (probes
    # of one picture), and none of 9,780 (probes of three).
    margin=0.04,
    # Templates of strangers this near are one in a thousand.
    alike=0.474,
    # 99 % of strangers lie further from the mean of others' pictures, and 0.13 % of the right ones.
    spread=0.589,
)
