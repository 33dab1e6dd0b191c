"""A notebook in the class of the three people."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookin.apps.notebooks.models import Notebook
from lookin.apps.notebooks.services import create_notebook
from lookin.apps.workspaces.models import Workspace


@pytest.fixture(autouse=True)
def _own_home(home: Path) -> None:
    """Every test here works in a data folder of its own."""


@pytest.fixture
def notebook(shared: Workspace) -> Notebook:
    return create_notebook(shared, "첫 걸음", "ko")
