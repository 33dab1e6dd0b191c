"""Who may see, make, rename, copy and delete notebooks, and what happens to the file."""

from __future__ import annotations

from typing import Any

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.notebooks import access, services
from lookin.apps.notebooks.models import Notebook
from lookin.apps.workspaces import files
from lookin.apps.workspaces.models import Workspace
from lookin.core.lib.errors import LookinError, NotFoundError
from tests.people import client_of


def test_owner_and_member_find_the_notebook_and_an_outsider_does_not(
    notebook: Notebook, owner: User, member: User, outsider: User
) -> None:
    assert access.notebook_for(owner, notebook.id) == notebook
    assert access.notebook_for(member, str(notebook.id)) == notebook
    with pytest.raises(NotFoundError):
        access.notebook_for(outsider, notebook.id)


@pytest.mark.parametrize("wrong", ["", "x", "../", "0dd0c0de-0000-4000-8000-000000000000"])
def test_an_id_that_names_nothing_is_not_found(owner: User, wrong: str) -> None:
    with pytest.raises(NotFoundError):
        access.notebook_for(owner, wrong)


def test_only_who_may_write_may_change_a_notebook(
    notebook: Notebook, owner: User, member: User, outsider: User
) -> None:
    assert access.writable_notebook_for(owner, notebook.id) == notebook
    with pytest.raises(LookinError) as caught:
        access.writable_notebook_for(member, notebook.id)
    assert caught.value.code == "read_only"
    with pytest.raises(NotFoundError):
        access.writable_notebook_for(outsider, notebook.id)


def test_the_page_opens_for_members_and_does_not_exist_for_outsiders(
    notebook: Notebook, owner: User, member: User, outsider: User
) -> None:
    address = f"/notebooks/{notebook.id}"
    page = client_of(owner).get(address)
    assert page.status_code == 200
    assert f'data-socket="/ws{address}"' in page.content.decode()
    assert client_of(member).get(address).status_code == 200
    assert client_of(outsider).get(address).status_code == 404
    stranger = client_of(None).get(address)
    assert stranger.status_code == 302
    assert stranger["Location"] == f"/login?next={address}"


@pytest.mark.parametrize("action", ["rename", "duplicate", "delete"])
def test_changes_need_rights_a_token_and_a_person(
    notebook: Notebook, owner: User, member: User, outsider: User, action: str
) -> None:
    address = f"/ajax/notebooks/{notebook.id}/{action}"
    assert client_of(None).post(address, {"title": "x"}).status_code == 401
    assert client_of(outsider).post(address, {"title": "x"}).status_code == 404
    assert client_of(member).post(address, {"title": "x"}).status_code == 403
    assert client_of(owner, checks_csrf=True).post(address, {"title": "x"}).status_code == 403
    assert client_of(owner).get(address).status_code == 405
    assert client_of(owner).post(address, {"title": "x"}).json()["error"] == 0


def test_a_new_notebook_gets_a_free_name_and_an_address(shared: Workspace, owner: User) -> None:
    client = client_of(owner)
    first = client.post("/notebooks/new", {"workspace": str(shared.id), "title": "A"})
    client.post("/notebooks/new", {"workspace": str(shared.id), "title": "A"})
    assert first.status_code == 303
    assert sorted(p.name for p in shared.folder.iterdir()) == ["A (2).ipynb", "A.ipynb"]
    assert client.get(first["Location"]).status_code == 200


def test_a_viewer_cannot_make_a_notebook_there_but_can_at_home(
    shared: Workspace, member: User
) -> None:
    client = client_of(member)
    assert client.post("/notebooks/new", {"workspace": str(shared.id)}).status_code == 403
    assert client.post("/notebooks/new").status_code == 303


@pytest.mark.parametrize("title", ["../../x", "a/b", "x" * 300, "<img src=x onerror=alert(1)>"])
def test_a_strange_title_stays_inside_the_folder(
    shared: Workspace, owner: User, title: str
) -> None:
    made = services.create_notebook(shared, title, "en")
    assert made.file.parent == shared.folder
    assert made.file.exists()
    page = client_of(owner).get(f"/notebooks/{made.id}").content.decode()
    assert "<img src=x" not in page


def test_renaming_keeps_the_address_and_refuses_a_taken_name(
    notebook: Notebook, shared: Workspace, owner: User
) -> None:
    services.create_notebook(shared, "taken", "en")
    address = f"/ajax/notebooks/{notebook.id}/rename"
    assert client_of(owner).post(address, {"title": "taken"}).status_code == 409
    answer = client_of(owner).post(address, {"title": "두 번째"}).json()
    assert answer == {"error": 0, "title": "두 번째", "path": "두 번째.ipynb"}
    assert access.notebook_for(owner, notebook.id).file.exists()


