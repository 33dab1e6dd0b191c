"""Which recogniser a server uses, and what becomes of faces when the operator changes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.accounts.faces import recogniser, thresholds
from lookin.apps.accounts.faces.engine import _recogniser_problem
from lookin.apps.accounts.faces.sealed import Face, opened, seal_face
from lookin.apps.accounts.models import FaceTemplate, User
from lookin.core.faces.rates.calibration import to_plain
from lookin.core.faces.rates.measured import BUILT_IN
from lookin.core.lib.clock import now
from lookin.site.doctor import _own_recogniser
from tests.apps.accounts.conftest import face


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Where this server looks for an own recogniser."""
    settings.RECOGNISER_DIR = tmp_path / "recogniser"
    recogniser.own_recogniser.cache_clear()
    yield tmp_path / "recogniser"
    recogniser.own_recogniser.cache_clear()


def put(folder: Path, *, margin: float | None = 0.123) -> None:
    """A description, with a calibration when there is a margin. The model is never opened here."""
    folder.mkdir()
    (folder / "m.onnx").write_bytes(b"weights")
    about = {"name": "own", "licence": "mine", "model": "m.onnx", "size": 112, "layout": "nchw"}
    look = {"channels": "rgb", "mean": 0, "scale": 1, "alignment": "arcface", "padding": 0}
    last = {"mirror": False, "metric": "cosine"}
    (folder / "recogniser.json").write_text(json.dumps({**about, **look, **last}))
    if margin is not None:
        sha = "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"
        table = {**to_plain(BUILT_IN), "margin": margin, "model_sha256": sha}
        (folder / "calibration.json").write_text(json.dumps(table))


def test_without_an_own_recogniser_the_built_in_one_is_used(folder: Path) -> None:
    assert _recogniser_problem() is None
    assert recogniser.calibration() == BUILT_IN


def test_an_own_recogniser_without_a_calibration_lets_nobody_in(folder: Path) -> None:
    put(folder, margin=None)
    assert "lookin faces calibrate" in (_recogniser_problem() or "")


def test_an_own_recognisers_rates_make_the_thresholds(folder: Path) -> None:
    put(folder)
    assert _recogniser_problem() is None
    assert thresholds.margin() == 0.123


def test_a_broken_description_is_told_and_not_passed_over(folder: Path) -> None:
    put(folder)
    (folder / "recogniser.json").write_text("{")
    assert "recogniser.json is not JSON" in (_recogniser_problem() or "")


def test_a_face_of_another_recogniser_is_not_compared(folder: Path, member: User) -> None:
    row = FaceTemplate.objects.create(
        person=member,
        sealed=seal_face(Face(face(1), face(1)), member.pk),
        consent_version=1,
        consent_at=now(),
        created_at=now(),
    )
    assert [found.pk for found, _ in opened([row])] == [row.pk]
    put(folder)
    recogniser.own_recogniser.cache_clear()
    assert list(opened([row])) == []


def test_the_doctor_opens_the_model_before_it_asks_for_its_rates(folder: Path) -> None:
    put(folder, margin=None)
    assert "m.onnx is not a model that ONNX Runtime can open" in (_own_recogniser() or "")
