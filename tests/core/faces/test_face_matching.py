"""Matching, templates and the gallery's threshold, on invented embeddings."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.matching import (
    NotOnePersonError,
    distance,
    identify,
    make_template,
    verify,
)
from lookin.core.faces.comparison.templates import TemplateError, from_bytes, to_bytes
from lookin.core.faces.rates.measured import BUILT_IN

seeds = st.integers(0, 2**32 - 1)
SPREAD = BUILT_IN.spread
thresholds = st.floats(0.0, 3.0)


def face(seed: int, *, length: float = 1.4) -> Floats:
    """An embedding of an invented person."""
    vector = np.random.default_rng(seed).normal(size=128)
    return np.asarray(vector / np.linalg.norm(vector) * length, np.float32)


def near(embedding: Floats, apart: float, seed: int = 0) -> Floats:
    """Another embedding at that distance."""
    return np.asarray(embedding + face(seed, length=apart), np.float32)


@given(seeds, seeds)
def test_distance_is_symmetric_and_zero_only_for_the_same(one: int, two: int) -> None:
    assert distance(face(one), face(two)) == distance(face(two), face(one))
    assert (distance(face(one), face(two)) == 0) == (one == two)


@given(seeds, seeds, thresholds, thresholds)
def test_a_larger_threshold_never_refuses_who_matched(
    one: int, two: int, first: float, second: float
) -> None:
    low, high = sorted((first, second))
    if verify(face(one), [face(two)], threshold=low).matches:
        assert verify(face(one), [face(two)], threshold=high).matches


@given(seeds)
def test_several_probes_are_fused_before_they_are_compared(seed: int) -> None:
    template = face(seed)
    off = face(seed + 1, length=0.5)
    probes = [np.asarray(template + off, np.float32), np.asarray(template - off, np.float32)]
    assert not verify(template, probes[:1], threshold=0.4).matches
    assert verify(template, probes, threshold=0.4).distance == pytest.approx(0, abs=1e-5)


def test_a_distance_exactly_at_the_threshold_matches() -> None:
    template = face(1)
    apart = distance(template, near(template, 0.3))
    assert verify(template, [near(template, 0.3)], threshold=apart).matches
    assert not verify(template, [near(template, 0.3)], threshold=apart * 0.999).matches


@pytest.mark.parametrize("bad", [np.zeros(127, np.float32), np.full(128, np.nan, np.float32)])
def test_a_damaged_embedding_is_never_compared(bad: Floats) -> None:
    with pytest.raises(ValueError, match="128 finite"):
        verify(face(1), [bad], threshold=1.0)


def test_no_probe_is_an_error_and_not_a_match() -> None:
    with pytest.raises(ValueError, match="no embeddings"):
        verify(face(1), [], threshold=1.0)


def test_frames_of_one_person_make_their_mean() -> None:
    frames = [near(face(1), 0.3, seed) for seed in range(2, 7)]
    assert np.allclose(make_template(frames, max_spread=SPREAD), np.mean(frames, axis=0), atol=1e-6)


def test_frames_of_two_people_make_no_template() -> None:
    frames = [near(face(1), 0.3, seed) for seed in range(2, 6)]
    with pytest.raises(NotOnePersonError):
        make_template([*frames, face(99)], max_spread=SPREAD)


def test_the_nearest_person_within_the_threshold_is_found() -> None:
    people = {"ann": face(1), "ben": face(2), "cho": face(3)}
    found = identify(people, [near(face(2), 0.2)], threshold=0.4, margin=0.05)
    assert (found.person, found.reason) == ("ben", "match")
    assert found.distance == pytest.approx(0.2, abs=1e-4)


def test_a_stranger_is_nobody() -> None:
    people = {"ann": face(1), "ben": face(2)}
    found = identify(people, [face(9)], threshold=0.4, margin=0.05)
    assert (found.person, found.reason) == (None, "nobody")


def test_an_empty_gallery_holds_nobody() -> None:
    found = identify({}, [face(1)], threshold=0.4, margin=0.05)
    assert (found.person, found.reason, found.distance) == (None, "nobody", math.inf)


def test_two_people_at_nearly_the_same_distance_are_a_near_tie() -> None:
    twin = near(face(1), 0.1)
    found = identify({"ann": face(1), "twin": twin}, [face(1)], threshold=0.4, margin=0.2)
    assert (found.person, found.reason) == (None, "near_tie")
    found = identify({"ann": face(1), "twin": twin}, [face(1)], threshold=0.4, margin=0.05)
    assert found.person == "ann"


@given(seeds)
def test_a_template_survives_its_bytes(seed: int) -> None:
    assert np.array_equal(from_bytes(to_bytes(face(seed))), face(seed))


@given(st.binary(max_size=600))
def test_bytes_that_are_no_template_are_refused(data: bytes) -> None:
    with pytest.raises(TemplateError):
        from_bytes(data[:514])


def test_a_template_with_a_number_that_is_none_is_refused() -> None:
    good = to_bytes(face(1))
    with pytest.raises(TemplateError):
        from_bytes(good[:-4] + np.array([np.inf], "<f4").tobytes())
