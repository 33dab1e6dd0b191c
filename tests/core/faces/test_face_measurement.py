"""A gallery of invented people: what is measured on it, and a calibration that holds for others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lookin.core.faces.arrays import Floats
from lookin.core.faces.evaluation.measurement import Plan, calibrate, check_plan, measure
from lookin.core.faces.evaluation.trials import TrialsError
from lookin.core.faces.rates.calibration import Calibration
from lookin.core.faces.rates.measured import BUILT_IN

SIZE = 32
Invented = tuple[dict[str, list[Path]], dict[Path, Floats]]


def invent(seed: int, *, people: int, pictures: int = 9) -> Invented:
    """People whose pictures lie around a place of their own."""
    chance = np.random.default_rng(seed)
    gallery: dict[str, list[Path]] = {}
    embeddings: dict[Path, Floats] = {}
    for number in range(people):
        name = f"{seed}-{number}"
        place = chance.normal(size=SIZE)
        gallery[name] = [Path(name, str(i)) for i in range(pictures)]
        for file in gallery[name]:
            embeddings[file] = (place + chance.normal(size=SIZE) * 0.7).astype(np.float32)
    return gallery, embeddings


@pytest.fixture(scope="module")
def calibration() -> Calibration:
    gallery, embeddings = invent(1, people=120)
    return calibrate(gallery, embeddings, enrol=5)


def test_a_calibration_holds_for_people_it_never_saw(calibration: Calibration) -> None:
    gallery, embeddings = invent(2, people=120)
    for probe in (1, 3):
        found = measure(gallery, embeddings, Plan(5, probe, 1e-2), calibration)
        at_a_thousandth = found.calibrated[0]
        assert at_a_thousandth.target == 1e-3
        assert 1e-4 < at_a_thousandth.rate < 5e-3
        searched = next(rates for rates in found.searches if rates.people == 30)
        assert 1e-4 < searched.calibrated.rate < 5e-2
        assert searched.whole == 30


def test_a_larger_gallery_is_calibrated_more_strictly(calibration: Calibration) -> None:
    sizes = [2, 10, 30, 100, 1000]
    found = [calibration.identify_threshold(1e-2, gallery=size, probes=1) for size in sizes]
    assert found == sorted(found, reverse=True)
    assert calibration.spread > calibration.verify_threshold(1e-3, probes=1)
    assert 0 < calibration.margin < calibration.alike


def test_a_measurement_says_how_many_people_and_draws_it_stands_on() -> None:
    gallery, embeddings = invent(3, people=40, pictures=7)
    gallery["few"] = [Path("few", str(i)) for i in range(3)]
    embeddings |= {file: np.ones(SIZE, np.float32) for file in gallery["few"]}
    found = measure(gallery, embeddings, Plan(5, 2, 1e-3), BUILT_IN)
    assert (found.enrolled, found.probers, found.draws) == (40, 41, 10)
    assert (found.rates.genuine, found.left_out.people) == (400, 0)
    assert [rates.people for rates in found.searches] == [10]


def test_too_few_pictures_are_said_before_any_is_read() -> None:
    gallery, _ = invent(4, people=3, pictures=5)
    with pytest.raises(TrialsError, match="Nobody has enough"):
        check_plan(gallery, Plan(5, 1, 1e-3))


def test_too_few_people_make_no_calibration() -> None:
    gallery, embeddings = invent(5, people=3)
    with pytest.raises(TrialsError, match="too few people"):
        calibrate(gallery, embeddings, enrol=5)
