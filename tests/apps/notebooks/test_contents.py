"""Blobs and whole texts over HTTP: for who may see the notebook, and never to be run."""

from __future__ import annotations

from typing import Any

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.kernels.broker.blobfiles import BlobFiles
from lookin.apps.kernels.broker.textfiles import TextFiles
from lookin.apps.notebooks.contents import live_folder
from lookin.apps.notebooks.models import Notebook
from tests.apps.kernels.peer import peer
from tests.people import body_of, client_of

pytestmark = pytest.mark.django_db(transaction=True)
LIVE = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def kept(notebook: Notebook, content: bytes) -> str:
    """The address of content that lies there as a blob."""
    digest = BlobFiles(live_folder(str(notebook.id))).keep(content)
    return f"/notebooks/{notebook.id}/blobs/{digest}"


def test_owner_and_member_see_a_blob_and_outsiders_do_not_know_of_it(
    notebook: Notebook, owner: User, member: User, outsider: User
) -> None:
    address = kept(notebook, b"\x89PNG")
    people = [client_of(person) for person in (owner, member, outsider, None)]
    answers = [client.get(f"{address}?mime=image/png") for client in people]
    assert [answer.status_code for answer in answers[:3]] == [200, 200, 404]
    assert answers[3].status_code in {302, 401}
    for answer in answers[:2]:
        assert body_of(answer) == b"\x89PNG"
        assert answer["Content-Type"] == "image/png"
        assert "immutable" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "mime",
    ["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "", "x" * 999],
)
def test_no_blob_is_ever_run(notebook: Notebook, owner: User, mime: str) -> None:
    answer = client_of(owner).get(kept(notebook, LIVE), {"mime": mime})
    assert body_of(answer) == LIVE
    assert answer["Content-Type"] in {"image/svg+xml", "text/plain; charset=utf-8"}
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("lie", ["0" * 64, "..%2f..%2flookin.sqlite3", "%00", "log.jsonl"])
def test_nothing_but_a_blob_has_such_an_address(notebook: Notebook, owner: User, lie: str) -> None:
    kept(notebook, b"x")
    assert client_of(owner).get(f"/notebooks/{notebook.id}/blobs/{lie}").status_code == 404


def test_the_whole_text_of_a_cell_has_what_the_document_left_out(
    notebook: Notebook, owner: User, outsider: User, settings: Any
) -> None:
    TextFiles(live_folder(str(notebook.id))).put("a", 0, "middle\n")
    said = {"before": "\x1b[31mfirst\x1b[0m\n", "left_out": 7, "after": "<b>last</b>"}
    address = f"/notebooks/{notebook.id}/cells/a/text"
    with peer(settings, text=lambda _: said) as broker:
        assert client_of(outsider).get(address).status_code == 404
        answer = client_of(owner).get(address)
        assert body_of(answer).decode() == "first\nmiddle\n<b>last</b>"
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert answer["Content-Security-Policy"].startswith("sandbox;")
        assert [frame["cell"] for frame in broker.of("text")] == ["a"]


def test_text_of_another_run_is_not_taken_for_what_was_left_out(
    notebook: Notebook, owner: User, settings: Any
) -> None:
    TextFiles(live_folder(str(notebook.id))).put("a", 0, "of another run")
    said = {"before": "first", "left_out": 7, "after": "last"}
    with peer(settings, text=lambda _: said):
        text = body_of(client_of(owner).get(f"/notebooks/{notebook.id}/cells/a/text")).decode()
    assert text == "first\n[… 7 characters left out by Lookin …]\nlast"
