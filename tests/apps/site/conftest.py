"""The people round one class: owner, member, outsider, admin, and one who was let go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.accounts.models import Device, DeviceTrust, Passkey, User
from lookin.apps.notebooks.models import Notebook
from lookin.apps.notebooks.services import create_notebook
from lookin.apps.workspaces import files
from lookin.apps.workspaces.models import Workspace
from lookin.apps.workspaces.services import make_class_workspace
from tests.apps.site.asking import Browser, browser_of


@dataclass(frozen=True)
class Cast:
    """Everybody, the class they share or do not, and what is in it."""

    owner: User
    member: User
    outsider: User
    admin: User
    gone: User
    workspace: Workspace
    notebook: Notebook
    ids: dict[str, str]

    def browser(self, name: str, *, has_token: bool = True) -> Browser:
        """A browser of one of them; of a stranger for ""."""
        return browser_of(getattr(self, name) if name else None, has_token=has_token)


@pytest.fixture
def cast(transactional_db: None, tmp_path: Path, settings: Any) -> Cast:
    settings.HOME, settings.RUNTIME_DIR = tmp_path, tmp_path / "run"
    settings.PASSWORD_HASHERS = ["tests.apps.accounts.hasher.CountingHasher"]
    names = ("owner", "member", "outsider", "admin", "gone")
    people = {
        name: User.objects.create(
            username=name, language="en", role="admin" if name == "admin" else "member"
        )
        for name in names
    }
    workspace = make_class_workspace(people["owner"], "Class 3", [people["member"], people["gone"]])
    notebook = create_notebook(workspace, "First", "en")
    (workspace.folder / "old.csv").write_text("a")
    (workspace.folder / "data.csv").write_text("a,b\n")
    deleted = files.delete_file(workspace, "old.csv")
    device = Device.objects.create(token_hash="0" * 64, label="Firefox")
    DeviceTrust.objects.create(device=device, person=people["owner"])
    passkey = Passkey.objects.create(person=people["owner"], credential_id=b"k" * 32, label="Phone")
    ids = {
        "workspace_id": str(workspace.id),
        "notebook_id": str(notebook.id),
        "deleted_id": str(deleted.id),
        "device_id": str(device.pk),
        "passkey_id": str(passkey.pk),
        "person_id": str(people["owner"].pk),
        "path": "data.csv",
        "name": "calculator",
        "secret": "none",
        "kernel": "none",
        "digest": "0" * 64,
        "cell": "none",
        "version": "0",
        "file": "none",
        "form": "html",
        "token": "none",
        "link_id": "0dd0c0de-0000-4000-8000-000000000000",
    }
    return Cast(**people, workspace=workspace, notebook=notebook, ids=ids)
