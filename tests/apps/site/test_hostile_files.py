"""Files that a kernel or an upload made to lead out of the workspace, to hide, or to weigh."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from lookin.apps.notebooks import services
from lookin.apps.notebooks.models import Notebook
from lookin.apps.uploads.streaming import Body
from lookin.apps.workspaces import files
from lookin.apps.workspaces.models import DeletedFile
from tests.apps.site.asking import FORM, Answer, Browser
from tests.apps.site.conftest import Cast

SECRET = "the secret of the place"
NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}


@pytest.fixture
def outside(cast: Cast, tmp_path: Path) -> Path:
    """A folder beside the workspaces, with links to it that a kernel left in the class's."""
    folder = tmp_path / "keys"
    folder.mkdir()
    (folder / "faces").write_text(SECRET)
    (folder / "inside.ipynb").write_text(json.dumps(NOTEBOOK | {"note": SECRET}))
    inside = cast.workspace.folder
    (inside / "file.txt").symlink_to(folder / "faces")
    (inside / "far.ipynb").symlink_to(folder / "inside.ipynb")
    (inside / "folder").symlink_to(folder)
    (inside / "up").symlink_to("..")
    (inside / "ring").symlink_to("ring")
    (inside / "process").symlink_to("/proc/self")
    (inside / "nowhere.txt").symlink_to(folder / "new.txt")
    os.mkfifo(inside / "pipe.ipynb")
    return folder


LED_OUT = (
    "file.txt", "far.ipynb", "folder/faces", "folder/inside.ipynb", "up/up", "ring", "ring/x",
    "process/environ", "nowhere.txt", "pipe.ipynb",
)  # fmt: skip


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_no_link_out_of_the_workspace_is_read(cast: Cast, outside: Path) -> None:
    owner, there = cast.browser("owner"), cast.ids["workspace_id"]
    for path in LED_OUT:
        for address in (
            f"/files/{there}/{path}",
            f"/ajax/files/{there}?folder={path}",
            f"/ajax/files/{there}/picture?path={path}",
            f"/notebooks/open?workspace={there}&path={path}",
            f"/service?workspace={there}&folder={path}",
        ):
            answer = owner.get(address)
            assert (answer.status, SECRET in answer.text) == (404, False), address
    listed = owner.get(f"/ajax/files/{there}").text
    assert not [path for path in LED_OUT if path in listed]
    desk = owner.get(f"/service?workspace={there}")
    assert (desk.status, SECRET in desk.text) == (200, False)


def test_no_link_out_of_the_workspace_is_written_through(cast: Cast, outside: Path) -> None:
    owner, there, before = cast.browser("owner"), cast.ids["workspace_id"], contents(outside)
    for name in ("file.txt", "nowhere.txt", "far.ipynb", "pipe.ipynb"):
        answer = owner.upload(f"/ajax/upload?workspace={there}", name)
        assert answer.json()["name"] == name.replace(".", " (2).")
    for folder in ("folder", "up", "ring", "process/cwd", "../..", "/tmp", "folder/.."):
        answer = owner.upload(f"/ajax/upload?workspace={there}&folder={quote(folder)}", "a.txt")
        assert answer.status == 404, folder
    for old, new in (("folder/faces", "f"), ("data.csv", "folder/f"), ("up/x", "y")):
        answer = owner.post(f"/ajax/files/{there}/rename", path=old, name=new)
        assert answer.status in {200, 404}  # a slash in a new name is no way anywhere
    assert owner.post(f"/ajax/files/{there}/delete", path="folder/faces").status == 404
    assert contents(outside) == before


def test_a_link_goes_into_the_trash_and_back_as_the_link_it_is(cast: Cast, outside: Path) -> None:
    owner, there, before = cast.browser("owner"), cast.ids["workspace_id"], contents(outside)
    deleted = owner.post(f"/ajax/files/{there}/delete", path="folder").json()["deleted"]
    assert owner.post(f"/ajax/files/restore/{deleted}").json()["path"] == "folder"
    assert (cast.workspace.folder / "folder").is_symlink()
    owner.post(f"/ajax/files/{there}/delete", path="folder")
    DeletedFile.objects.update(deleted_at="2020-01-01T00:00Z")
    files.purge_trash(cast.notebook.opened_at or cast.workspace.created_at)
    assert contents(outside) == before


