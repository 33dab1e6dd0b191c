"""The page “Running”: who sees which kernels, who may stop one, and what people read of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lookin.apps.accounts import services
from lookin.apps.accounts.models import User
from lookin.apps.notebooks.models import Notebook
from lookin.apps.notebooks.services import create_notebook
from lookin.apps.workspaces.models import Workspace
from lookin.apps.workspaces.services import remove_member
from tests.apps.kernels.peer import Json, Peer, peer
from tests.people import client_of

pytestmark = pytest.mark.django_db
FENCE = {"tier": "full", "reason": "", "parts": {"landlock": "yes"}}


@pytest.fixture
def notebook(shared: Workspace) -> Notebook:
    return create_notebook(shared, "Secret plans", "en")


@pytest.fixture
def broker(owner: User, member: User, notebook: Notebook, settings: Any) -> Iterator[Peer]:
    """One kernel of the owner's, one of the member's outside of any notebook."""
    rows = [
        row("one", owner, notebook=str(notebook.id), title="Secret plans"),
        row("two", member, notebook=None, title="", state="waiting", place=2),
    ]

    def kernels(asked: Json) -> Json:
        return {"kernels": [r for r in rows if asked["person"] in {None, r["person"]}]}

    def end(asked: Json) -> Json:
        found = [r for r in kernels(asked)["kernels"] if r["id"] == asked["kernel"]]
        return {"ended": bool(found)}

    status = {"kernels": 1, "most": 60, "waiting": 1, "driver": {"driver": "zygote", **FENCE}}
    with peer(settings, kernels=kernels, end=end, status=lambda _: status) as found:
        yield found


def row(id_: str, person: User, **more: Any) -> Json:
    facts = {"state": "idle", "place": 0, "reason": None, "memory": 1, "limit": 2, "cpu": 0}
    times = {"since": 1, "active": 2, "inside": "what the page must not get"}
    return {"id": id_, "person": str(person.pk), **facts, **times, **more}


def seen_by(person: User) -> Any:
    answer = client_of(person).get("/ajax/running")
    assert answer.status_code == 200
    return answer.json()


def test_each_person_sees_their_own_kernels_and_nothing_of_the_machine(
    broker: Peer, owner: User, member: User
) -> None:
    for person, kernel in ((owner, "one"), (member, "two")):
        told = seen_by(person)
        assert [k["id"] for k in told["kernels"]] == [kernel]
        assert told["kernels"][0]["person"]["own"] is True
        assert told["machine"] is None
    assert "inside" not in str(told)
    assert {frame["person"] for frame in broker.of("kernels")} == {str(owner.pk), str(member.pk)}


def test_a_teacher_sees_no_more_than_a_member(broker: Peer) -> None:
    teacher = User.objects.create(username="teacher", role="teacher")
    assert seen_by(teacher) == {"error": 0, "kernels": [], "machine": None}


def test_an_admin_sees_everybodys_by_name_and_the_machine(
    broker: Peer, outsider: User, notebook: Notebook
) -> None:
    assert outsider.is_admin
    told = seen_by(outsider)
    assert [k["person"]["name"] for k in told["kernels"]] == ["owner", "멤버"]
    assert told["machine"]["fence"]["tier"] == "full"
    assert told["machine"]["waiting"] == 1
    assert "Secret plans" not in str(told)  # being an admin opens nobody's files
    assert [k["kind"] for k in told["kernels"]] == ["hidden", "scratch"]


def test_an_owner_is_led_to_the_notebook(broker: Peer, owner: User, notebook: Notebook) -> None:
    (kernel,) = seen_by(owner)["kernels"]
    assert (kernel["title"], kernel["address"]) == ("Secret plans", f"/notebooks/{notebook.id}")


@pytest.mark.parametrize(
    ("who", "kernel", "status"),
    [
        ("owner", "one", 200),
        ("owner", "two", 404),
        ("member", "two", 200),
        ("member", "one", 404),
        ("outsider", "one", 200),
        ("outsider", "three", 404),
        ("outsider", "x" * 500, 404),
    ],
)
def test_a_kernel_is_stopped_by_its_owner_or_an_admin(  # noqa: PLR0917
    broker: Peer, owner: User, member: User, outsider: User, who: str, kernel: str, status: int
) -> None:
    person = {"owner": owner, "member": member, "outsider": outsider}[who]
    answer = client_of(person).post(f"/ajax/running/{kernel}/end")
    assert answer.status_code == status
    asked = [frame["person"] for frame in broker.of("end")]
    assert asked == ([] if len(kernel) > 100 else [None if person.is_admin else str(person.pk)])


def test_what_is_somebody_elses_answers_as_what_never_was(broker: Peer, member: User) -> None:
    browser = client_of(member)
    theirs, nobodys = (browser.post(f"/ajax/running/{name}/end") for name in ("one", "none"))
    assert (theirs.status_code, theirs.json()) == (nobodys.status_code, nobodys.json())


def test_the_page_says_when_the_broker_is_away(owner: User, home: object) -> None:
    browser = client_of(owner)
    assert browser.get("/running/").status_code == 200
    answer = browser.get("/ajax/running")
    assert (answer.status_code, answer.json()["code"]) == (503, "broker_away")


@pytest.mark.django_db(transaction=True)
def test_who_is_let_go_loses_their_kernels(broker: Peer, member: User) -> None:
    services.set_active(member, active=False, origin=services.HERE)
    assert [frame["person"] for frame in broker.of("let_go")] == [str(member.pk)]


@pytest.mark.django_db(transaction=True)
def test_who_is_deleted_loses_their_kernels(broker: Peer, member: User) -> None:
    whose = str(member.pk)
    member.delete()
    assert [frame["person"] for frame in broker.of("let_go")] == [whose]


@pytest.mark.django_db(transaction=True)
def test_who_comes_back_ends_nobodys_kernel_behind_a_fence(broker: Peer, member: User) -> None:
    services.set_active(member, active=False, origin=services.HERE)
    services.set_active(member, active=True, origin=services.HERE)
    assert len(broker.of("let_go")) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("tier", "unfenced", "ends"),
    [
        ("none", False, True),
        ("splendid", False, True),
        ("none", True, False),
        ("full", False, False),
    ],
)
def test_without_a_fence_a_second_person_ends_all_kernels(
    owner: User, settings: Any, tier: str, unfenced: bool, ends: bool
) -> None:
    settings.UNFENCED = unfenced
    answers = {
        "status": lambda _: {"driver": {"tier": tier}},
        "kernels": lambda _: {"kernels": [row("one", owner), row("two", owner)]},
        "end": lambda _: {"ended": True},
    }
    with peer(settings, **answers) as broker:
        services.add_person("second")
        told = [(frame["kernel"], frame["person"]) for frame in broker.of("end")]
        assert told == ([("one", None), ("two", None)] if ends else [])


@pytest.mark.django_db(transaction=True)
def test_who_is_taken_out_of_a_workspace_loses_their_kernels_there(
    broker: Peer, shared: Workspace, member: User
) -> None:
    remove_member(shared, member)
    told = [(frame["person"], frame["folder"]) for frame in broker.of("let_go")]
    assert told == [(str(member.pk), str(shared.folder))]
