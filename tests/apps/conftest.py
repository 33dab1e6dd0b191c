"""Three people for every rule of access: the owner, a member who may look, and an outsider."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.workspaces.models import Role, Workspace
from lookin.apps.workspaces.services import make_class_workspace, set_member

HERE = Path(__file__).parent
DATABASE = {"db", "transactional_db"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a database of the caller's choice run only what touches one: the rest is as it was."""
    if not os.environ.get("DATABASE_URL"):
        return
    idle = [item for item in items if HERE in item.path.parents and not _touches_a_database(item)]
    config.hook.pytest_deselected(items=idle)
    items[:] = [item for item in items if item not in idle]


def _touches_a_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & DATABASE) or item.get_closest_marker("django_db") is not None


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
