"""/service, the desk: for the people of a workspace, with cards, files and the class."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.workspaces.access import personal_workspace
from lookin.apps.workspaces.models import Role, Workspace
from lookin.apps.workspaces.services import make_class_workspace, set_member
from tests.people import client_of


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.HOME = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def kim(db: None) -> User:
    return User.objects.create(username="kim", language="en", display_name="Kim Minji")


@pytest.fixture
def shared(kim: User) -> Workspace:
    return make_class_workspace(User.objects.create(username="teacher"), "Class <3>", [kim])


def desk(user: User | None, **query: str) -> str:
    answer = client_of(user).get("/service", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_stranger_goes_to_the_sign_in_and_back(db: None) -> None:
    answer = client_of(None).get("/service?folder=a")
    assert answer.status_code == 302
    assert answer["Location"] == "/login?next=/service%3Ffolder%3Da"


def test_a_new_person_finds_a_welcome_and_no_file_of_others(kim: User, shared: Workspace) -> None:
    page = desk(kim)
    assert "Welcome.ipynb" in page
    assert "Class &lt;3&gt;" in page
    assert "Kim Minji" in page


def test_only_members_open_a_class(kim: User, shared: Workspace) -> None:
    (shared.folder / "seen.csv").touch()
    assert "seen.csv" in desk(kim, workspace=str(shared.id))
    outsider = User.objects.create(username="outsider", role="admin")
    for wrong in (str(shared.id), str(personal_workspace(kim).id), "x"):
        answer = client_of(outsider).get("/service", {"workspace": wrong})
        assert answer.status_code == 404


def test_who_may_only_look_sees_no_buttons_that_change(kim: User, shared: Workspace) -> None:
    (shared.folder / "seen.csv").touch()
    set_member(shared, kim, Role.VIEWER)
    page = desk(kim, workspace=str(shared.id))
    assert 'data-act="delete"' not in page
    assert 'type="file"' not in page


def test_a_card_shows_the_first_picture_or_the_first_lines(kim: User) -> None:
    own = personal_workspace(kim)
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n and so on, for as long as pictures are").decode()
    outputs = {
        "picture": [{"output_type": "display_data", "data": {"image/png": [png[:40], png[40:]]}}],
        "lines": [{"output_type": "stream", "text": ["<b>first</b>\n", "second\n"]}],
        "odd": [{"data": {"image/png": "bm90IGEgcGljdHVyZQ=="}}, 3, {"data": []}],
    }
    for name, output in outputs.items():
        cells = [{"cell_type": "code", "outputs": output}, "not a cell"]
        (own.folder / f"{name}.ipynb").write_text(json.dumps({"cells": cells}))
    source = {"cell_type": "code", "source": ["x = 1 < 2\n"], "outputs": []}
    (own.folder / "code.ipynb").write_text(json.dumps({"cells": [source]}))
    (own.folder / "broken.ipynb").write_text("{not json")
    page = desk(kim)
    assert page.count("/picture?path=") == 1
    assert "<span>&lt;b&gt;first&lt;/b&gt;</span><span>second</span>" in page
    assert "<span>x = 1 &lt; 2</span>" in page
    address = f"/ajax/files/{own.id}/picture"
    answer = client_of(kim).get(address, {"path": "picture.ipynb"})
    assert (answer["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")
    for path in ("lines.ipynb", "odd.ipynb", "broken.ipynb", "../x", ".x"):
        assert client_of(kim).get(address, {"path": path}).status_code == 404
    assert client_of(User.objects.create(username="lee")).get(address).status_code == 404


def test_a_folder_has_a_way_back_and_a_wrong_one_is_404(kim: User) -> None:
    own = personal_workspace(kim)
    (own.folder / "a&b" / "c").mkdir(parents=True)
    page = desk(kim, folder="a&b/c")
    assert f"/service?workspace={own.id}&amp;folder=a%26b" in page
    assert client_of(kim).get("/service", {"folder": "../.."}).status_code == 404
