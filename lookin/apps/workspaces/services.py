"""What happens to workspaces: made on first need with a welcome, shared with a class, joined.

Not for the files inside: see files.py. Not for who may: see access.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import translation

from lookin.apps.accounts.models import User
from lookin.apps.workspaces.models import NAME_LENGTH, Kind, Membership, Role, Workspace
from lookin.core.lib.errors import LookinError
from lookin.core.lib.files import disk_error, safe_name, sync_folder, write_atomic

EXAMPLES = Path(__file__).parent / "examples"


def ensure_personal_workspace(user: User) -> Workspace:
    """The person's own workspace; its row, folder and welcome notebook are made when missing.

    Two requests at once make one: the row is unique. Raises LookinError (code `disk`).
    """
    found = Workspace.objects.filter(owner=user, kind=Kind.PERSONAL).first()
    if found is not None:
        _make_folder(found)
        return found
    with transaction.atomic():
        made, is_new = Workspace.objects.get_or_create(
            owner=user, kind=Kind.PERSONAL, defaults={"name": user.shown_name[:NAME_LENGTH]}
        )
        _join(made, user, Role.OWNER)
        _make_folder(made)
        if is_new:
            add_example(made, "welcome", user.language or translation.get_language() or "en")
    return made


def make_class_workspace(owner: User, name: str, people: Iterable[User] = ()) -> Workspace:
    """A workspace for a class: `owner` runs it, `people` may change its files."""
    with transaction.atomic():
        made = Workspace.objects.create(owner=owner, kind=Kind.CLASS, name=name[:NAME_LENGTH])
        _join(made, owner, Role.OWNER)
        for person in people:
            _join(made, person, Role.EDITOR)
        _make_folder(made)
    return made


def set_member(workspace: Workspace, person: User, role: Role) -> None:
    """Let `person` into the workspace, or change what they may do there."""
    Membership.objects.update_or_create(workspace=workspace, person=person, defaults={"role": role})


def remove_member(workspace: Workspace, person: User) -> None:
    """Take `person` out. The owner stays: raises LookinError (code `owner_stays`, 409)."""
    if workspace.owner_id == person.id:
        raise LookinError(
            "The owner stays in the workspace.",
            "Give it to somebody else first.",
            code="owner_stays",
            status=409,
        )
    Membership.objects.filter(workspace=workspace, person=person).delete()


def add_example(workspace: Workspace, example: str, language: str) -> Path:
    """Copy the notebook `examples/<example>.<language>.ipynb` into the workspace, under its title.

    A file that is already there under that title is left alone. English stands in for a language
    that has no copy. Returns the path.
    """
    source = EXAMPLES / f"{example}.{language[:2]}.ipynb"
    if not source.exists():
        source = EXAMPLES / f"{example}.en.ipynb"
    content = source.read_bytes()
    target = workspace.folder / safe_name(f"{json.loads(content)['metadata']['title']}.ipynb")
    if not target.exists():
        write_atomic(target, content)
    return target


def _join(workspace: Workspace, person: User, role: Role) -> None:
    Membership.objects.get_or_create(workspace=workspace, person=person, defaults={"role": role})


def _make_folder(workspace: Workspace) -> None:
    folder = workspace.folder
    if folder.is_dir():
        return
    home: Path = settings.HOME
    try:
        (home / "workspaces").mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
    except OSError as error:
        raise disk_error(error) from error
