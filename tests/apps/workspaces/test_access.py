"""Who may see and change a workspace: the owner, a member who may look, an outsider."""

from __future__ import annotations

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.workspaces import access
from lookin.apps.workspaces.models import Role, Workspace
from lookin.apps.workspaces.services import remove_member, set_member
from lookin.core.lib.errors import LookinError, NotFoundError
from tests.people import client_of


def test_an_owner_and_a_member_see_the_workspace_and_an_outsider_does_not(
    shared: Workspace, owner: User, member: User, outsider: User
) -> None:
    assert access.workspace_for(owner, shared.id) == shared
    assert access.workspace_for(member, str(shared.id)) == shared
    with pytest.raises(NotFoundError):
        access.workspace_for(outsider, shared.id)


@pytest.mark.parametrize("wrong", ["", "x", "../", "0dd0c0de-0000-4000-8000-000000000000"])
def test_an_id_that_names_nothing_is_not_found(owner: User, wrong: str) -> None:
    with pytest.raises(NotFoundError):
        access.workspace_for(owner, wrong)


def test_only_owners_and_editors_may_write(
    shared: Workspace, owner: User, member: User, outsider: User
) -> None:
    assert access.writable_workspace_for(owner, shared.id) == shared
    with pytest.raises(LookinError) as caught:
        access.writable_workspace_for(member, shared.id)
    assert caught.value.status == 403
    with pytest.raises(NotFoundError):
        access.writable_workspace_for(outsider, shared.id)
    set_member(shared, member, Role.EDITOR)
    assert access.writable_workspace_for(member, shared.id) == shared


def test_who_leaves_sees_nothing_and_the_owner_stays(
    shared: Workspace, owner: User, member: User
) -> None:
    remove_member(shared, member)
    with pytest.raises(NotFoundError):
        access.workspace_for(member, shared.id)
    with pytest.raises(LookinError):
        remove_member(shared, owner)


def test_two_people_have_two_workspaces(owner: User, member: User) -> None:
    mine, yours = access.personal_workspace(owner), access.personal_workspace(member)
    assert mine != yours
    assert access.personal_workspace(owner) == mine
    assert list(access.workspaces_for(member)) == [yours]
    with pytest.raises(NotFoundError):
        access.workspace_for(member, mine.id)


STRANGERS = {"outsider": 404, "nobody": 401}
WRITERS = {**STRANGERS, "owner": 200, "member": 403}
READERS = {**STRANGERS, "owner": 200, "member": 200}
ROUTES = [
    ("get", "/ajax/files/{id}", READERS),
    ("get", "/files/{id}/data/a.csv", {**READERS, "nobody": 302}),
    ("post", "/ajax/files/{id}/rename", WRITERS),
    ("post", "/ajax/files/{id}/delete", WRITERS),
]


@pytest.mark.parametrize(("method", "address", "expected"), ROUTES)
@pytest.mark.parametrize("who", ["owner", "member", "outsider", "nobody"])
def test_every_address_asks_who_is_there(
    shared: Workspace,
    request: pytest.FixtureRequest,
    who: str,
    method: str,
    address: str,
    expected: dict[str, int],
) -> None:
    client = client_of(None if who == "nobody" else request.getfixturevalue(who))
    act = getattr(client, method)
    answer = act(address.format(id=shared.id), {"path": "data/a.csv", "name": "b.csv"})
    answer.close()
    assert answer.status_code == expected[who]
    if answer.status_code == 302:
        assert answer["Location"].startswith("/login?next=/files/")


@pytest.mark.parametrize("action", ["rename", "delete"])
def test_a_change_without_the_token_is_403(shared: Workspace, owner: User, action: str) -> None:
    client = client_of(owner, checks_csrf=True)
    answer = client.post(f"/ajax/files/{shared.id}/{action}", {"path": "data/a.csv", "name": "b"})
    assert answer.status_code == 403
    assert (shared.folder / "data" / "a.csv").exists()
    assert client.get(f"/ajax/files/{shared.id}/{action}").status_code == 405
