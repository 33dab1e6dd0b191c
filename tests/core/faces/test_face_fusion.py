"""The distance of fused embeddings: one by one, many at once, and as the sum that galleries use."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.crowding import _DIRECTION
from lookin.core.faces.comparison.matching import distance, distances, mean_of, parts_in_sum, rooms
from lookin.core.faces.recognisers.embeddings import FUSED_SIZE, fuse

seeds = st.integers(0, 2**32 - 1)


def fused(seed: int, count: int = 1) -> Floats:
    """Invented embeddings (count, 1152), laid out like real ones."""
    chance = np.random.default_rng(seed)
    shares = chance.random((count, 1024)).astype(np.float32)
    roots = np.sqrt(shares / shares.sum(1, keepdims=True))
    dlib = chance.normal(0, 0.12, (count, 128)).astype(np.float32)
    return np.stack([fuse(one, two) for one, two in zip(dlib, roots, strict=True)])


@given(seeds)
def test_many_distances_are_those_of_each_pair(seed: int) -> None:
    ones, others = fused(seed, 3), fused(seed + 1, 4)
    found = distances(ones, others)
    each = [[distance(one, two) for two in others] for one in ones]
    assert found == pytest.approx(np.array(each), abs=1e-5)


@given(seeds)
def test_the_parts_add_up_to_the_distance(seed: int) -> None:
    one, two = fused(seed, 2)
    rows = zip(parts_in_sum(one[None]), parts_in_sum(two[None]), strict=True)
    summed = sum(float(np.linalg.norm(a - b)) for a, b in rows)
    summed *= float(rooms(one[None])[0] * rooms(two[None])[0])
    assert summed == pytest.approx(distance(one, two), abs=1e-5)


def test_where_strangers_crowd_the_same_difference_is_further() -> None:
    (one,) = fused(1)
    direction = np.zeros(FUSED_SIZE, np.float32)
    direction[:128] = _DIRECTION
    crowded, free = one - direction, one + direction
    step = np.zeros(FUSED_SIZE, np.float32)
    step[128:200] = 0.01  # by the second network only: no room of its own
    assert distance(crowded, crowded + step) > distance(one, one + step)
    assert distance(free, free + step) < distance(one, one + step)


def test_what_is_no_face_stretches_no_distance_without_bound() -> None:
    wild = fused(1, 2) * np.float32(1e6)
    assert (rooms(wild) < 1.2).all()
    assert (rooms(wild) > 0.8).all()


def test_an_own_recogniser_has_no_rooms() -> None:
    assert rooms(np.ones((3, 512), np.float32)).tolist() == [1, 1, 1]


@given(seeds)
def test_a_face_is_at_no_distance_from_itself(seed: int) -> None:
    (one,) = fused(seed)
    assert distance(one, one) == pytest.approx(0, abs=1e-6)
    assert distances(one[None], one[None])[0, 0] == pytest.approx(0, abs=1e-3)


def test_both_networks_count() -> None:
    one, two = fused(1, 2)
    only_dlib, only_faceres = one.copy(), one.copy()
    only_dlib[:128], only_faceres[128:] = two[:128], two[128:]
    assert 0 < distance(one, only_dlib) < distance(one, two)
    assert 0 < distance(one, only_faceres) < distance(one, two)


def test_embeddings_of_two_recognisers_are_never_compared() -> None:
    own = np.ones(512, np.float32)
    with pytest.raises(ValueError, match="not an embedding"):
        distance(fused(1)[0][:600], own)
    assert fused(1).shape[1] == FUSED_SIZE
    assert mean_of([own, own]).tolist() == own.tolist()
