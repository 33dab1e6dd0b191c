"""The demo: three people, a class, notebooks; a second time changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from lookin.apps.accounts.models import User
from lookin.apps.workspaces.models import Membership, Workspace
from lookin.site.demo import PEOPLE, fill_demo


def test_the_demo_is_filled_once(
    db: None, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.HOME = tmp_path
    fill_demo()
    first = capsys.readouterr().out
    assert first.count("password: ") == len(PEOPLE)
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    fill_demo()
    assert "password: " not in capsys.readouterr().out
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files
    assert (User.objects.count(), Workspace.objects.count()) == (3, 4)
    assert Membership.objects.count() == 6
    for path in files:
        if path.suffix == ".ipynb":
            nbformat.validate(nbformat.reads(path.read_text(), as_version=4))
    assert sum(path.suffix == ".ipynb" for path in files) == 6 + 3 + 3
