"""From rates to distances: read between measured points, never looser than asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.faces.rates.calibration import distance_at, from_plain, rate_at, to_plain
from lookin.core.faces.rates.measured import BUILT_IN

fmrs = st.floats(1e-6, 0.5)
sizes = st.integers(1, 2_000_000)
probes = st.integers(1, 6)


@given(fmrs, fmrs, probes)
def test_a_stricter_rate_is_a_smaller_distance(one: float, two: float, count: int) -> None:
    low, high = sorted((one, two))
    assert BUILT_IN.verify_threshold(low, probes=count) <= BUILT_IN.verify_threshold(
        high, probes=count
    )


@given(st.floats(1e-6, 0.1), sizes, sizes, probes)
def test_the_threshold_never_rises_with_the_gallery(
    fpir: float, one: int, two: int, count: int
) -> None:
    small, large = sorted((one, two))
    strict = BUILT_IN.identify_threshold(fpir, gallery=large, probes=count)
    assert 0 <= strict <= BUILT_IN.identify_threshold(fpir, gallery=small, probes=count) + 1e-12


@given(st.floats(0.001, 0.999))
def test_a_measured_distance_has_its_rate_and_back(share: float) -> None:
    curve = BUILT_IN.pair
    distance = curve[0].distance + share * (curve[-1].distance - curve[0].distance)
    rate = rate_at(distance, curve)
    assert rate is not None
    assert distance_at(rate, curve) == pytest.approx(distance, abs=1e-9)


def test_two_frames_are_never_checked_like_one() -> None:
    one, two, three = (BUILT_IN.verify_threshold(1e-4, probes=count) for count in (1, 2, 3))
    assert two == three < one


def test_a_rate_that_was_not_measured_is_not_invented() -> None:
    assert rate_at(0.001, BUILT_IN.pair) is None
    assert rate_at(99, BUILT_IN.pair) is None


def test_nobody_is_checked_more_loosely_than_was_measured() -> None:
    assert distance_at(1.0, BUILT_IN.one) == BUILT_IN.one[-1].distance


@pytest.mark.parametrize("rate", [0.0, -1.0, 1.1])
def test_what_is_no_rate_has_no_distance(rate: float) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        distance_at(rate, BUILT_IN.one)


def test_a_calibration_survives_json() -> None:
    read = from_plain(json.loads(json.dumps(to_plain(BUILT_IN))))
    assert to_plain(read) == to_plain(BUILT_IN)


def broken(**changes: Any) -> dict[str, Any]:
    return to_plain(BUILT_IN) | changes


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ({}, "lacks pair"),
        (broken(one=[[0.1, 0.1]]), "from 2 to"),
        (broken(one=[[0.1, 0.1], [0.2, 0.1]]), "must rise"),
        (broken(one=[[0.1, 0.1], [0.2, 1.5]]), "must rise"),
        (broken(one=[[0.1, float("nan")], [0.2, 0.5]]), "not above 0"),
        (broken(one="abc"), "number"),
        (broken(one=[[0.1], [0.2]]), "not made of numbers"),
        (broken(margin=None), "not made of numbers"),
        (broken(search_one=[]), "at least one"),
        (broken(search_one=[{"gallery": 0, "points": [[0.1, 0.1], [0.2, 0.2]]}]), "must grow"),
        (broken(search_one=[{"points": [[0.1, 0.1], [0.2, 0.2]]}]), "lacks gallery"),
    ],
)
def test_a_broken_calibration_is_refused_in_words(plain: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        from_plain(plain)
