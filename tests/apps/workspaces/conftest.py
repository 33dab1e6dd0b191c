"""A class of the three people, with some files in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookin.apps.workspaces.models import Workspace


@pytest.fixture(autouse=True)
def _own_home(home: Path) -> None:
    """Every test here works in a data folder of its own."""


@pytest.fixture
def shared(shared: Workspace) -> Workspace:
    (shared.folder / "data").mkdir()
    (shared.folder / "data" / "a.csv").write_text("a,b\n1,2\n")
    (shared.folder / "둘째 😀.txt").write_text("안녕")
    (shared.folder / ".env").write_text("secret")
    return shared
