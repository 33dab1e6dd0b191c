"""A gallery's two stages find exactly whom a comparison with everybody finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.gallery import Gallery
from lookin.core.faces.comparison.matching import distance, identify
from lookin.core.faces.recognisers.embeddings import DLIB_SIZE, FUSED_SIZE

PEOPLE = 812


def crowd(count: int, seed: int = 0, size: int = FUSED_SIZE) -> Floats:
    """Invented people, who differ in a few directions more than in the others, as real ones do."""
    numbers = np.random.default_rng(seed)
    reach = 1 / np.sqrt(1 + np.arange(size) % DLIB_SIZE)
    return np.asarray(numbers.normal(size=(count, size)) * reach * 0.2, np.float32)


@pytest.fixture(scope="module")
def rows() -> Floats:
    return crowd(PEOPLE)


@pytest.fixture(scope="module")
def gallery(rows: Floats) -> Gallery[str]:
    return Gallery([f"person {number}" for number in range(len(rows))], rows)


def in_full(rows: Floats, probe: Floats, within: float, count: int) -> list[tuple[float, str]]:
    apart = sorted((distance(row, probe), f"person {n}") for n, row in enumerate(rows))
    return [(far, name) for far, name in apart if far <= within][:count]


@settings(max_examples=25, deadline=None)
@given(
    who=st.integers(0, PEOPLE - 1),
    noise=st.floats(0, 1.2),
    share=st.floats(0.3, 1.2),
    count=st.integers(1, 5),
)
def test_the_search_finds_whom_a_full_comparison_finds(
    gallery: Gallery[str], rows: Floats, who: int, noise: float, share: float, count: int
) -> None:
    probe = np.asarray(rows[who] + noise * crowd(1, seed=who + 1)[0], np.float32)
    within = share * float(np.median([distance(row, probe) for row in rows[:50]]))
    found = gallery.nearest(probe, within=within, count=count)
    wanted = in_full(rows, probe, within, count)
    assert [name for _, name in found] == [name for _, name in wanted]
    assert [far for far, _ in found] == pytest.approx([far for far, _ in wanted], abs=1e-5)


def test_the_first_stage_leaves_few_to_compare(gallery: Gallery[str], rows: Floats) -> None:
    near = gallery._candidates(rows[7] + crowd(1, seed=5)[0] * np.float32(0.1), 0.2)
    assert 7 in near
    assert len(near) < 5


@pytest.mark.parametrize("size", [64, 512])
def test_any_recognisers_templates_can_be_searched(size: int) -> None:
    rows = crowd(PEOPLE, size=size)
    gallery = Gallery(range(PEOPLE), rows)
    assert [who for _, who in gallery.nearest(rows[3], within=0.01)] == [3]


def test_few_and_many_give_the_same_answer(rows: Floats) -> None:
    people = {f"person {number}": row for number, row in enumerate(rows)}
    for who, stranger in ((5, False), (600, False), (5, True)):
        probe = crowd(1, seed=99)[0] if stranger else rows[who]
        one = identify(people, [probe], threshold=0.3, margin=0.02)
        two = identify(Gallery.of(people), [probe], threshold=0.3, margin=0.02)
        assert (one.person, one.reason) == (two.person, two.reason)
        assert two.person == (None if stranger else f"person {who}")


def test_twins_in_a_gallery_are_a_near_tie(rows: Floats) -> None:
    twins = rows.copy()
    twins[700] = twins[3] + np.float32(1e-4)
    gallery = Gallery([str(number) for number in range(len(twins))], twins)
    assert identify(gallery, [twins[3]], threshold=0.3, margin=0.05).reason == "near_tie"


def test_an_empty_gallery_finds_nobody() -> None:
    gallery: Gallery[str] = Gallery.of({})
    assert gallery.nearest(crowd(1)[0], within=9.0) == []
    assert identify(gallery, [crowd(1)[0]], threshold=9.0, margin=0.1).reason == "nobody"


def test_a_probe_of_another_recogniser_is_not_compared(gallery: Gallery[str]) -> None:
    with pytest.raises(ValueError, match="another recogniser"):
        gallery.nearest(crowd(1, size=128)[0], within=1.0)
    with pytest.raises(ValueError, match="another recogniser"):
        gallery.nearest(np.full(FUSED_SIZE, np.nan, np.float32), within=1.0)


def test_rows_that_are_no_embeddings_make_no_gallery(rows: Floats) -> None:
    with pytest.raises(ValueError, match="one row for each"):
        Gallery(["a"], rows)
    damaged = rows[:3].copy()
    damaged[2, 5] = np.nan
    with pytest.raises(ValueError, match="finite"):
        Gallery(range(3), damaged)
    with pytest.raises(ValueError, match="same shape"):
        Gallery.of({"a": rows[0], "b": rows[1, :128]})
