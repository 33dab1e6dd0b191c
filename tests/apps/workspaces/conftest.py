"""Three people round one workspace: its owner, a member who may look, and an outsider."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.workspaces.models import Role, Workspace
from lookin.apps.workspaces.services import make_class_workspace, set_member


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: pytest.FixtureRequest) -> Path:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
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
def shared(owner: User, member: User) -> Workspace:
    made = make_class_workspace(owner, "Class 3")
    set_member(made, member, Role.VIEWER)
    (made.folder / "data").mkdir()
    (made.folder / "data" / "a.csv").write_text("a,b\n1,2\n")
    (made.folder / "둘째 😀.txt").write_text("안녕")
    (made.folder / ".env").write_text("secret")
    return made
