"""Error rates from known distances, and what is compared with what."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.faces.evaluation import (
    Probe,
    identification,
    rate_at,
    roc_rows,
    threshold_at,
    verification,
)
from lookin.core.faces.scoring import score_pairs, score_splits
from lookin.core.faces.trials import Pair, TrialsError, read_gallery, read_pairs, split_gallery

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


def test_identification_misses_the_person_who_is_not_the_nearest() -> None:
    strangers = [Probe(0.6 + i / 100, None) for i in range(20)]
    mated = [Probe(0.2, 0.2), Probe(0.3, 0.5), Probe(0.9, 0.9), Probe(0.1, 0.1)]
    result = identification([*strangers, *mated])
    assert (result.mated, result.nonmated, result.rank_one) == (4, 20, 0.75)
    assert [point.target for point in result.points] == [0.1]
    assert result.points[0].rate == pytest.approx(0.1)
    assert result.points[0].miss == pytest.approx(0.5)


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


@given(galleries, st.integers(1, 6), st.integers(1, 3))
def test_nobody_is_probed_with_an_own_enrolled_picture(
    counts: dict[str, int], enrol: int, probe: int
) -> None:
    gallery = {name: [Path(name, str(i)) for i in range(n)] for name, n in counts.items()}
    folds = split_gallery(gallery, enrol=enrol, probe=probe)
    for fold in folds:
        used = {file for files in fold.enrolled.values() for file in files}
        probing = [file for _, files in fold.probes for file in files]
        assert used.isdisjoint(probing)
        assert len(probing) == len(set(probing))
        assert all(1 <= len(files) <= enrol for files in fold.enrolled.values())
        assert all(len(files) == probe for _, files in fold.probes)
    assert folds[0].enrolled.keys().isdisjoint(folds[1].enrolled)


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


def test_a_gallery_is_scored_for_its_people_and_for_strangers() -> None:
    gallery = {f"p{n}": [Path(f"p{n}", str(i)) for i in range(3)] for n in range(8)}
    known = {f: embedding(int(n[1:])) for n, files in gallery.items() for f in files}
    scores = score_splits(split_gallery(gallery, enrol=2, probe=1), known)
    assert sum(scores.galleries) == 8
    assert scores.genuine.tolist() == [0.0] * 8
    assert scores.impostor.min() == 1
    assert sum(probe.own is None for probe in scores.probes) == 8 * 3
