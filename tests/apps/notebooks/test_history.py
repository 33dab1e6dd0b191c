"""Who may see, name, bring back and delete earlier versions, and what becomes of them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.notebooks.history.leaving import sweep_histories
from lookin.apps.notebooks.models import Notebook
from lookin.apps.workspaces import files
from lookin.apps.workspaces.models import Role, Workspace
from lookin.apps.workspaces.services import set_member
from lookin.core.history.runs import RunFile, RunRecord, source_digest
from lookin.core.history.shelf import Shelf
from lookin.core.history.versions import Manifest, Things, Version, digest_of, record_cell
from lookin.core.lib.clock import now
from tests.apps.kernels.peer import peer
from tests.people import client_of

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "{{7*7}}",
    "\u202e",
]
NO_PNG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def cell(id_: str, source: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "type": "code", "source": source, "metadata": {}, "outputs": [], **more}


@pytest.fixture
def shelf(notebook: Notebook, home: Path) -> Shelf:
    return Shelf(home / "history" / str(notebook.id))


def keep(shelf: Shelf, *cells: dict[str, Any], by: str = "", name: str = "") -> str:
    entries, things = [], Things()
    for each in cells:
        entry, made = record_cell(each, each.pop("blobs", ()))
        entries.append(entry)
        things |= made
    things[digest_of(NO_PNG)] = NO_PNG
    version = Version("", 1_800_000_000_000, (by,) if by else (), "busy", name)
    return shelf.keep(version, Manifest(tuple(entries), {}), things).id


def address(notebook: Notebook, rest: str = "") -> str:
    return f"/ajax/notebooks/{notebook.id}/history{rest}"


READING = ["", "/compare?old={v}&new={v}", "/outputs?version={v}&cell=a", "/runs", "/runs?cell=a"]


@pytest.mark.parametrize("rest", READING)
def test_viewers_may_look_and_outsiders_find_nothing(
    notebook: Notebook, shelf: Shelf, owner: User, member: User, outsider: User, rest: str
) -> None:
    where = address(notebook, rest.format(v=keep(shelf, cell("a", "1"))))
    assert client_of(owner).get(where).status_code == 200
    assert client_of(member).get(where).status_code == 200
    assert client_of(outsider).get(where).status_code == 404
    assert client_of(None).get(where).status_code in {302, 401}


def test_the_page_opens_for_members_and_does_not_exist_for_outsiders(
    notebook: Notebook, owner: User, member: User, outsider: User
) -> None:
    where = f"/notebooks/{notebook.id}/history"
    assert 'data-role="owner"' in client_of(owner).get(where).content.decode()
    assert 'data-role="viewer"' in client_of(member).get(where).content.decode()
    assert client_of(outsider).get(where).status_code == 404


@pytest.mark.parametrize("action", ["keep", "name", "restore", "forget"])
def test_changing_needs_rights_a_token_and_a_person(
    notebook: Notebook, owner: User, member: User, outsider: User, action: str, settings: Any
) -> None:
    where = address(notebook, f"/{action}")
    fields = {"name": "x", "version": "v", "cell": ""}
    answers = {
        "keep_version": lambda _: {"version": None},
        "restore_version": lambda _: {"before": None, "lost": 0},
    }
    with peer(settings, **answers) as broker:
        assert client_of(None).post(where, fields).status_code == 401
        assert client_of(outsider).post(where, fields).status_code == 404
        assert client_of(member).post(where, fields).status_code == 403
        assert client_of(owner, checks_csrf=True).post(where, fields).status_code == 403
        assert client_of(owner).get(where).status_code == 405
        assert broker.asked == []
        assert client_of(owner).post(where, fields).json()["error"] == 0
        (asked,) = broker.asked
        assert (asked["role"], asked["person"]) == ("owner", str(owner.pk))


def test_an_editor_brings_back_but_only_an_owner_deletes(
    notebook: Notebook, shared: Workspace, member: User, settings: Any
) -> None:
    set_member(shared, member, Role.EDITOR)
    with peer(settings, restore_version=lambda _: {"before": "b", "lost": 0}) as broker:
        done = client_of(member).post(address(notebook, "/restore"), {"version": "v"}).json()
        assert done == {"error": 0, "before": "b", "lost": 0}
        refused = client_of(member).post(address(notebook, "/forget"))
        assert (refused.status_code, refused.json()["code"]) == (403, "not_owner")
        assert [frame["op"] for frame in broker.asked] == ["restore_version"]


def test_versions_come_with_names_changes_and_the_newest_first(
    notebook: Notebook, shelf: Shelf, owner: User
) -> None:
    keep(shelf, cell("a", "1"))
    keep(shelf, cell("a", "2"), cell("b", "x"), by=str(owner.pk), name="Handed in")
    found = client_of(owner).get(address(notebook)).json()
    newest, oldest = found["versions"]
    assert (newest["name"], newest["first"], oldest["first"]) == ("Handed in", False, True)
    assert (newest["changes"]["added"], newest["changes"]["edited"]) == (1, 1)
    assert found["people"][str(owner.pk)]["name"] == "owner"
    assert found["more"] is False


def test_a_long_list_comes_in_parts(notebook: Notebook, shelf: Shelf, owner: User) -> None:
    ids = [keep(shelf, cell("a", str(n))) for n in range(60)]
    first = client_of(owner).get(address(notebook)).json()
    assert (len(first["versions"]), first["more"]) == (50, True)
    last = first["versions"][-1]
    assert last["changes"]["edited"] == 1
    rest = client_of(owner).get(address(notebook, f"?before={last['id']}")).json()
    assert [v["id"] for v in rest["versions"]] == ids[:10][::-1]


def test_a_version_is_compared_with_what_the_broker_says_is_now(
    notebook: Notebook, shelf: Shelf, member: User, settings: Any
) -> None:
    version = keep(shelf, cell("a", "one"), cell("b", "gone"))
    now_cells = [{**cell("a", "two"), "outputs": ""}]
    with peer(settings, present=lambda _: {"cells": now_cells}) as broker:
        where = address(notebook, f"/compare?old={version}&new=now")
        rows = client_of(member).get(where).json()["rows"]
        assert broker.asked[0]["role"] == "viewer"
    assert [row["kind"] for row in rows] == ["changed", "removed"]


@pytest.mark.parametrize("wrong", ["", "x", "../../x", "0" * 13 + "-" + "a" * 8, "now\0"])
def test_what_is_no_version_is_not_found(
    notebook: Notebook, shelf: Shelf, owner: User, wrong: str
) -> None:
    version = keep(shelf, cell("a", "1"))
    client = client_of(owner)
    for rest in ("/compare", "/outputs"):
        query = {"old": wrong, "new": version, "version": wrong, "cell": "a"}
        assert client.get(address(notebook, rest), query).status_code == 404
    missing = {"version": version, "cell": wrong or "z"}
    assert client.get(address(notebook, "/outputs"), missing).status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_texts_stay_data(
    notebook: Notebook, shelf: Shelf, owner: User, text: str
) -> None:
    version = keep(shelf, cell("a", text), name=text)
    answer = client_of(owner).get(address(notebook))
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["versions"][0]["name"] == text
    other = keep(shelf, cell("a", text * 2))
    rows = client_of(owner).get(address(notebook, f"/compare?old={version}&new={other}"))
    assert rows["Content-Type"] == "application/json"


def test_a_part_of_an_old_output_neither_runs_nor_sniffs(
    notebook: Notebook, shelf: Shelf, owner: User, outsider: User
) -> None:
    keep(shelf, cell("a", "1"))
    where = f"/notebooks/{notebook.id}/history/blobs/{digest_of(NO_PNG)}"
    answer = client_of(owner).get(where, {"mime": "text/html"})
    assert answer.content == NO_PNG
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client_of(outsider).get(where).status_code == 404
    for wrong in ("0" * 64, "..", "%2e%2e%2fx"):
        there = f"/notebooks/{notebook.id}/history/blobs/{wrong}"
        assert client_of(owner).get(there).status_code == 404


def test_runs_are_listed_with_the_text_that_ran(
    notebook: Notebook, home: Path, owner: User, outsider: User
) -> None:
    text = "1/0  # <b>"
    run = RunRecord("a", source_digest(text), str(owner.pk), 1, 2, 3, "failed", "ZeroDivisionError")
    RunFile(home / "history" / str(notebook.id)).append([(run, text)])
    found = client_of(owner).get(address(notebook, "/runs?cell=a")).json()
    assert (found["runs"][0]["error"], len(found["people"])) == ("ZeroDivisionError", 1)
    where = address(notebook, f"/sources/{run.source}")
    answer = client_of(owner).get(where)
    assert answer.content.decode() == text
    assert answer["Content-Type"].startswith("text/plain")
    assert client_of(outsider).get(where).status_code == 404
    assert client_of(owner).get(address(notebook, "/runs?cell=b")).json()["runs"] == []


# ---- where a history goes


def test_a_history_follows_a_rename_and_a_duplicate_begins_anew(
    notebook: Notebook, shelf: Shelf, owner: User, settings: Any
) -> None:
    keep(shelf, cell("a", "1"))
    client = client_of(owner)
    client.post(f"/ajax/notebooks/{notebook.id}/rename", {"title": "other"})
    assert len(client.get(address(notebook)).json()["versions"]) == 1
    copy = client.post(f"/ajax/notebooks/{notebook.id}/duplicate").json()["id"]
    assert client.get(f"/ajax/notebooks/{copy}/history").json()["versions"] == []


@pytest.mark.parametrize("folder", ["", "week 1"])
def test_what_comes_out_of_the_trash_has_its_address_and_its_history_again(
    shared: Workspace, home: Path, owner: User, folder: str
) -> None:
    from lookin.apps.notebooks.services import create_notebook, open_notebook_at

    made = create_notebook(shared, "x", "en")
    if folder:
        (shared.folder / folder).mkdir()
        made.file.rename(shared.folder / folder / "x.ipynb")
        made = open_notebook_at(shared, f"{folder}/x.ipynb")
    keep(Shelf(home / "history" / str(made.id)), cell("a", "1"))
    deleted = files.delete_file(shared, folder or made.path)
    assert not Notebook.objects.filter(pk=made.pk).exists()
    sweep_histories(now() + timedelta(days=1))
    files.restore_file(deleted)
    found = client_of(owner).get(f"/ajax/notebooks/{made.id}/history").json()
    assert len(found["versions"]) == 1


def test_a_history_goes_when_its_file_is_purged(
    notebook: Notebook, shelf: Shelf, shared: Workspace
) -> None:
    keep(shelf, cell("a", "1"))
    files.delete_file(shared, notebook.path)
    assert sweep_histories(now() - timedelta(days=30)) == 0
    assert shelf.folder.is_dir()
    files.purge_trash(now() + timedelta(days=1))
    assert sweep_histories(now() - timedelta(days=30)) == 1
    assert not shelf.folder.exists()
    assert not list((shelf.folder.parent / ".trash").iterdir())


def test_a_history_without_a_notebook_goes_in_time_and_a_live_one_never(
    notebook: Notebook, shelf: Shelf, home: Path
) -> None:
    keep(shelf, cell("a", "1"))
    stray = Shelf(home / "history" / "00000000-0000-4000-8000-000000000000")
    keep(stray, cell("a", "1"))
    (home / "history" / ".trash").mkdir()
    (home / "history" / ".trash" / "torn.json").write_text('{"../../x": ""')
    assert sweep_histories(now() - timedelta(days=1)) == 0
    assert sweep_histories(now() + timedelta(days=1)) == 1
    assert shelf.folder.is_dir()
    assert json.dumps(sorted(p.name for p in (home / "history").iterdir())).count("-4000-") == 0


@pytest.mark.parametrize("rest", READING)
def test_a_guest_of_a_shared_link_sees_no_history(
    notebook: Notebook, shelf: Shelf, owner: User, outsider: User, rest: str
) -> None:
    version = keep(shelf, cell("a", "1"))
    made = client_of(owner).post(f"/ajax/notebooks/{notebook.id}/links/new", {"days": ""}).json()
    guest = client_of(outsider)
    guest.get("/shared/" + str(made["address"]).rpartition("/")[2])
    assert guest.get(f"/notebooks/{notebook.id}").status_code == 200
    assert guest.get(f"/notebooks/{notebook.id}/history").status_code == 404
    assert guest.get(address(notebook, rest.format(v=version))).status_code == 404
    assert guest.post(address(notebook, "/restore"), {"version": version}).status_code == 403
