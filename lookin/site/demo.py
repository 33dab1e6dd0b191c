"""`lookin demo`: fills a copy with three people, a class and notebooks to look at. Idempotent.

For trying Lookin out, not for a place with real people: it adds accounts.
"""

from __future__ import annotations

import secrets
import sys

from lookin.apps.accounts import services as accounts
from lookin.apps.accounts.models import User
from lookin.apps.accounts.names import name_key
from lookin.apps.workspaces.models import Kind, Role, Workspace
from lookin.apps.workspaces.services import (
    EXAMPLES,
    add_example,
    ensure_personal_workspace,
    make_class_workspace,
    set_member,
)
from lookin.core.lib.files import write_atomic

CLASS_NAME = "Class 3, Python"
# name, role, what others read, language
PEOPLE = (
    ("teacher", "teacher", "Han Seoyeon", "en"),
    ("minji", "member", "김민지", "ko"),
    ("alex", "member", "Alex Kim", "en"),
)
# Short and unmistakable when copied from a screen: no 0/o, 1/l.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def fill_demo(password: str = "") -> None:
    """Make what is missing; print each new person's password, once. Nothing existing is changed.

    `password` is for all new people; without it each gets a random one. Raises LookinError.
    """
    people = [_person(*row, password=password) for row in PEOPLE]
    shared = _class_of(people[0], people[1:])
    for language in ("en", "ko"):
        for example in ("chart", "table", "variables"):
            add_example(shared, example, language)
    _add_data(shared)
    for person in people:
        own = ensure_personal_workspace(person)
        add_example(own, "chart", person.language)
        _add_data(own)
    sys.stdout.write(f"The demo is ready: three people share “{CLASS_NAME}”.\n")


def _person(name: str, role: str, shown: str, language: str, *, password: str) -> User:
    found = User.objects.filter(username_key=name_key(name)).first()
    if found is not None:
        sys.stdout.write(f"  {name} is here already; the password is unchanged.\n")
        return found
    password = password or _new_password()
    person = accounts.add_person(
        name, role, password=password, display_name=shown, language=language
    )
    sys.stdout.write(f"  {name} ({role}), password: {password}\n")
    return person


def _new_password() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


def _class_of(owner: User, members: list[User]) -> Workspace:
    found = Workspace.objects.filter(owner=owner, kind=Kind.CLASS, name=CLASS_NAME).first()
    shared = found or make_class_workspace(owner, CLASS_NAME)
    for member in members:
        set_member(shared, member, Role.EDITOR)
    return shared


def _add_data(workspace: Workspace) -> None:
    target = workspace.folder / "plants.csv"
    if not target.exists():
        write_atomic(target, (EXAMPLES / target.name).read_bytes())
