"""Who may have code tidied, and what comes back."""

from __future__ import annotations

import json

import pytest

from lookin.apps.accounts.models import User
from lookin.apps.notebooks.models import Notebook
from tests.people import client_of


def test_the_owner_gets_tidy_code_and_where_the_rest_is_wrong(
    notebook: Notebook, owner: User
) -> None:
    sources = json.dumps(["x={ 'a':1 }", "for"])
    address = f"/ajax/notebooks/{notebook.id}/format"
    answer = client_of(owner).post(address, {"sources": sources})
    assert answer.status_code == 200
    tidy, broken = answer.json()["cells"]
    assert tidy == {"source": 'x = {"a": 1}', "line": None, "column": None, "message": ""}
    assert (broken["source"], broken["line"]) == ("for", 1)


def test_a_reader_and_an_outsider_get_nothing(
    notebook: Notebook, member: User, outsider: User
) -> None:
    address = f"/ajax/notebooks/{notebook.id}/format"
    assert client_of(member).post(address, {"sources": "[]"}).status_code == 403
    assert client_of(outsider).post(address, {"sources": "[]"}).status_code == 404
    assert client_of(None).post(address, {"sources": "[]"}).status_code in {302, 401, 403}


@pytest.mark.parametrize("sources", ["", "{", "{}", "[1]", "[" * 100_000, "null"])
def test_what_is_no_list_of_texts_is_refused(notebook: Notebook, owner: User, sources: str) -> None:
    address = f"/ajax/notebooks/{notebook.id}/format"
    answer = client_of(owner).post(address, {"sources": sources})
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_request"
