"""What search tells an owner, a member, an outsider and a guest; and what it never tells."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lookin.apps.accounts.models import User
from lookin.apps.accounts.services import HERE
from lookin.apps.notebooks import links
from lookin.apps.notebooks.models import Notebook
from lookin.apps.search.models import RecentSearch, Use
from lookin.apps.workspaces.models import Role, Workspace
from lookin.apps.workspaces.services import make_class_workspace, remove_member, set_member
from tests.apps.search.indexes import file, fill, name, notebook
from tests.apps.search.test_finding import ask, titles
from tests.people import client_of

SECRET = "zebrafish"
QUERIES = (
    SECRET,
    "zebra",
    "zebrafihs",
    "zeb",
    "z",
    "ㅋㄷㅇ",
    "type:ipynb",
    "in:",
    "",
    "by:owner z",
)


@pytest.fixture
def secret(shared: Workspace, owner: User) -> Workspace:
    """A class whose notebooks hold a word that nobody else has."""
    fill(
        shared.id,
        notebook("zebrafish plans.ipynb", "zebrafish = 1", people=(str(owner.id),)),
        notebook("open.ipynb", "shared words", people=(str(owner.id),)),
        file("zebrafish.csv", "zebrafish,1"),
    )
    return shared


@pytest.fixture
def guest(secret: Workspace, owner: User, outsider: User) -> User:
    """The outsider, who was shown one notebook of it."""
    row = Notebook.objects.create(workspace=secret, path="open.ipynb")
    made = links.make_link(owner, row, None, HERE)
    links.open_link(outsider, made.token, HERE)
    return outsider


def everything(person: User, q: str) -> dict[str, Any]:
    """The whole answer, without what was asked."""
    data = ask(client_of(person), q)
    del data["q"]
    return data


@pytest.mark.parametrize("who", ["owner", "member"])
def test_who_is_in_the_class_finds_what_is_in_it(
    secret: Workspace, who: str, request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(who))
    assert titles(ask(client, "zebra"), "notebooks") == ["zebrafish plans"]
    assert titles(ask(client, "zebra"), "files") == ["zebrafish.csv"]
    assert SECRET in ask(client, "zeb")["words"]


@pytest.mark.parametrize("q", QUERIES)
def test_an_outsiders_answers_are_as_if_the_class_were_not_there(
    secret: Workspace, outsider: User, q: str
) -> None:
    before = everything(outsider, q)
    fill(secret.id, *(notebook(f"zebrafish {n}.ipynb", "zebra zebrafish") for n in range(20)))
    assert everything(outsider, q) == before
    assert SECRET not in str(before)
    assert str(secret.id) not in str(before)


@pytest.mark.parametrize("hint", ["workspace", "x", "../..", "python", ""])
def test_a_hint_opens_nothing(secret: Workspace, outsider: User, hint: str) -> None:
    wanted = str(secret.id) if hint == "workspace" else hint
    data = ask(client_of(outsider), "zebra", **{"in": wanted})
    assert SECRET not in str(data)


def test_a_guest_finds_the_one_notebook_they_were_shown(guest: User) -> None:
    client = client_of(guest)
    for q in ("open", "shared words", "ope", "type:notebook"):
        lines = [line for group in ask(client, q)["groups"] for line in group["items"]]
        assert [line["where"] for line in lines] == ["Shared with you"] * len(lines), q
        assert lines, q
        assert client.get(lines[0]["href"].split("#")[0]).status_code in {200, 422, 404}


@pytest.mark.parametrize("q", QUERIES)
def test_a_guest_learns_nothing_of_what_lies_beside_it(
    secret: Workspace, guest: User, q: str
) -> None:
    before = everything(guest, q)
    fill(secret.id, *(notebook(f"zebrafish {n}.ipynb", "zebra zebrafish") for n in range(20)))
    after = everything(guest, q)
    assert after == before
    assert SECRET not in str(after)
    assert secret.name not in str(after)
    assert str(secret.id) not in str(after)


def test_a_link_that_ended_shows_nothing_any_more(guest: User, secret: Workspace) -> None:
    row = Notebook.objects.get(workspace=secret)
    row.links.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert ask(client_of(guest), "shared words")["groups"] == []


def test_who_is_removed_from_a_class_finds_nothing_of_it_at_once(
    secret: Workspace, member: User
) -> None:
    client = client_of(member)
    chosen = {"id": f"{secret.id}:zebrafish plans.ipynb", "q": "plans"}
    assert titles(ask(client, "zebra"), "notebooks")
    client.post("/ajax/search/chosen", chosen)
    remove_member(secret, member)
    for q in QUERIES:
        data = ask(client, q)
        assert SECRET not in str({**data, "q": ""}), q
        assert titles(data, "workspaces") == [], q
        assert titles(data, "people") == [], q


def test_somebody_let_go_is_asked_to_sign_in(secret: Workspace, member: User) -> None:
    client = client_of(member)
    User.objects.filter(pk=member.pk).update(is_active=False)
    answer = client.get("/ajax/search", {"q": "zebra"})
    assert (answer.status_code, answer.json()["error"]) == (401, -1)


def test_a_stranger_gets_nothing(secret: Workspace) -> None:
    fill("python", name("zebra.fish", "help"))
    answer = Client().get("/ajax/search", {"q": "zebra"})
    assert answer.status_code == 401
    assert "fish" not in answer.content.decode()


def test_an_admin_finds_people_but_nobodys_files(secret: Workspace, outsider: User) -> None:
    data = ask(client_of(outsider), "owner")
    assert titles(data, "people") == ["owner"]
    assert titles(ask(client_of(outsider), "zebra"), "notebooks") == []


def test_people_of_another_class_are_not_found(secret: Workspace, member: User) -> None:
    other = User.objects.create(username="zorro")
    set_member(
        make_class_workspace(other, "Class 4"), User.objects.create(username="zoe"), Role.VIEWER
    )
    data = ask(client_of(member), "zo")
    assert (titles(data, "people"), data["words"]) == ([], [])
    assert ask(client_of(member), "by:zorro x")["chips"][0]["known"] is False


def test_what_one_person_chose_and_searched_is_not_anothers(
    secret: Workspace, owner: User, member: User
) -> None:
    mine, theirs = client_of(owner), client_of(member)
    mine.post("/ajax/search/chosen", {"id": f"{secret.id}:zebrafish.csv", "q": "my words"})
    assert ask(theirs, "")["recent"] == []
    theirs.post("/ajax/search/forget")
    assert ask(mine, "")["recent"] == ["my words"]
    RecentSearch.objects.filter(person=owner).get()
    Use.objects.filter(person=owner).get()


def test_what_is_remembered_goes_with_the_person(owner: User, secret: Workspace) -> None:
    client_of(owner).post("/ajax/search/chosen", {"id": "x", "q": "words"})
    secret.delete()
    owner.delete()
    assert (RecentSearch.objects.count(), Use.objects.count()) == (0, 0)


def test_a_word_that_left_with_its_notebook_is_not_suggested(
    secret: Workspace, owner: User
) -> None:
    from tests.apps.search.indexes import empty

    client = client_of(owner)
    assert ask(client, "zeb")["words"] == [SECRET]
    empty(secret.id, "zebrafish plans.ipynb", "zebrafish.csv")
    assert SECRET not in str(ask(client, "zeb"))


@pytest.mark.parametrize("path", ["/ajax/search/chosen", "/ajax/search/forget"])
def test_no_change_without_the_form_token(owner: User, path: str) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = client_of(owner).cookies
    assert careful.post(path, {"id": "x", "q": "x"}).status_code == 403
    assert not RecentSearch.objects.filter(person=owner).exists()
    assert not Use.objects.filter(person=owner).exists()


def test_lies_about_what_was_chosen_do_no_harm(owner: User, shared: Workspace) -> None:
    client = client_of(owner)
    for lie in ("x" * 100_000, "\0", "../../etc", str(shared.id), "😀"):
        assert client.post("/ajax/search/chosen", {"id": lie, "q": lie}).status_code == 200
    assert max(len(text) for text in ask(client, "")["recent"]) <= 200
