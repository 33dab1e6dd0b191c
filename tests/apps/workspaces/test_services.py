"""A workspace is made when it is first needed, with a welcome in the person's language."""

from __future__ import annotations

import stat

import nbformat
import pytest

from lookin.apps.accounts.models import User
from lookin.apps.workspaces import services


@pytest.mark.parametrize(
    ("language", "file", "word"),
    [("en", "Welcome.ipynb", "Welcome"), ("ko", "환영해요.ipynb", "환영")],
)
def test_a_new_person_is_welcomed_in_their_language(
    db: None, language: str, file: str, word: str
) -> None:
    user = User.objects.create(username="new", language=language)
    workspace = services.ensure_personal_workspace(user)
    notebook = nbformat.read(workspace.folder / file, as_version=4)
    nbformat.validate(notebook)
    assert word in notebook.cells[0].source
    assert stat.S_IMODE(workspace.folder.stat().st_mode) == 0o700


def test_a_welcome_that_was_deleted_stays_deleted(owner: User) -> None:
    workspace = services.ensure_personal_workspace(owner)
    (workspace.folder / "Welcome.ipynb").unlink()
    services.ensure_personal_workspace(owner)
    assert not list(workspace.folder.iterdir())


def test_a_folder_that_was_lost_is_made_again(owner: User) -> None:
    workspace = services.ensure_personal_workspace(owner)
    (workspace.folder / "Welcome.ipynb").unlink()
    workspace.folder.rmdir()
    assert services.ensure_personal_workspace(owner).folder.is_dir()
