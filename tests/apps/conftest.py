"""Three people for every rule of access: the owner, a member who may look, and an outsider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.workspaces.models import Role, Workspace
from lookin.apps.workspaces.services import make_class_workspace, set_member


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A data folder of this test's own."""
    settings.HOME = tmp_path
    settings.RUNTIME_DIR = tmp_path / "run"
    return tmp_path


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create(username="owner", language="en")


@pytest.fixture
def member(db: None) -> User:
    return User.objects.create(username="멤버", language="ko")


@pytest.fixture
def outsider(db: None) -> User:
    return User.objects.create(username="outsider", role="admin")


@pytest.fixture
def shared(home: Path, owner: User, member: User) -> Workspace:
    """A class of the owner's in which the member may look."""
    made = make_class_workspace(owner, "Class 3")
    set_member(made, member, Role.VIEWER)
    return made
