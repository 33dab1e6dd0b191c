"""Consent, and what people may do with their own face: see, renew, download, delete. And admins."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lookin.apps.accounts import services, sessions
from lookin.apps.accounts.classroom.presence import template_of
from lookin.apps.accounts.faces import engine, store, switch
from lookin.apps.accounts.faces.consent import CONSENT, consent_of
from lookin.apps.accounts.faces.sealed import open_face
from lookin.apps.accounts.models import (
    Attempts,
    AuditEvent,
    Device,
    FaceTemplate,
    OneTimeToken,
    User,
)
from lookin.apps.accounts.views import face
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError
from lookin.site.housekeeping import sweep
from tests.apps.accounts.conftest import PASSWORD, frames, sign_in
from tests.apps.accounts.looking import HERE, MEMBER_FACE, TEACHER_FACE, enrol, look, refusal

pytestmark = pytest.mark.django_db
ACTIONS = ("/account/face/forget", "/account/face/export", "/account/face/more")


@pytest.fixture(autouse=True)
def _models_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' rules do not depend on what the models are."""
    monkeypatch.setattr(face, "faces_problem", lambda: None)
    monkeypatch.setattr(engine, "_checked", (float("inf"), None))


@pytest.fixture
def client(member: User) -> Client:
    browser = Client()
    sign_in(browser, member)
    return browser


def signed_in(person: User) -> Client:
    browser = Client()
    sign_in(browser, person)
    return browser


def let_proof_grow_old(client: Client) -> None:
    session = client.session
    session[sessions.CONFIRMED_AT] -= 601
    session.save()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_consent_needs_the_ticked_box_and_is_written_down(client: Client, member: User) -> None:
    assert client.post("/account/face").status_code == 400
    assert CONSENT not in client.session
    assert "face-open" not in text(client.get("/account/face"))  # no camera before consent
    assert client.post("/account/face", {"agree": "on"}).status_code == 303
    assert client.session[CONSENT]["version"] == store.CONSENT_VERSION == 2
    event = AuditEvent.objects.get(event="face_consent")
    assert (event.person, event.detail) == (member, "consent 2, en")
    assert "face-open" in text(client.get("/account/face"))


def test_consent_is_over_after_ten_minutes(client: Client) -> None:
    client.post("/account/face", {"agree": "on"})
    session = client.session
    session[CONSENT] = {"version": 2, "at": now().timestamp() - 601}
    session.save()
    assert "face-open" not in text(client.get("/account/face"))
    session[CONSENT] = {"version": 1, "at": now().timestamp()}
    session.save()
    assert "face-open" not in text(client.get("/account/face"))


def test_after_enrolment_the_page_shows_what_is_kept_and_the_camera_wants_consent_again(
    client: Client, member: User
) -> None:
    client.post("/account/face", {"agree": "on"})
    enrol(member, MEMBER_FACE)
    page = text(client.get("/account/face"))
    assert "face-open" not in page
    assert "Delete your face" in page
    client.post("/account/face", {"agree": "on"})
    assert "face-open" in text(client.get("/account/face"))


@pytest.mark.parametrize(("version", "age"), [(2, 601), (2, -60), (1, 5), (3, 5)])
def test_the_camera_does_not_open_on_other_consent_than_that_of_just_now(
    client: Client, member: User, version: int, age: int
) -> None:
    session = client.session
    assert consent_of(session, member) is None
    session[CONSENT] = {"version": version, "at": now().timestamp() - age}
    assert consent_of(session, member) is None
    session[CONSENT] = {"version": 2, "at": now().timestamp() - 5}
    assert consent_of(session, member) is not None


@pytest.mark.parametrize("liveness", [True, False])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_text_says_what_is_true_of_this_server(
    client: Client, member: User, settings: Any, liveness: bool, language: str
) -> None:
    settings.FACE_LIVENESS, settings.FACE_RETENTION = liveness, timedelta(days=77)
    User.objects.filter(pk=member.pk).update(language=language)
    page = text(client.get("/account/face"))
    says = {
        ("en", True): "stops photographs and most recordings",
        ("en", False): "cannot tell a living face",
        ("ko", True): "사진",
        ("ko", False): "구별하지 못해요",
    }
    assert says[language, liveness] in page
    assert "77" in page


def test_the_owner_sees_what_is_kept_and_nobody_else_does(
    client: Client, member: User, teacher: User, admin: User
) -> None:
    enrol(member, MEMBER_FACE)
    FaceTemplate.objects.update(used_at=now())
    page = text(client.get("/account/face"))
    assert "Text 2" in page
    assert "Delete your face" in page
    for somebody in (teacher, admin):
        theirs = text(signed_in(somebody).get("/account/face"))
        assert "Delete your face" not in theirs
    assert "See, renew, download or delete it" in text(client.get("/account/"))


