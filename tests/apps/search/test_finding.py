"""GET /ajax/search as its people see it: groups, marks, filters, sums, recents."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lookin.apps.accounts.models import User
from lookin.apps.notebooks.models import Notebook
from lookin.apps.search.models import RecentSearch, Use
from lookin.apps.workspaces.models import Workspace
from tests.apps.search.indexes import file, fill, name, notebook
from tests.people import client_of


def ask(client: Client, q: str, **more: str) -> dict[str, Any]:
    answer = client.get("/ajax/search", {"q": q, **more})
    assert answer.status_code == 200, answer.content
    data: dict[str, Any] = answer.json()
    return data


def titles(data: dict[str, Any], kind: str) -> list[str]:
    """The plain titles of a group, [] when it is not there."""
    groups = [group for group in data["groups"] if group["kind"] == kind]
    return [text(item["title"]) for group in groups for item in group["items"]]


def text(segments: list[list[Any]]) -> str:
    return "".join(part for part, _ in segments)


def marked(segments: list[list[Any]]) -> list[str]:
    return [part for part, is_marked in segments if is_marked]


def item(data: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(g for g in data["groups"] if g["kind"] == kind)["items"][0]
    return found


@pytest.fixture
def client(owner: User) -> Client:
    return client_of(owner)


def test_a_notebook_is_found_by_its_title_and_leads_to_it(
    client: Client, shared: Workspace
) -> None:
    fill(shared.id, notebook("week 1/파이썬 기초.ipynb", "print('hi')", changed=5))
    for q in ("파이썬", "파있", "ㅍㅇㅆ", "vkdlTjs", "파잇", "파이선"):
        line = item(ask(client, q), "notebooks")
        assert text(line["title"]) == "파이썬 기초", q
        assert marked(line["title"]), q
    assert (line["where"], line["changed"]) == ("Class 3 / week 1", 5000)
    assert client.get(line["href"]).status_code in {302, 404}
    row = Notebook.objects.create(workspace=shared, path="week 1/파이썬 기초.ipynb")
    assert item(ask(client, "파이썬"), "notebooks")["href"] == f"/notebooks/{row.id}"


def test_a_cell_is_found_with_its_passage_and_leads_to_the_cell(
    client: Client, shared: Workspace
) -> None:
    fill(shared.id, notebook("a.ipynb", "import os", "df = pd.read_csv('rain.csv')"))
    line = item(ask(client, "csv rain"), "cells")
    assert (line["cell"], line["href"][-8:]) == ("c1", "#cell-c1")
    assert marked(line["passage"]) == ["csv", "rain"] or "rain" in marked(line["passage"])
    assert titles(ask(client, "readcsv"), "cells") == ["a"]


def test_a_file_leads_to_its_content(client: Client, shared: Workspace) -> None:
    fill(shared.id, file("자료/날씨 #1.csv", "date,rain"))
    line = item(ask(client, "날씨"), "files")
    assert line["href"] == f"/files/{shared.id}/%EC%9E%90%EB%A3%8C/%EB%82%A0%EC%94%A8%20%231.csv"


def test_python_names_come_with_their_first_line(client: Client, shared: Workspace) -> None:
    fill("python", name("pandas.read_csv", "Read a comma-separated file."))
    line = item(ask(client, "read_csv"), "python")
    assert (text(line["title"]), line["copy"]) == ("pandas.read_csv", "pandas.read_csv")
    assert text(line["passage"]) == "Read a comma-separated file."


def test_an_admin_finds_people_by_what_they_sign_in_with(
    client: Client, outsider: User, member: User, shared: Workspace
) -> None:
    User.objects.filter(pk=member.pk).update(username="minji", display_name="김민지")
    line = item(ask(client_of(outsider), "minji"), "people")
    assert (text(line["title"]), line["where"]) == ("김민지", "minji")
    assert not titles(ask(client, "minji"), "people")


def test_people_and_workspaces_are_found(client: Client, shared: Workspace) -> None:
    data = ask(client, "멤")
    assert titles(data, "people") == ["멤버"]
    data = ask(client, "class")
    assert item(data, "workspaces")["href"] == f"/service?workspace={shared.id}"


def test_filters_narrow_and_show_as_chips(
    client: Client, owner: User, member: User, shared: Workspace
) -> None:
    fill(
        shared.id,
        notebook("rain.ipynb", "rain", people=(str(member.id),)),
        file("rain.csv", "rain", people=(str(owner.id),)),
    )
    data = ask(client, "type:csv rain")
    assert (titles(data, "files"), titles(data, "notebooks")) == (["rain.csv"], [])
    assert data["chips"] == [{"key": "type", "value": "csv", "label": "csv", "known": True}]
    assert titles(ask(client, "type:csv"), "files") == ["rain.csv"]
    assert titles(ask(client, "by:멤버 rain"), "notebooks") == ["rain"]
    assert titles(ask(client, "by:me rain"), "files") == ["rain.csv"]
    data = ask(client, 'in:"Class 3" rain')
    assert (data["chips"][0]["label"], titles(data, "files")) == ("Class 3", ["rain.csv"])
    data = ask(client, "in:nowhere rain")
    assert (data["chips"][0]["known"], data["groups"]) == (False, [])


def test_the_other_keyboard_is_told(client: Client, shared: Workspace) -> None:
    fill(shared.id, notebook("a.ipynb", "print(1)"))
    assert ask(client, "ㅔ갸ㅜㅅ")["reading"] == {"text": "print"}
    assert ask(client, "print")["reading"] is None


def test_words_go_on_from_what_is_typed(client: Client, shared: Workspace) -> None:
    fill(shared.id, notebook("a.ipynb", "dataframe datatype"))
    assert set(ask(client, "data")["words"]) == {"dataframe", "datatype"}


def test_a_sum_is_answered(client: Client) -> None:
    assert ask(client, "1.5GB / 30")["answer"]["plain"] == "50 MB"
    assert ask(client, "hello")["answer"] is None
    wrong = ask(client, "1/0")["answer"]["error"]
    assert wrong["message"]
    assert ask(client, "(1+")["answer"] is None


def test_an_empty_box_shows_what_was_last(client: Client, shared: Workspace) -> None:
    fill(shared.id, notebook("old.ipynb", changed=1), notebook("new.ipynb", changed=9))
    assert titles(ask(client, ""), "notebooks") == ["new", "old"]
    chosen = {"kind": "notebooks", "id": f"{shared.id}:old.ipynb", "q": " ol  d "}
    assert client.post("/ajax/search/chosen", chosen).json() == {"error": 0}
    assert ask(client, "")["recent"] == ["ol d"]


def test_what_was_chosen_comes_first_next_time(client: Client, shared: Workspace) -> None:
    fill(shared.id, notebook("rain one.ipynb"), notebook("rain two.ipynb"))
    first, second = titles(ask(client, "rain"), "notebooks")
    for _ in range(3):
        client.post("/ajax/search/chosen", {"id": f"{shared.id}:{second}.ipynb", "q": "rain"})
    assert titles(ask(client, "rain"), "notebooks") == [second, first]


def test_recent_searches_can_be_forgotten_one_or_all(client: Client, owner: User) -> None:
    for q in ("one", "two", "three"):
        client.post("/ajax/search/chosen", {"id": q, "q": q})
    client.post("/ajax/search/forget", {"q": "two"})
    assert ask(client, "")["recent"] == ["three", "one"]
    client.post("/ajax/search/forget")
    assert (ask(client, "")["recent"], Use.objects.filter(person=owner).count()) == ([], 0)


def test_what_is_remembered_is_bounded(client: Client, owner: User) -> None:
    from django.utils import timezone

    from lookin.apps.search import recents

    for n in range(recents.MOST_USES + 5):
        recents.note_chosen(owner, f"id{n}", f"text {n % 40}", now=timezone.now())
    assert RecentSearch.objects.filter(person=owner).count() == recents.MOST_RECENT
    assert Use.objects.filter(person=owner).count() == recents.MOST_USES


HOSTILE = [
    *(" " * 50, '"', "'", '"" AND OR NOT NEAR(', "a* -b ^c", "names:x", "😀😀", "\u202eabc", "\0"),
    *("(" * 300, "10**10**10", "1/0", "0.1+0.2", "NaN", "5 kg + 3 m", "(a+)+$" * 30, "a" * 10_000),
    *(
        "가" * 10_000,
        "1+" * 5_000,
        "in:",
        "in: type: by:",
        "type:../../etc",
        "by:%",
        "\ud800",
        "ㅋ" * 99,
    ),
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("q", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_the_answer_is_calm(client: Client, shared: Workspace, q: str) -> None:
    fill(shared.id, notebook("a.ipynb", "x = 1"), notebook("ㅋㅋ <b>.ipynb", "<script>"))
    answer = client.get("/ajax/search", {"q": q.encode("utf-8", "replace").decode()})
    assert (answer.status_code, answer.json()["error"]) == (200, 0)
