"""The engine on real models, and the portraits, or a skip in words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lookin.core.faces.engine import FaceEngine
from lookin.core.lib.errors import LookinError
from tests.portraits import portraits


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of models that the suite was told of; tests without one were skipped before."""
    return Path(os.environ["LOOKIN_MODELS_DIR"])


@pytest.fixture(scope="session")
def engine(models: Path) -> FaceEngine:
    return FaceEngine.open(models)


@pytest.fixture(scope="session")
def faces() -> dict[str, Path]:
    """The portraits by name."""
    try:
        return portraits()
    except LookinError as error:
        pytest.skip(f"skipped: the portraits: was not found: {error.sentence()}")
