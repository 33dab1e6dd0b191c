"""/ajax/: the calculator's endpoint, and code on the page that is the code that runs."""

from __future__ import annotations

import json
from html import unescape

import pytest
from django.test import Client

from lookin.apps.accounts.models import User
from lookin.site.lessons import FOLDER, LESSONS
from tests.people import client_of


@pytest.mark.parametrize(
    ("op1", "op2", "body"),
    [
        ("6", "7", b'{"error": 0, "result": 13}'),
        ("0.1", "0.2", b'{"error": 0, "result": 0.3}'),
        ("-1", "1", b'{"error": 0, "result": 0}'),
    ],
)
def test_anyone_may_add_two_numbers(client: Client, op1: str, op2: str, body: bytes) -> None:
    answer = client.get("/ajax/calc", {"op1": op1, "op2": op2})
    assert (answer.status_code, answer.content) == (200, body)
    assert answer["Content-Type"] == "application/json"


def test_a_long_sum_loses_no_digit(client: Client) -> None:
    answer = client.get("/ajax/calc", {"op1": "9" * 300, "op2": "1"})
    assert json.loads(answer.content)["result"] == 10**300


@pytest.mark.parametrize(
    "query",
    [
        *({}, {"op1": "6"}, {"op1": "6", "op2": ""}, {"op1": "six", "op2": "7"}),
        *({"op1": "NaN", "op2": "1"}, {"op1": "1e999999999", "op2": "1"}, {"op1": "1" * 10_000}),
    ],
)
def test_what_is_no_number_is_400_and_a_sentence(client: Client, query: dict[str, str]) -> None:
    answer = client.get("/ajax/calc", query)
    assert answer.status_code == 400
    said = answer.json()
    assert said["error"] == -1
    assert 10 < len(said["message"]) < 120


def test_a_sum_is_only_asked_for_with_get(client: Client) -> None:
    assert client.post("/ajax/calc", {"op1": "1", "op2": "2"}).status_code == 405


@pytest.mark.parametrize("name", list(LESSONS))
def test_the_code_that_is_shown_is_the_code_that_runs(client: Client, db: None, name: str) -> None:
    served = client.get(f"/ajax/lessons/{name}.js")
    code = (FOLDER / f"{name}.js").read_text()
    assert served.content.decode() == code
    assert served["Content-Type"].startswith("text/javascript")
    page = client.get("/ajax/").content.decode()
    assert code in unescape(page)
    assert f'src="/ajax/lessons/{name}.js"' in page


@pytest.mark.parametrize("name", ["nothing", "..", "package", "..%2fpackage"])
def test_there_is_no_other_lesson(client: Client, name: str) -> None:
    assert client.get(f"/ajax/lessons/{name}.js").status_code == 404


def test_the_page_runs_no_script_of_its_own_text(client: Client, db: None) -> None:
    answer = client.get("/ajax/")
    assert (
        "'unsafe-inline'"
        not in answer["Content-Security-Policy"].split("script-src")[1].split(";")[0]
    )
    for script in answer.content.decode().split("<script")[1:]:
        assert " src=" in script.split(">")[0]
        assert script.split(">")[1].startswith("</script")


def test_a_stranger_is_told_to_sign_in_and_a_person_is_not(db: None) -> None:
    stranger = client_of(None).get("/ajax/").content.decode()
    person = client_of(User.objects.create(username="kim")).get("/ajax/").content.decode()
    assert (stranger.count("<fieldset disabled"), person.count("<fieldset disabled")) == (3, 0)
