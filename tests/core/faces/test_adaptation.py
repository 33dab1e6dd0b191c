"""A template follows its face a little, and never far."""

from __future__ import annotations

import numpy as np
import pytest

from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.adaptation import adapt
from lookin.core.faces.comparison.matching import distance
from lookin.core.faces.recognisers.embeddings import FACERES_SIZE, fuse


def somebody(seed: int) -> Floats:
    lot = np.random.default_rng(seed)
    long = lot.normal(size=FACERES_SIZE)
    short = lot.normal(size=128)
    return fuse(
        (short / np.linalg.norm(short)).astype(np.float32),
        (long / np.linalg.norm(long)).astype(np.float32),
    )


def test_it_goes_the_given_share_of_the_way() -> None:
    one, other = somebody(1), somebody(2)
    moved = adapt(one, one, other, share=0.1, most_drift=9)
    # Nearly, for the room around a face changes a little on the way.
    assert distance(one, moved) == pytest.approx(0.1 * distance(one, other), rel=0.1)
    assert moved.dtype == np.float32


def test_the_same_face_leaves_it_where_it_is() -> None:
    one = somebody(1)
    assert distance(one, adapt(one, one, one, share=0.1, most_drift=0.1)) < 1e-6


def test_however_often_another_face_passes_it_stays_near_what_was_enrolled() -> None:
    enrolled, current, other = somebody(1), somebody(1), somebody(2)
    for _ in range(200):
        current = adapt(enrolled, current, other, share=0.2, most_drift=0.1)
        assert distance(enrolled, current) <= 0.1 + 1e-6
    assert distance(enrolled, current) > 0.09


def test_it_finds_back_from_the_bound() -> None:
    enrolled, other = somebody(1), somebody(2)
    away = adapt(enrolled, enrolled, other, share=1, most_drift=0.1)
    back = adapt(enrolled, away, enrolled, share=0.5, most_drift=0.1)
    assert distance(enrolled, back) == pytest.approx(0.05, rel=0.01)


def test_a_damaged_probe_is_refused() -> None:
    one = somebody(1)
    broken = one.copy()
    broken[3] = np.nan
    with pytest.raises(ValueError, match="finite"):
        adapt(one, one, broken, share=0.1, most_drift=0.1)
