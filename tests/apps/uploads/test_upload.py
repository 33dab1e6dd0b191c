"""POST /ajax/upload: who may, with what name, and what is left when it fails."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lookin.apps.accounts.models import User
from lookin.apps.workspaces.access import personal_workspace
from lookin.apps.workspaces.models import Role
from lookin.apps.workspaces.services import make_class_workspace, set_member
from tests.people import client_of


def send(client: Client, name: str = "data.csv", content: bytes = b"a,b\n", **query: str) -> Any:
    address = "/ajax/upload" + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) or "")
    return client.post(address, {"file1": SimpleUploadedFile(name, content)})


def visible(person: User) -> set[str]:
    """The names in the person's folder, hidden ones included, the welcome left out."""
    return {p.name for p in personal_workspace(person).folder.iterdir()} - {"Welcome.ipynb"}


def test_a_file_lands_in_the_persons_own_folder(person: User) -> None:
    answer = send(client_of(person))
    assert answer.json() == {"error": 0, "name": "data.csv", "size": 4}
    assert (personal_workspace(person).folder / "data.csv").read_bytes() == b"a,b\n"


def test_a_taken_name_gets_a_number(person: User) -> None:
    client = client_of(person)
    assert [send(client).json()["name"] for _ in range(2)] == ["data.csv", "data (2).csv"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        *(("../../x", "x"), ("/etc/passwd", "passwd"), ("C:\\a\\b.txt", "b.txt"), (".env", "env")),
        *(("성적.csv", "성적.csv"), (unicodedata.normalize("NFD", "성적.csv"), "성적.csv")),
        *(("😀.png", "😀.png"), ("a\0b.txt", "ab.txt"), ("con", "_con"), ("a b.txt", "a b.txt")),
    ],
)
def test_a_name_is_made_safe(person: User, sent: str, kept: str) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file1"; filename="'
        + sent.replace("\\", "\\\\").encode()
        + b'"\r\n\r\nhello\r\n--x--\r\n'
    )
    answer = client_of(person).generic(
        "POST", "/ajax/upload", body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.json() == {"error": 0, "name": kept, "size": 5}
    assert visible(person) == {kept}


def test_a_name_of_300_characters_is_cut(person: User) -> None:
    answer = send(client_of(person), "한" * 300 + ".csv").json()
    assert answer["name"].endswith("한.csv")
    assert visible(person) == {answer["name"]}


def test_an_empty_file_is_kept(person: User) -> None:
    assert send(client_of(person), "empty", b"").json() == {"error": 0, "name": "empty", "size": 0}


def test_a_stranger_gets_401_and_leaves_nothing(person: User) -> None:
    personal_workspace(person)
    answer = send(client_of(None))
    assert (answer.status_code, answer.json()["error"]) == (401, -1)
    assert visible(person) == set()


def test_without_the_token_it_is_403_and_nothing_is_left(person: User) -> None:
    answer = send(client_of(person, checks_csrf=True))
    assert (answer.status_code, answer.json()["error"]) == (403, -1)
    assert visible(person) == set()


def test_the_token_may_be_a_header_or_a_field(person: User) -> None:
    client = client_of(person, checks_csrf=True)
    token = "a" * 32
    client.cookies["csrftoken"] = token
    file = SimpleUploadedFile("a", b"1")
    header = client.post("/ajax/upload", {"file1": file}, headers={"X-CSRFToken": token})
    file = SimpleUploadedFile("b", b"1")
    field = client.post("/ajax/upload", {"csrfmiddlewaretoken": token, "file1": file})
    assert (header.json()["error"], field.json()["error"]) == (0, 0)
    assert visible(person) == {"a", "b"}


def test_a_get_is_405(person: User) -> None:
    assert client_of(person).get("/ajax/upload").status_code == 405


@pytest.mark.parametrize(
    "form", [{}, {"file2": SimpleUploadedFile("a", b"x")}, {"file1": "just text"}]
)
def test_a_form_without_the_file_is_400(person: User, form: dict[str, Any]) -> None:
    answer = client_of(person).post("/ajax/upload", form)
    assert (answer.status_code, answer.json()["code"]) == (400, "no_file")
    assert visible(person) == set()


def test_a_body_that_is_no_form_is_400(person: User) -> None:
    client = client_of(person)
    for kind in ["application/json", "multipart/form-data", "multipart/form-data; boundary=x"]:
        assert client.generic("POST", "/ajax/upload", b"{}", content_type=kind).status_code == 400
    assert visible(person) == set()


def test_a_body_that_breaks_off_leaves_nothing(person: User) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file1"; filename="a"\r\n\r\nhalf of it'
    answer = client_of(person).generic(
        "POST", "/ajax/upload", body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 400
    assert visible(person) == set()


def test_a_file_over_the_limit_is_413_and_leaves_nothing(person: User, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100_000
    assert send(client_of(person), "fits", b"x" * 100_000).status_code == 200
    answer = send(client_of(person), "large", b"x" * 100_001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert visible(person) == {"fits"}


def test_a_file_goes_where_the_person_may_write_and_nowhere_else(person: User) -> None:
    other = User.objects.create(username="lee")
    shared = make_class_workspace(other, "Class")
    client = client_of(person)
    assert send(client, workspace=str(shared.id)).status_code == 404
    assert send(client, workspace=str(personal_workspace(other).id)).status_code == 404
    set_member(shared, person, Role.VIEWER)
    assert send(client, workspace=str(shared.id)).status_code == 403
    set_member(shared, person, Role.EDITOR)
    (shared.folder / "in").mkdir()
    assert send(client, workspace=str(shared.id), folder="in").status_code == 200
    assert send(client, workspace=str(shared.id), folder="..").status_code == 404
    assert [p.relative_to(shared.folder).as_posix() for p in shared.folder.rglob("*")] == [
        "in",
        "in/data.csv",
    ]


def test_two_people_never_share_a_folder(person: User) -> None:
    other = User.objects.create(username="lee", language="en")
    send(client_of(person), "mine.txt")
    send(client_of(other), "yours.txt")
    assert (visible(person), visible(other)) == ({"mine.txt"}, {"yours.txt"})
