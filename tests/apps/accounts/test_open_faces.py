"""The opened faces that a process keeps between looks, and how it notices that they changed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from lookin.apps.accounts.faces import gallery, store
from lookin.apps.accounts.faces.gallery import open_faces
from lookin.apps.accounts.faces.sealed import Face, seal_face
from lookin.apps.accounts.models import Device, FaceTemplate, User, new_stamp
from lookin.core.lib.clock import now
from tests.apps.accounts.conftest import face
from tests.apps.accounts.looking import HERE, look, refusal

pytestmark = pytest.mark.django_db
PEOPLE = 12
NOBODYS_FACE = 999


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """So that a class of twelve is kept like one of hundreds."""
    monkeypatch.setattr(gallery, "FEW", 2)
    open_faces.forget()
    yield
    open_faces.forget()


@pytest.fixture
def classroom(db: None) -> Device:
    return Device.objects.create(token_hash="c" * 64, is_classroom=True)


@pytest.fixture
def pupils(db: None) -> list[User]:
    return [pupil(number) for number in range(PEOPLE)]


def pupil(number: int) -> User:
    person = User.objects.create(username=f"pupil {number} {uuid4().hex[:6]}")
    FaceTemplate.objects.create(
        person=person, sealed=sealed(person, number),
        consent_version=store.CONSENT_VERSION, consent_at=now(),
    )  # fmt: skip
    return person


def sealed(person: User, seed: int) -> bytes:
    return seal_face(Face(face(seed), face(seed)), person.pk)


def test_faces_are_opened_once_and_looked_for_after_that(
    classroom: Device, pupils: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look(classroom, "", 3) == pupils[3]
    monkeypatch.setattr(gallery, "opened", None)  # whoever opens one now fails
    assert look(classroom, "", 7) == pupils[7]
    assert refusal(classroom, "", NOBODYS_FACE) == "not_recognised"


def test_a_new_face_is_found_and_only_it_is_opened(
    classroom: Device, pupils: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    look(classroom, "", 3)
    seen: list[FaceTemplate] = []
    real = gallery.opened

    def spying(rows: object) -> object:
        for row, found in real(rows):  # type: ignore[arg-type]
            seen.append(row)
            yield row, found

    monkeypatch.setattr(gallery, "opened", spying)
    late = pupil(50)
    assert look(classroom, "", 50) == late
    assert look(classroom, "", 3) == pupils[3]
    assert [row.person for row in seen] == [late]


def test_what_another_process_deleted_is_gone_before_anything_is_compared(
    classroom: Device, pupils: list[User]
) -> None:
    look(classroom, "", 3)
    assert open_faces.holds(pupils[3].pk)
    with connection.cursor() as cursor:  # no signal of this process
        cursor.execute(
            f"DELETE FROM {FaceTemplate._meta.db_table} WHERE stamp = %s", [pupils[3].face.stamp]
        )
    assert refusal(classroom, "", 3) == "not_recognised"
    assert not open_faces.holds(pupils[3].pk)
    assert look(classroom, "", 4) == pupils[4]


def test_what_another_process_replaced_is_replaced(classroom: Device, pupils: list[User]) -> None:
    look(classroom, "", 3)
    FaceTemplate.objects.filter(person=pupils[3]).update(
        sealed=sealed(pupils[3], 70), stamp=new_stamp()
    )
    assert refusal(classroom, "", 3) == "not_recognised"
    assert look(classroom, "", 70) == pupils[3]


def test_one_gone_and_one_come_at_the_same_time_is_noticed(
    classroom: Device, pupils: list[User]
) -> None:
    look(classroom, "", 3)
    FaceTemplate.objects.filter(person=pupils[3])._raw_delete("default")
    other = pupil(60)  # as many as before
    assert refusal(classroom, "", 3) == "not_recognised"
    assert look(classroom, "", 60) == other


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "admin"}])
def test_who_may_not_look_in_here_any_more_is_not_found(
    classroom: Device, pupils: list[User], change: dict[str, object]
) -> None:
    look(classroom, "", 3)
    User.objects.filter(pk=pupils[3].pk).update(**change)
    assert refusal(classroom, "", 3) == "not_recognised"
    assert not open_faces.holds(pupils[3].pk)


@pytest.mark.django_db(transaction=True)
def test_a_face_deleted_here_leaves_memory_with_the_commit_and_is_overwritten(
    classroom: Device, pupils: list[User]
) -> None:
    look(classroom, "", 3)
    kept = open_faces._kept["classroom"]
    row = kept.faces[kept.places[pupils[3].pk]]
    assert row.any()
    store.forget_face(pupils[3], HERE)
    assert not open_faces.holds(pupils[3].pk)
    assert not row.any()
    assert look(classroom, "", 4) == pupils[4]
    pupils[5].delete()  # with the account
    assert not open_faces.holds(pupils[5].pk)
    assert refusal(classroom, "", 5) == "not_recognised"


def test_nothing_is_kept_when_nobody_looks(
    classroom: Device, pupils: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "KEPT_SECONDS", 0.05)
    fresh = gallery.OpenFaces()
    fresh.of(FaceTemplate.objects.all(), "classroom")
    deadline = time.monotonic() + 10
    while any(fresh.holds(person.pk) for person in pupils):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_few_faces_are_never_kept(
    classroom: Device, pupils: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "FEW", PEOPLE)
    assert look(classroom, "", 3) == pupils[3]
    assert not open_faces.holds(pupils[3].pk)


def test_a_face_that_does_not_open_hurts_nobody_else(classroom: Device, pupils: list[User]) -> None:
    FaceTemplate.objects.filter(person=pupils[3]).update(sealed=b"damaged", stamp=new_stamp())
    assert refusal(classroom, "", 3) == "not_recognised"
    assert look(classroom, "", 4) == pupils[4]


@pytest.mark.django_db(transaction=True)
def test_looks_and_deletions_at_the_same_time_never_let_in_who_is_gone(
    classroom: Device, pupils: list[User]
) -> None:
    look(classroom, "", 0)

    def act(number: int) -> str:
        try:
            if number % 2:
                return look(classroom, "", 0).username
            store.forget_face(pupils[2 + number // 2], HERE)
            return refusal(classroom, "", 2 + number // 2)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(act, range(12)))
    assert answers[1::2] == [pupils[0].username] * 6
    assert answers[0::2] == ["not_recognised"] * 6
