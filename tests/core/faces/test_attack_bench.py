"""The interval that the attack bench prints beside its counts."""

from __future__ import annotations

import pytest

from bench.faces_attacks import interval


@pytest.mark.parametrize(
    ("passed", "tries", "low", "high"),
    [(0, 300, 0.0, 0.0122), (1, 300, 0.000084, 0.0184), (10, 20, 0.272, 0.728), (5, 5, 0.478, 1.0)],
)
def test_the_interval_is_that_of_clopper_and_pearson(
    passed: int, tries: int, low: float, high: float
) -> None:
    found = interval(passed, tries)
    assert found == pytest.approx((low, high), abs=0.0005)