@pytest.mark.parametrize("title", [".", "..", "\0", "\u202e", ".ipynb", "", " "])
def test_a_title_without_a_usable_character_loses_no_notebook(
    notebook: Notebook, shared: Workspace, owner: User, title: str
) -> None:
    address = f"/ajax/notebooks/{notebook.id}/rename"
    refused = client_of(owner).post(address, {"title": title})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_name")
    assert access.notebook_for(owner, notebook.id).file.exists()
    if title.strip():
        made = {"workspace": str(shared.id), "title": title}
        assert client_of(owner).post("/notebooks/new", made).status_code == 400
    assert len(list(shared.folder.iterdir())) == 1


def test_the_address_follows_when_its_folder_is_renamed(shared: Workspace) -> None:
    (shared.folder / "week 1").mkdir()
    (shared.folder / "week 1" / "a.ipynb").write_bytes(b"")
    (shared.folder / "week 10.ipynb").write_bytes(b"")
    inside = services.open_notebook_at(shared, "week 1/a.ipynb")
    beside = services.open_notebook_at(shared, "week 10.ipynb")
    files.rename_file(shared, "week 1", "week one")
    inside.refresh_from_db()
    beside.refresh_from_db()
    assert (inside.path, beside.path) == ("week one/a.ipynb", "week 10.ipynb")


def test_a_deleted_notebook_is_gone_until_it_is_restored(notebook: Notebook, owner: User) -> None:
    client = client_of(owner)
    deleted = client.post(f"/ajax/notebooks/{notebook.id}/delete").json()["deleted"]
    assert client.get(f"/notebooks/{notebook.id}").status_code == 404
    assert client.post(f"/ajax/files/restore/{deleted}").json()["path"] == notebook.path
    there = {"workspace": str(notebook.workspace_id), "path": notebook.path}
    assert client.get("/notebooks/open", there).status_code == 302


def test_restoring_beside_a_newer_file_leaves_the_newer_ones_address_alone(
    notebook: Notebook, shared: Workspace
) -> None:
    deleted = files.delete_file(shared, notebook.path)
    newer = services.create_notebook(shared, notebook.title, "ko")
    restored = files.restore_file(deleted)
    newer.refresh_from_db()
    assert restored != newer.path == notebook.path


@pytest.mark.parametrize(
    "path", ["no.ipynb", "../x.ipynb", "/etc/passwd", "data.csv", "", ".h.ipynb"]
)
def test_only_notebook_files_of_the_workspace_open(
    shared: Workspace, owner: User, path: str
) -> None:
    (shared.folder / "data.csv").write_text("a")
    (shared.folder / ".h.ipynb").write_text("{}")
    query: dict[str, Any] = {"workspace": str(shared.id), "path": path}
    assert client_of(owner).get("/notebooks/open", query).status_code == 404


def test_a_link_to_another_workspace_does_not_open(shared: Workspace, owner: User) -> None:
    elsewhere = shared.folder.parent / "elsewhere.ipynb"
    elsewhere.write_bytes(b"{}")
    (shared.folder / "link.ipynb").symlink_to(elsewhere)
    with pytest.raises(NotFoundError):
        services.open_notebook_at(shared, "link.ipynb")


def test_a_file_that_is_not_a_notebook_says_so_and_stays_as_it_is(
    shared: Workspace, owner: User
) -> None:
    (shared.folder / "bad.ipynb").write_bytes(b'{\n"cells": [\n}')
    made = services.open_notebook_at(shared, "bad.ipynb")
    page = client_of(owner).get(f"/notebooks/{made.id}")
    assert page.status_code == 422
    assert "line 3" in page.content.decode()
    assert made.file.read_bytes() == b'{\n"cells": [\n}'


def test_run_python_needs_a_person_a_token_and_a_broker(owner: User) -> None:
    address = "/ajax/runpython"
    assert client_of(None).post(address, {"code": "1"}).status_code == 401
    assert client_of(owner, checks_csrf=True).post(address, {"code": "1"}).status_code == 403
    assert client_of(owner).get(address).status_code == 405
    away = client_of(owner).post(address, {"code": "1"})
    assert away.status_code == 503
    assert away.json()["code"] == "broker_away"
