"""Files of a workspace: what is listed, what opens, and that nothing leaves or gets lost."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from lookin.apps.accounts.models import User
from lookin.apps.workspaces import access, files
from lookin.apps.workspaces.models import DeletedFile, Role, Workspace
from lookin.apps.workspaces.services import set_member
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError, NotFoundError
from tests.people import body_of, client_of


@pytest.fixture
def client(owner: User) -> Client:
    return client_of(owner)


def test_a_list_shows_folders_first_and_no_hidden_file(shared: Workspace) -> None:
    listing = files.list_files(shared)
    assert [(e.name, e.kind) for e in listing.entries] == [
        ("data", "folder"),
        ("둘째 😀.txt", "file"),
    ]
    assert listing.entries[0].size == 1
    assert listing.entries[1].size == len("안녕".encode())
    assert [e.path for e in files.list_files(shared, "data").entries] == ["data/a.csv"]


def test_a_list_of_very_many_files_is_cut_and_says_so(shared: Workspace) -> None:
    for number in range(files.MOST_LISTED):
        (shared.folder / f"{number:04}").touch()
    listing = files.list_files(shared)
    assert (len(listing.entries), listing.more) == (files.MOST_LISTED, 2)


def test_links_are_listed_only_when_they_stay_inside(shared: Workspace, tmp_path: Path) -> None:
    (shared.folder / "in").symlink_to("data/a.csv")
    (shared.folder / "out").symlink_to("/etc/passwd")
    (shared.folder / "away").symlink_to(tmp_path)
    os.mkfifo(shared.folder / "pipe")
    (shared.folder / os.fsdecode(b"\xff\xfe")).touch()
    names = {e.name for e in files.list_files(shared).entries}
    assert names == {"data", "둘째 😀.txt", "in"}


def test_a_download_is_saved_and_cannot_run_here(client: Client, shared: Workspace) -> None:
    (shared.folder / "x.html").write_text("<script>alert(1)</script>")
    answer = client.get(f"/files/{shared.id}/x.html")
    assert body_of(answer) == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'attachment; filename="x.html"'
    assert answer["Content-Length"] == "25"


def test_a_korean_name_is_sent_as_rfc_5987_says(client: Client, shared: Workspace) -> None:
    answer = client.get(f"/files/{shared.id}/둘째 😀.txt")
    assert body_of(answer).decode() == "안녕"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%EB%91%98")


@pytest.mark.parametrize(
    "path",
    [
        *(
            ".env",
            "data",
            "data/",
            "nothing",
            "data/../.env",
            "..%2f..%2fdb.sqlite3",
            "data//a.csv",
        ),
        *("%2e%2e/x", "%00", "a%00.csv", "data%2f..%2f.env", "C:%5Cx", "%5c%5chost%5cx", "~"),
        *("/etc/passwd", "%2fetc%2fpasswd", "x" * 3000),
    ],
)
def test_no_path_leads_out_or_to_hidden_files(client: Client, shared: Workspace, path: str) -> None:
    (shared.folder.parent / f"{shared.id}secret").mkdir()
    assert client.get(f"/files/{shared.id}/{path}").status_code == 404


@pytest.mark.parametrize("name", ["b.csv", "../../b.csv", "/b.csv", "b\0.csv"])
def test_a_new_name_stays_in_the_folder(shared: Workspace, name: str) -> None:
    assert files.rename_file(shared, "data/a.csv", name) == "data/b.csv"
    assert [p.name for p in (shared.folder / "data").iterdir()] == ["b.csv"]


def test_a_taken_name_overwrites_nothing(shared: Workspace) -> None:
    (shared.folder / "data" / "b.csv").write_text("other")
    (shared.folder / "more").mkdir()
    for path, name in [("data/a.csv", "b.csv"), ("data", "more"), ("more", "data")]:
        with pytest.raises(LookinError) as caught:
            files.rename_file(shared, path, name)
        assert caught.value.code == "name_taken"
    assert (shared.folder / "data" / "b.csv").read_text() == "other"
    assert files.rename_file(shared, "data", "데이터") == "데이터"


@pytest.mark.parametrize("path", ["", ".env", "..", "data/..", "nothing", "/", "\0", ".", "data/"])
def test_what_is_not_there_is_neither_renamed_nor_deleted(shared: Workspace, path: str) -> None:
    with pytest.raises(NotFoundError):
        files.rename_file(shared, path, "x")
    with pytest.raises(NotFoundError):
        files.delete_file(shared, path)
    assert not DeletedFile.objects.exists()
    assert (shared.folder / ".env").exists()


@pytest.mark.parametrize("path", ["data/a.csv", "data"])
def test_a_deleted_file_comes_back_with_undo(client: Client, shared: Workspace, path: str) -> None:
    deleted = client.post(f"/ajax/files/{shared.id}/delete", {"path": path}).json()["deleted"]
    assert not (shared.folder / path).exists()
    assert client.post(f"/ajax/files/restore/{deleted}").json() == {"error": 0, "path": path}
    assert (shared.folder / "data" / "a.csv").read_text() == "a,b\n1,2\n"
    assert client.post(f"/ajax/files/restore/{deleted}").status_code == 404


def test_undo_beside_a_newer_file_overwrites_nothing(shared: Workspace) -> None:
    for path, again in [("data/a.csv", "data/a (2).csv"), ("data", "data (2)")]:
        deleted = files.delete_file(shared, path)
        (shared.folder / "data").mkdir(exist_ok=True)
        (shared.folder / "data" / "a.csv").write_text("newer")
        assert files.restore_file(deleted) == again


def test_only_who_may_write_may_undo(shared: Workspace, member: User, outsider: User) -> None:
    deleted = files.delete_file(shared, "data")
    for person, status in [(member, 403), (outsider, 404)]:
        answer = client_of(person).post(f"/ajax/files/restore/{deleted.id}")
        assert answer.status_code == status
    set_member(shared, member, Role.EDITOR)
    assert access.deleted_file_for(member, deleted.id) == deleted


def test_the_trash_is_emptied_of_what_is_old(shared: Workspace) -> None:
    files.delete_file(shared, "data")
    assert files.purge_trash(now() - timedelta(days=30)) == 0
    assert files.purge_trash(now() + timedelta(seconds=1)) == 1
    assert not list(shared.trash.iterdir())


def test_a_link_swapped_in_for_a_folder_moves_nobodys_file(
    shared: Workspace, outsider: User
) -> None:
    theirs = access.personal_workspace(outsider)
    (theirs.folder / "diary.txt").write_text("mine")
    (shared.folder / "trap").symlink_to(theirs.folder)
    with pytest.raises(NotFoundError):
        files.delete_file(shared, "trap/diary.txt")
    with pytest.raises(NotFoundError):
        files.read_file(shared, "trap/diary.txt")
    assert (theirs.folder / "diary.txt").read_text() == "mine"


def test_the_list_is_json_and_a_wrong_folder_is_404(client: Client, shared: Workspace) -> None:
    answer = client.get(f"/ajax/files/{shared.id}", {"folder": "data"}).json()
    assert answer["error"] == 0
    assert answer["entries"][0]["path"] == "data/a.csv"
    for folder in ["..", "nothing", ".git", "/", "data/a.csv"]:
        assert client.get(f"/ajax/files/{shared.id}", {"folder": folder}).status_code == 404