@pytest.mark.parametrize("address", ["/account/face", *ACTIONS])
def test_a_face_is_changed_or_taken_only_with_fresh_proof(
    client: Client, member: User, address: str
) -> None:
    enrol(member, MEMBER_FACE)
    before = bytes(FaceTemplate.objects.get().sealed)
    let_proof_grow_old(client)
    for password in ("", "a guess of somebody's"):
        answer = client.post(address, {"agree": "on", "more": "on", "password": password})
        assert answer.status_code == 401
        assert "[" not in text(answer)[:1]
    row = FaceTemplate.objects.get()
    assert (bytes(row.sealed), row.asks_more) == (before, False)
    assert CONSENT not in client.session
    key = client.session.session_key
    answer = client.post(address, {"agree": "on", "more": "on", "password": PASSWORD})
    assert answer.status_code in {200, 303}
    assert client.session.session_key != key


def test_the_deeds_are_offered_after_fresh_proof_and_not_before(
    client: Client, member: User
) -> None:
    enrol(member, MEMBER_FACE)
    let_proof_grow_old(client)
    page = text(client.get("/account/face"))
    assert "Text 2" in page
    assert "Delete your face" not in page
    assert client.post("/account/face/prove", {"password": "a guess"}).status_code == 401
    assert client.post("/account/face/prove", {"password": PASSWORD}).status_code == 303
    assert "Delete your face" in text(client.get("/account/face"))


def test_the_download_holds_all_that_is_stored_and_is_ones_own(
    client: Client, member: User, teacher: User
) -> None:
    enrol(member, MEMBER_FACE)
    enrol(teacher, TEACHER_FACE)
    answer = client.post("/account/face/export")
    assert answer["Content-Disposition"] == 'attachment; filename="lookin-face.json"'
    assert "no-store" in answer["Cache-Control"]
    content = json.loads(answer.content)
    mine = open_face(FaceTemplate.objects.get(person=member))
    assert content["person"] == member.username
    assert content["compared"] == pytest.approx(mine.current.tolist())
    assert content["consent"]["version"] == 2
    assert AuditEvent.objects.filter(event="face_exported", person=member).count() == 1


def test_who_has_no_face_downloads_nothing(client: Client) -> None:
    assert client.post("/account/face/export").status_code == 404


def test_a_face_that_does_not_open_is_said_and_can_be_deleted(client: Client, member: User) -> None:
    enrol(member, MEMBER_FACE)
    FaceTemplate.objects.update(sealed=b"damaged")
    answer = client.post("/account/face/export")
    assert answer.status_code == 409
    assert "cannot be opened" in text(answer)
    assert client.post("/account/face/forget").status_code == 303
    assert not FaceTemplate.objects.exists()


def test_deleting_leaves_nothing_and_touches_nobody_else(
    client: Client, member: User, teacher: User, device: Device
) -> None:
    enrol(member, MEMBER_FACE)
    enrol(teacher, TEACHER_FACE)
    for person in (member, teacher):
        OneTimeToken.objects.create(
            token_hash=str(person.pk), purpose="face", person=person, sealed=b"seen",
            expires_at=now() + timedelta(minutes=1),
        )  # fmt: skip
    client.post("/account/face", {"agree": "on"})
    client.post("/account/face/forget")
    assert [row.person for row in FaceTemplate.objects.all()] == [teacher]
    assert [row.person for row in OneTimeToken.objects.filter(purpose="face")] == [teacher]
    assert not Attempts.objects.filter(rule="face").exists()
    assert CONSENT not in client.session
    assert AuditEvent.objects.filter(event="face_forgotten", person=member).count() == 1
    assert client.post("/account/face/forget").status_code == 303  # twice does no harm


def test_doing_it_again_replaces_the_face_and_asks_for_consent_first(
    client: Client, member: User, device: Device
) -> None:
    enrol(member, MEMBER_FACE)
    assert "I agree" in text(client.get("/account/face?again"))
    enrol(member, TEACHER_FACE)
    member.trusts.update(device=device)
    assert refusal(device, "", MEMBER_FACE) == "not_recognised"
    assert look(device, "", TEACHER_FACE) == member


@pytest.mark.parametrize("asks_more", [True, False])
def test_people_choose_whether_a_look_is_enough(
    client: Client, member: User, asks_more: bool
) -> None:
    enrol(member, MEMBER_FACE)
    FaceTemplate.objects.update(asks_more=not asks_more)
    client.post("/account/face/more", {"more": "on"} if asks_more else {})
    assert FaceTemplate.objects.get().asks_more is asks_more
    event = "face_with_more" if asks_more else "face_alone"
    assert AuditEvent.objects.filter(event=event).count() == 1


def test_a_person_who_is_deactivated_or_deleted_takes_the_face_along(
    member: User, teacher: User, admin: User
) -> None:
    for person, seed in ((member, MEMBER_FACE), (teacher, TEACHER_FACE)):
        enrol(person, seed)
    signed_in(admin).post(f"/people/{member.pk}/active", {"active": "no"})
    assert [row.person for row in FaceTemplate.objects.all()] == [teacher]
    services.set_active(member, True, origin=HERE)
    assert store.face_of(member) is None  # it does not come back
    teacher.delete()
    assert not FaceTemplate.objects.exists()