def test_what_lay_in_a_folder_that_became_a_link_comes_back_at_the_top(
    cast: Cast, outside: Path
) -> None:
    inside = cast.workspace.folder
    (inside / "week").mkdir()
    (inside / "week" / "a.txt").write_text("mine")
    deleted = files.delete_file(cast.workspace, "week/a.txt")
    (inside / "week").rmdir()
    (inside / "week").symlink_to(outside)
    answer = cast.browser("owner").post(f"/ajax/files/restore/{deleted.id}")
    assert (answer.status, answer.json().get("path")) == (200, "a.txt")
    assert (inside / "a.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../keys/faces", "faces"), ("/etc/passwd", "passwd"), ("..\\..\\x.txt", "x.txt"),
        ("C:\\boot.ini", "boot.ini"), (".bashrc", "bashrc"), ("....//x", "x"), ("a/.ssh", "ssh"),
        (".incoming-x", "incoming-x"), ("a\u202etxt.exe", "atxt.exe"), ("con.txt", "_con.txt"),
    ],
)  # fmt: skip
def test_a_name_leads_nowhere_and_hides_nothing(cast: Cast, sent: str, kept: str) -> None:
    answer = cast.browser("owner").upload(
        f"/ajax/upload?workspace={cast.ids['workspace_id']}", sent.replace("\\", "\\\\")
    )
    assert answer.json()["name"] == kept
    assert (cast.workspace.folder / kept).read_bytes() == b"new"


def test_a_body_that_is_no_upload_is_not_read_into_memory(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only files stream; a form of a gigabyte, sent without its length, would be kept whole."""

    def read(*_: object) -> bytes:
        raise AssertionError("read")

    monkeypatch.setattr(Body, "read", read)
    owner = cast.browser("owner")
    for kind in (FORM, "application/json", "text/plain", ""):
        body = b"file1=" + b"x" * 4_000_000
        answer = owner.ask("POST", "/ajax/upload", body, content_type=kind, content_length="")
        assert (answer.status, answer.json()["code"]) == (400, "no_file"), kind


def test_a_very_deep_folder_is_listed_opened_deleted_and_restored(cast: Cast) -> None:
    owner, there = cast.browser("owner"), cast.ids["workspace_id"]
    before = Path.cwd()
    os.chdir(cast.workspace.folder)
    for _ in range(40):  # 8000 characters: more than a path may have
        Path("d" * 200).mkdir()
        os.chdir("d" * 200)
    os.chdir(before)
    deep = "/".join(["d" * 200] * 40)
    for address in (
        f"/ajax/files/{there}?folder={deep}",
        f"/files/{there}/{deep}/x",
        f"/notebooks/open?workspace={there}&path={deep}/x.ipynb",
        f"/service?workspace={there}&folder={deep}",
    ):
        assert owner.get(address).status in {200, 404}
    assert owner.post(f"/ajax/files/{there}/delete", path=f"{deep}/x").status == 404
    assert owner.get(f"/service?workspace={there}").status == 200
    within = "/".join(["d" * 200] * 8)  # a path that no row of the trash can hold
    (cast.workspace.folder / within / "x.txt").write_text("deep")
    answer = owner.post(f"/ajax/files/{there}/delete", path=f"{within}/x.txt")
    assert restored(owner, answer) == "x.txt"  # at the top: the row cannot say where it was
    deleted = owner.post(f"/ajax/files/{there}/delete", path="d" * 200)
    assert restored(owner, deleted) == "d" * 200


def restored(browser: Browser, deleted: Answer) -> str:
    """The path that came back out of the trash."""
    return str(browser.post(f"/ajax/files/restore/{deleted.json()['deleted']}").json()["path"])


def test_ten_thousand_files_and_folders_are_no_burden(cast: Cast) -> None:
    for number in range(5_000):
        os.mknod(f"{cast.workspace.folder}/{number}.txt")
        os.mkdir(f"{cast.workspace.folder}/folder {number}")  # noqa: PTH102 - ten times faster
    owner, there = cast.browser("owner"), cast.ids["workspace_id"]
    started = time.monotonic()
    listing = owner.get(f"/ajax/files/{there}").json()
    assert owner.get(f"/service?workspace={there}").status == 200
    assert time.monotonic() - started < 3
    assert (len(listing["entries"]), listing["more"]) == (500, 9_502)


def test_a_page_that_is_reloaded_while_its_file_is_renamed_finds_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file has its new name a moment before the row has it."""
    (cast.workspace.folder / "First.ipynb").rename(cast.workspace.folder / "Second.ipynb")
    content = services.file_content

    def row_follows(notebook: Notebook) -> bytes:
        try:
            return content(notebook)
        finally:
            Notebook.objects.filter(pk=notebook.pk).update(path="Second.ipynb")

    monkeypatch.setattr(services, "file_content", row_follows)
    page = cast.browser("member").get(f"/notebooks/{cast.notebook.id}")
    assert page.status == 200
    assert "Second" in page.text


def test_a_notebook_whose_file_is_gone_is_still_not_found(cast: Cast) -> None:
    (cast.workspace.folder / "First.ipynb").unlink()
    assert cast.browser("member").get(f"/notebooks/{cast.notebook.id}").status == 404
