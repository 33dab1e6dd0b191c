"""Error rates from known distances, and what is compared with what."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.faces.evaluation.error_rates import (
    Comparisons,
    Searches,
    cross_identification,
    cross_verification,
    fixed_identification,
    fixed_verification,
    rate_at,
    roc_rows,
    threshold_at,
    verification,
)
from lookin.core.faces.evaluation.scoring import score_comparisons, score_pairs, score_searches
from lookin.core.faces.evaluation.trials import (
    Pair,
    TrialsError,
    draw_comparisons,
    draw_search,
    fold_of,
    read_gallery,
    read_pairs,
)

distances = st.lists(st.floats(0.01, 2.0), min_size=1, max_size=200).map(np.array)
rates = st.floats(0.001, 1.0)


@given(distances, rates)
def test_the_threshold_for_a_rate_keeps_it(impostor: np.ndarray, target: float) -> None:
    assert rate_at(impostor, threshold_at(impostor, target)) <= target + 1e-9


@given(distances, rates)
def test_the_threshold_for_a_rate_is_the_largest(impostor: np.ndarray, target: float) -> None:
    threshold = threshold_at(impostor, target)
    beyond = impostor[impostor > threshold]
    if beyond.size:
        assert rate_at(impostor, beyond.min()) > target


@given(distances, distances)
def test_along_the_roc_one_error_rises_and_the_other_falls(
    genuine: np.ndarray, impostor: np.ndarray
) -> None:
    rows = roc_rows(genuine, impostor)
    assert all(a[0] < b[0] for a, b in pairwise(rows))
    assert all(a[1] <= b[1] and a[2] >= b[2] for a, b in pairwise(rows))
    assert rows[-1][1:] == (1.0, 0.0)


def test_verification_counts_what_it_was_given() -> None:
    genuine = np.array([0.1, 0.2, 0.3, 0.9])
    impostor = np.linspace(0.5, 1.5, 1000)
    result = verification(genuine, impostor)
    assert (result.genuine, result.impostor) == (4, 1000)
    assert [point.target for point in result.points] == [1e-1, 1e-2, 1e-3]
    at_one_percent = result.points[1]
    assert at_one_percent.rate == pytest.approx(0.01)
    assert at_one_percent.miss == pytest.approx(0.25)


def test_a_rate_with_too_few_impostors_is_marked() -> None:
    points = verification(np.array([0.1]), np.linspace(0.5, 1.5, 1000)).points
    assert [point.supported for point in points] == [True, True, False]


def test_no_comparisons_give_no_rates() -> None:
    empty = verification(np.array([]), np.array([]))
    assert (empty.points, empty.equal_error_rate) == ([], None)


def test_perfect_separation_has_no_equal_error() -> None:
    assert verification(np.array([0.1, 0.2]), np.array([0.8, 0.9])).equal_error_rate == 0


def comparisons(impostors: dict[int, list[float]], genuine: list[float]) -> Comparisons:
    """Impostors within each fold, and genuine ones of fold 0."""
    values = [d for found in impostors.values() for d in found]
    folds = [fold for fold, found in impostors.items() for _ in found] + [0] * len(genuine)
    return Comparisons(
        np.array([*values, *genuine], np.float32),
        np.array([False] * len(values) + [True] * len(genuine)),
        np.array(folds, np.int8),
        np.array(folds, np.int8),
    )


def test_a_threshold_is_never_fitted_on_the_people_it_is_judged_on() -> None:
    # The people of fold 0 are all alike: only their own impostors could have told.
    found = comparisons({0: [0.1] * 100, 1: np.linspace(0.5, 0.9, 100).tolist()}, [0.3, 0.6])
    at_a_tenth = cross_verification(found, folds=2, draws=1).points[0]
    assert at_a_tenth.target == 0.1
    # Fold 1's threshold lets all of fold 0 in, and fold 0's lets nobody of fold 1 in.
    assert at_a_tenth.rate == pytest.approx(0.5)
    # Of fold 0's genuine ones 0.3 matches at fold 1's threshold of about 0.54, 0.6 does not.
    assert at_a_tenth.miss == pytest.approx(0.5)


def test_who_is_in_two_folds_at_once_fits_no_threshold() -> None:
    between = Comparisons(
        np.array([0.1, 0.5, 0.6, 0.7], np.float32),
        np.zeros(4, np.bool_),
        np.array([0, 1, 1, 1], np.int8),
        np.array([1, 1, 1, 1], np.int8),
    )
    assert between.outside(0).tolist() == pytest.approx([0.5, 0.6, 0.7])
    assert between.within(0).size == 0


def test_drawing_the_same_people_again_supports_no_smaller_rate() -> None:
    found = comparisons({0: [0.5] * 400, 1: [0.6] * 400}, [0.1])
    once = cross_verification(found, folds=2, draws=1).points
    assert [point.supported for point in once] == [True, True]
    ten = cross_verification(found, folds=2, draws=10).points
    assert [point.supported for point in ten] == [True, False]


def test_a_given_threshold_is_judged_on_everybody() -> None:
    found = comparisons({0: [0.2, 0.5], 1: [0.6, 0.7]}, [0.1, 0.4, 0.9])
    (point,) = fixed_verification(found, {1e-3: 0.4}, draws=1)
    assert (point.target, point.threshold, point.rate) == (1e-3, 0.4, 0.25)
    assert point.miss == pytest.approx(1 / 3)
    assert not point.supported


def searches(strangers: list[float], own: list[float], wrong: int = 0) -> Searches:
    """Searches by strangers, by people who are nearest to themselves, and by some who are not."""
    nearest = np.array([*strangers, *own, *[0.1] * wrong], np.float32)
    enrolled = np.array([False] * len(strangers) + [True] * (len(own) + wrong))
    right = np.array([False] * len(strangers) + [True] * len(own) + [False] * wrong)
    return Searches(nearest, nearest + np.float32(0.2), enrolled, right)


def test_identification_misses_the_person_who_is_not_the_nearest() -> None:
    half = searches([0.6 + i / 100 for i in range(20)], [0.2, 0.9, 0.1], wrong=1)
    result = cross_identification([half, half], draws=1)
    assert (result.mated, result.nonmated, result.rank_one) == (8, 40, 0.75)
    assert [point.target for point in result.points] == [0.1]
    assert result.points[0].rate == pytest.approx(0.1)
    assert result.points[0].miss == pytest.approx(0.5)


def test_each_half_is_judged_at_the_threshold_of_the_other() -> None:
    near, far = searches([0.2] * 20, [0.3]), searches([0.6] * 20, [0.3])
    (point,) = cross_identification([near, far], draws=1).points
    assert point.rate == pytest.approx(0.5)  # all strangers of the one, none of the other
    assert point.miss == pytest.approx(0.5)


def test_a_near_tie_is_nobody() -> None:
    found = searches([0.2] * 10, [0.2] * 10)
    clear = fixed_identification(found, 0.1, 0.3, margin=0.1, draws=1)
    assert (clear.rate, clear.miss) == (1.0, 0.0)
    tied = fixed_identification(found, 0.1, 0.3, margin=0.3, draws=1)
    assert (tied.rate, tied.miss) == (0.0, 1.0)


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_pairs_are_read_relative_to_their_list(tmp_path: Path) -> None:
    file = write(tmp_path / "p.csv", "\ufefffile1,file2,same\na.jpg,b.jpg,1\nc.jpg,d.jpg,no\n")
    assert read_pairs(file) == [
        Pair(tmp_path / "a.jpg", tmp_path / "b.jpg", True),
        Pair(tmp_path / "c.jpg", tmp_path / "d.jpg", False),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file1,file2\na,b\n", "no column same"),
        ("", "no column file1, file2, same"),
        ("file1,file2,same\n", "lists no pairs"),
        ("file1,file2,same\na,b,perhaps\n", "Line 2"),
        ("file1,file2,same\na,,1\n", "Line 2"),
    ],
)
def test_a_list_that_is_none_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(TrialsError, match=said):
        read_pairs(write(tmp_path / "p.csv", text))


def test_a_list_that_is_not_there_or_not_text_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(TrialsError, match="cannot be read"):
        read_pairs(tmp_path / "none.csv")
    (tmp_path / "p.csv").write_bytes(b"\xff\xfe\x00file1")
    with pytest.raises(TrialsError, match="UTF-8"):
        read_pairs(tmp_path / "p.csv")


def test_a_gallery_of_one_person_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "1.jpg").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(TrialsError, match="two people"):
        read_gallery(tmp_path)


galleries = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=8), st.integers(1, 9), min_size=1, max_size=20
)


def pictures(counts: dict[str, int]) -> dict[str, list[Path]]:
    return {name: [Path(name, str(i)) for i in range(n)] for name, n in counts.items()}


@given(galleries, st.integers(1, 6), st.integers(1, 3), st.integers(0, 50))
def test_nobody_is_probed_with_an_own_enrolled_picture(
    counts: dict[str, int], enrol: int, probe: int, number: int
) -> None:
    draw = draw_comparisons(pictures(counts), enrol=enrol, probe=probe, number=number)
    used = {file for files in draw.enrolled.values() for file in files}
    probing = [file for _, files in draw.probes for file in files]
    assert used.isdisjoint(probing)
    assert len(probing) == len(set(probing))
    assert all(len(files) == enrol for files in draw.enrolled.values())
    assert all(len(files) == probe for _, files in draw.probes)
    assert {name for name, n in counts.items() if n >= enrol + probe} == set(draw.enrolled)


@given(galleries, st.integers(1, 4), st.integers(1, 3), st.integers(1, 12))
def test_a_gallery_to_search_has_its_size_and_leaves_strangers(
    counts: dict[str, int], enrol: int, probe: int, people: int
) -> None:
    gallery = pictures(counts)
    draw = draw_search(gallery, enrol=enrol, probe=probe, people=people, number=3)
    if draw is None:
        assert people >= len(gallery)
        return
    assert len(draw.enrolled) == people < len(gallery)
    whole = {name for name, n in counts.items() if n >= enrol + probe}
    for name, files in draw.probes:
        assert set(files).isdisjoint(draw.enrolled.get(name, []))
        assert name not in draw.enrolled or name in whole
    if people >= len(whole):
        assert whole <= set(draw.enrolled)
    strangers = {name for name in counts if name not in draw.enrolled and counts[name] >= probe}
    fillers = set(draw.enrolled) - whole
    if any(counts[name] >= probe for name in fillers):  # who can probe fills up last
        assert all(counts[name] >= probe for name in set(counts) - set(draw.enrolled))
    assert strangers <= {name for name, _ in draw.probes}


def test_other_draws_take_other_pictures_and_the_same_number_the_same() -> None:
    gallery = pictures({f"p{n}": 8 for n in range(4)})
    one, again, two = (
        draw_comparisons(gallery, enrol=5, probe=1, number=number) for number in (1, 1, 2)
    )
    assert one == again
    assert one.enrolled != two.enrolled


def test_a_person_keeps_the_fold() -> None:
    folds = [fold_of(f"person {n}", 5) for n in range(1000)]
    assert folds == [fold_of(f"person {n}", 5) for n in range(1000)]
    assert all(folds.count(fold) > 150 for fold in range(5))


def embedding(value: float) -> np.ndarray:
    vector = np.zeros(128, np.float32)
    vector[0] = value
    return vector


def test_pairs_with_an_unusable_picture_are_counted_and_not_dropped() -> None:
    a, b, c = Path("a"), Path("b"), Path("c")
    pairs = [Pair(a, b, True), Pair(a, c, True), Pair(c, b, False)]
    scores = score_pairs(pairs, {a: embedding(0), b: embedding(0.5)})
    assert scores.genuine.tolist() == [0.5]
    assert (scores.genuine_left_out, scores.impostor_left_out) == (1, 1)


def test_a_draw_is_scored_for_its_people_and_for_strangers() -> None:
    gallery = pictures({f"p{n}": 3 for n in range(8)} | {"single": 1})
    known = {
        f: embedding(int(n[1:])) for n, files in gallery.items() if n != "single" for f in files
    }
    draw = draw_comparisons(gallery, enrol=2, probe=1, number=0)
    found, left_out = score_comparisons(draw, known, folds=5)
    assert found.distances[found.genuine].tolist() == [0.0] * 8
    assert found.distances[~found.genuine].min() == 1
    assert found.distances.size == 64
    assert (left_out.people, left_out.probes) == (0, 1)
    assert [fold_of("p0", 5)] * 8 == found.owners[:8].tolist()


def test_a_search_finds_the_nearest_the_second_and_whether_it_is_right() -> None:
    gallery = pictures({f"p{n}": 3 for n in range(8)})
    known = {f: embedding(int(n[1:])) for n, files in gallery.items() for f in files}
    draw = draw_search(gallery, enrol=2, probe=1, people=5, number=0)
    assert draw is not None
    found = score_searches(draw, known)
    assert (found.enrolled.sum(), (~found.enrolled).sum()) == (5, 3 * 3)
    assert found.right.sum() == 5
    assert found.nearest[found.enrolled].tolist() == [0.0] * 5
    assert (found.second[found.enrolled] >= 1).all()
    assert (found.nearest[~found.enrolled] >= 1).all()
