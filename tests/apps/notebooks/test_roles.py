"""What the web process tells the broker of a person: who, under what name, in what role."""

from __future__ import annotations

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.notebooks import access, broker
from lookin.apps.notebooks.models import Notebook
from lookin.apps.workspaces.models import Role, Workspace
from lookin.apps.workspaces.services import set_member
from lookin.core.documents.roles import ROLES


def test_each_person_has_the_role_of_the_workspace(
    notebook: Notebook, shared: Workspace, owner: User, member: User, outsider: User
) -> None:
    assert access.role_of(owner, notebook) == "owner"
    assert access.role_of(member, notebook) == "viewer"
    set_member(shared, member, Role.EDITOR)
    assert access.role_of(member, notebook) == "editor"
    assert access.role_of(outsider, notebook) == "viewer"  # the least, whoever asks for it
    assert {value for value, _ in Role.choices} == set(ROLES)


def test_the_opening_frame_says_name_and_role(notebook: Notebook, owner: User) -> None:
    owner.display_name = "오너 😀"
    frame = broker.opening_frame(notebook, owner, access.role_of(owner, notebook), alone=False)
    assert (frame["op"], frame["person"]) == ("open", str(owner.pk))
    assert (frame["name"], frame["role"], frame["alone"]) == ("오너 😀", "owner", False)
    assert "writable" not in frame


@pytest.mark.parametrize("wrong", [None, "", "admin", ["owner"], True])
def test_a_visit_without_a_known_role_is_no_visit(wrong: object, owner: User) -> None:
    from lookin.apps.kernels.broker.reception import _who
    from lookin.core.lib.errors import LookinError

    with pytest.raises(LookinError):
        _who({"person": str(owner.pk), "name": "Ann", "role": wrong})
    with pytest.raises(LookinError):
        _who({"person": str(owner.pk), "name": "A" * 201, "role": "owner"})
