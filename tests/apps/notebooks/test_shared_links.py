"""Links that show one notebook to somebody outside its workspace: never more, never longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lookin.apps.accounts.models import AuditEvent, User
from lookin.apps.notebooks import access, services
from lookin.apps.notebooks.models import Notebook, SharedLink
from lookin.apps.workspaces.models import Role, Workspace
from lookin.apps.workspaces.services import remove_member, set_member
from lookin.core.lib.errors import LookinError, NotFoundError
from tests.people import client_of


def _link(owner: User, notebook: Notebook, days: str = "") -> str:
    """The path of a new link."""
    answer = client_of(owner).post(f"/ajax/notebooks/{notebook.id}/links/new", {"days": days})
    assert answer.json()["error"] == 0
    return "/shared/" + str(answer.json()["address"]).rpartition("/")[2]


def _sees(person: User, notebook: Notebook) -> bool:
    try:
        access.notebook_for(person, notebook.id)
    except NotFoundError:
        return False
    return True


@pytest.fixture
def link(owner: User, notebook: Notebook) -> str:
    return _link(owner, notebook)


def test_who_opens_a_link_looks_at_that_notebook_and_at_nothing_else(
    link: str, notebook: Notebook, shared: Workspace, owner: User, outsider: User
) -> None:
    other = services.create_notebook(shared, "other", "en")
    browser = client_of(outsider)
    assert not _sees(outsider, notebook)
    assert browser.get(link)["Location"] == f"/notebooks/{notebook.id}"
    assert browser.get(f"/notebooks/{notebook.id}").status_code == 200
    assert access.role_of(outsider, notebook) == "viewer"
    assert access.is_guest(outsider, notebook)
    for path in (f"/notebooks/{other.id}", f"/service?workspace={shared.id}",
                 f"/notebooks/{notebook.id}/history", f"/ajax/notebooks/{notebook.id}/history",
                 f"/ajax/files/{shared.id}", f"/files/{shared.id}/{notebook.path}"):  # fmt: skip
        assert browser.get(path).status_code == 404, path
    for action in ("rename", "duplicate", "delete", "links/new"):
        answer = browser.post(f"/ajax/notebooks/{notebook.id}/{action}", {"title": "x"})
        assert (answer.status_code, answer.json()["code"]) == (403, "read_only"), action
    assert browser.get(f"/ajax/notebooks/{notebook.id}/links").status_code == 403


def test_a_guests_page_says_nothing_of_the_workspace(
    link: str, notebook: Notebook, shared: Workspace, outsider: User
) -> None:
    browser = client_of(outsider)
    browser.get(link)
    page = browser.get(f"/notebooks/{notebook.id}").content.decode()
    assert str(shared.id) not in page
    assert shared.name not in page


def test_the_notebook_is_on_the_guests_desk_until_the_link_is_taken_back(
    link: str, notebook: Notebook, owner: User, outsider: User
) -> None:
    browser = client_of(outsider)
    browser.get(link)
    assert list(access.shared_notebooks(outsider)) == [notebook]
    assert notebook.title in browser.get("/service").content.decode()
    row = SharedLink.objects.get()
    revoke = f"/ajax/notebooks/{notebook.id}/links/{row.id}/revoke"
    assert browser.post(revoke).status_code == 403
    assert client_of(owner).post(revoke).json() == {"error": 0}
    assert not _sees(outsider, notebook)
    assert list(access.shared_notebooks(outsider)) == []
    assert browser.get(link).status_code == 404
    assert client_of(owner).post(revoke).status_code == 404


def test_a_link_ends_by_itself(owner: User, notebook: Notebook, outsider: User) -> None:
    link = _link(owner, notebook, "1")
    browser = client_of(outsider)
    assert browser.get(link).status_code == 302
    assert _sees(outsider, notebook)
    SharedLink.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert not _sees(outsider, notebook)
    assert browser.get(link).status_code == 404


def test_a_person_who_may_not_sign_in_any_more_sees_nothing(
    link: str, notebook: Notebook, outsider: User
) -> None:
    client_of(outsider).get(link)
    outsider.is_active = False
    outsider.save()
    assert not _sees(outsider, notebook)


def test_a_link_ends_with_the_rights_of_who_made_it(
    notebook: Notebook, shared: Workspace, member: User, outsider: User
) -> None:
    set_member(shared, member, Role.EDITOR)
    client_of(outsider).get(_link(member, notebook))
    assert _sees(outsider, notebook)
    remove_member(shared, member)
    assert not _sees(outsider, notebook)


def test_only_who_may_write_makes_links_and_a_stranger_signs_in_first(
    link: str, notebook: Notebook, member: User, outsider: User
) -> None:
    new = f"/ajax/notebooks/{notebook.id}/links/new"
    assert client_of(member).post(new).status_code == 403
    assert client_of(outsider).post(new).status_code == 404
    assert client_of(None).post(new).status_code == 401
    assert client_of(None).get(link).status_code == 302
    assert client_of(outsider, checks_csrf=True).post(new).status_code in {403, 404}


def test_the_token_is_stored_and_logged_nowhere(
    link: str, notebook: Notebook, owner: User, outsider: User, caplog: Any
) -> None:
    token = link.rpartition("/")[2]
    client_of(outsider).get(link)
    row = SharedLink.objects.get()
    assert token not in str(row.__dict__)
    assert len(token) >= 43
    assert token not in caplog.text
    assert [e.event for e in AuditEvent.objects.order_by("id")] == ["link_made", "link_opened"]
    listed = client_of(owner).get(f"/ajax/notebooks/{notebook.id}/links").json()["links"]
    assert [row["guests"] for row in listed] == [[outsider.shown_name]]
    assert token not in str(listed)


@pytest.mark.parametrize("token", ["x", "a" * 5000, "%00", "..%2f..", "한"])
def test_a_made_up_link_leads_nowhere(outsider: User, token: str) -> None:
    assert client_of(outsider).get(f"/shared/{token}").status_code == 404


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999", "367", "1.5", "²"])
def test_a_strange_end_is_refused(owner: User, notebook: Notebook, days: str) -> None:
    answer = client_of(owner).post(f"/ajax/notebooks/{notebook.id}/links/new", {"days": days})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_end")


def test_there_are_at_most_fifty_links(owner: User, notebook: Notebook) -> None:
    SharedLink.objects.bulk_create(
        SharedLink(notebook=notebook, token_hash=str(n), made_by=owner) for n in range(50)
    )
    answer = client_of(owner).post(f"/ajax/notebooks/{notebook.id}/links/new")
    assert answer.json()["code"] == "too_many_links"


def test_a_guest_takes_a_copy_to_their_own_files(
    link: str, notebook: Notebook, outsider: User
) -> None:
    browser = client_of(outsider)
    address = f"/ajax/notebooks/{notebook.id}/copy"
    assert browser.post(address).status_code == 404
    browser.get(link)
    made = browser.post(address).json()
    copy = access.writable_notebook_for(outsider, made["id"])
    assert copy.title == notebook.title
    assert copy.workspace.owner == outsider
    with pytest.raises(LookinError):
        access.writable_notebook_for(outsider, notebook.id)