def test_a_face_that_nobody_used_for_the_retention_time_goes(
    member: User, teacher: User, admin: User, settings: Any
) -> None:
    settings.FACE_RETENTION = timedelta(days=30)
    old, recent = now() - timedelta(days=31), now() - timedelta(days=29)
    for person in (member, teacher, admin):
        enrol(person, MEMBER_FACE)
    FaceTemplate.objects.update(created_at=old)
    FaceTemplate.objects.filter(person=teacher).update(used_at=recent)
    FaceTemplate.objects.filter(person=admin).update(used_at=old)
    sweep()
    assert [row.person for row in FaceTemplate.objects.all()] == [teacher]
    gone = AuditEvent.objects.filter(event="face_expired")
    assert {event.person for event in gone} == {member, admin}


def test_a_server_that_never_stops_looks_for_unused_faces_once_a_day(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(member, MEMBER_FACE)
    FaceTemplate.objects.update(created_at=now() - timedelta(days=400))
    monkeypatch.setattr(store, "_swept_at", now() - timedelta(hours=23))
    sign_in(Client(), member)
    assert store.face_of(member) is not None
    monkeypatch.setattr(store, "_swept_at", now() - timedelta(hours=25))
    sign_in(Client(), member)
    assert store.face_of(member) is None


# The switch and the purge: for admins.


def test_switched_off_nobody_looks_in_or_enrols(
    client: Client, device: Device, people: dict[str, User]
) -> None:
    admins = signed_in(people["admin"])
    assert admins.post("/people/faces/switch", {"faces": "off"}).status_code == 303
    assert refusal(device, "", MEMBER_FACE) == "faces_off"
    assert refusal(device, "김민아", MEMBER_FACE) == "faces_off"
    assert client.post("/account/face", {"agree": "on"}).status_code == 403
    with pytest.raises(LookinError, match="switched off"):
        enrol(people["member"], MEMBER_FACE)
    assert not Attempts.objects.filter(rule__contains="face").exists()
    assert FaceTemplate.objects.count() == 3
    assert "switched off" in text(client.get("/account/"))
    assert "Delete your face" in text(client.get("/account/face"))  # rights remain
    client.post("/logout")
    assert "switched off" in text(client.get("/login"))
    admins.post("/people/faces/switch", {"faces": "on"})
    assert look(device, "", MEMBER_FACE) == people["member"]
    events = AuditEvent.objects.filter(event__startswith="faces_switched").order_by("pk")
    assert [event.event for event in events] == ["faces_switched_off", "faces_switched_on"]
    assert {event.actor for event in events} == {people["admin"]}


def test_the_leave_key_uses_no_face_that_may_not_be_used(people: dict[str, User]) -> None:
    member = people["member"]
    assert template_of(member) is not None
    FaceTemplate.objects.filter(person=member).update(consent_version=1)
    assert template_of(member) is None
    switch.switch_faces(True, origin=HERE)
    assert template_of(people["teacher"]) is None


def test_a_purge_wants_to_be_meant_and_leaves_no_face(people: dict[str, User]) -> None:
    admins = signed_in(people["admin"])
    assert admins.post("/people/faces/purge").status_code == 400
    let_proof_grow_old(admins)
    assert admins.post("/people/faces/purge", {"sure": "on"}).status_code == 401
    assert admins.post("/people/faces/switch", {"faces": "off"}).status_code == 401
    assert not switch.faces_are_off()
    assert FaceTemplate.objects.count() == 3
    proved = {"sure": "on", "password": PASSWORD}
    assert admins.post("/people/faces/purge", proved).status_code == 303
    assert "3 faces are deleted" in text(admins.get("/people/"))
    assert not FaceTemplate.objects.exists()
    assert not OneTimeToken.objects.filter(purpose="face").exists()
    assert switch.faces_are_off()


@pytest.mark.parametrize("who", ["member", "teacher"])
def test_only_an_admin_switches_or_purges(people: dict[str, User], who: str) -> None:
    browser = signed_in(people[who])
    assert browser.post("/people/faces/switch", {"faces": "off"}).status_code == 403
    assert browser.post("/people/faces/purge", {"sure": "on"}).status_code == 403
    assert Client().post("/people/faces/purge", {"sure": "on"}).status_code == 302
    assert not switch.faces_are_off()
    assert FaceTemplate.objects.count() == 3


def test_frames_of_two_people_are_stored_for_nobody(member: User) -> None:
    mixed = [*frames(MEMBER_FACE, 5), *frames(TEACHER_FACE, 5)]
    with pytest.raises(LookinError):
        store.store_face(member, mixed, consent_at=now(), origin=HERE)
    assert store.face_of(member) is None
    assert not AuditEvent.objects.filter(event="face_enrolled").exists()
