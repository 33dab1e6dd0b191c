"""Faces in the database: sealed, compared, limited; and their tickets. Made-up embeddings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lookin.apps.accounts import throttle
from lookin.apps.accounts.audit import Origin
from lookin.apps.accounts.faces import looks, store
from lookin.apps.accounts.models import Attempts, Device, DeviceTrust, OneTimeToken, User
from lookin.apps.accounts.seal import seal, unseal
from lookin.apps.accounts.services import add_person
from lookin.apps.accounts.sessions import NONCE
from lookin.core.faces.matching import make_template
from lookin.core.faces.templates import from_bytes, to_bytes
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError
from tests.apps.accounts.conftest import PASSWORD, frames, sign_in

pytestmark = pytest.mark.django_db
HERE = Origin("192.0.2.1", "test")
MEMBER_FACE, TEACHER_FACE, ADMIN_FACE, STRANGER_FACE = 11, 22, 33, 44


@pytest.fixture
def device(db: None) -> Device:
    return Device.objects.create(token_hash="0" * 64)


@pytest.fixture
def people(device: Device, member: User, teacher: User, admin: User) -> dict[str, User]:
    """All three enrolled, and all three trust the device."""
    for person, seed in ((member, MEMBER_FACE), (teacher, TEACHER_FACE), (admin, ADMIN_FACE)):
        store.store_face(person, frames(seed, 9), consent_at=now(), origin=HERE)
        DeviceTrust.objects.create(device=device, person=person)
    return {"member": member, "teacher": teacher, "admin": admin}


def look(device: Device, name: str, seed: int) -> User:
    return looks.recognise(looks.Look(device, name, frames(seed), HERE))


def refusal(device: Device, name: str, seed: int) -> str:
    with pytest.raises(LookinError) as caught:
        look(device, name, seed)
    return caught.value.code


def test_what_is_stored_is_not_the_face(people: dict[str, User], settings: Any) -> None:
    row = people["member"].face
    plain = to_bytes(make_template(frames(MEMBER_FACE, 9)))
    sealed = bytes(row.sealed)
    assert plain not in sealed
    assert not any(plain[i : i + 8] in sealed for i in range(3, len(plain) - 8, 8))
    assert unseal(sealed, people["member"].pk, settings.FACE_KEY) == plain
    assert (from_bytes(plain) == make_template(frames(MEMBER_FACE, 9))).all()


def test_a_sealed_face_opens_for_nobody_else_and_with_no_other_key(member: User) -> None:
    sealed, key = seal(b"numbers", member.pk, b"k" * 32), b"k" * 32
    other = add_person("other")
    for person, secret, data in (
        (other.pk, key, sealed),
        (member.pk, b"j" * 32, sealed),
        (member.pk, key, sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (member.pk, key, b"\x02" + sealed[1:]),
        (member.pk, key, b""),
    ):
        with pytest.raises(LookinError) as caught:
            unseal(data, person, secret)
        assert caught.value.code == "face_sealed"


def test_two_seals_of_one_face_differ(member: User) -> None:
    assert seal(b"same", member.pk, b"k" * 32) != seal(b"same", member.pk, b"k" * 32)


def test_the_named_person_is_recognised_and_nobody_else_is(
    device: Device, people: dict[str, User]
) -> None:
    assert look(device, "김민아", MEMBER_FACE) == people["member"]
    assert refusal(device, "김민아", TEACHER_FACE) == "not_recognised"


def test_without_a_name_the_face_says_who_it_is(device: Device, people: dict[str, User]) -> None:
    assert look(device, "", TEACHER_FACE) == people["teacher"]
    assert refusal(device, "", STRANGER_FACE) == "not_recognised"


def test_an_admin_is_told_to_use_the_password(device: Device, people: dict[str, User]) -> None:
    assert refusal(device, "", ADMIN_FACE) == "admin_needs_password"
    assert refusal(device, "operator", ADMIN_FACE) == "admin_needs_password"


def test_a_device_that_a_person_does_not_trust_knows_nothing_of_them(
    device: Device, people: dict[str, User]
) -> None:
    elsewhere = Device.objects.create(token_hash="1" * 64)
    DeviceTrust.objects.create(device=elsewhere, person=people["teacher"])
    assert refusal(elsewhere, "김민아", MEMBER_FACE) == "not_recognised"
    assert refusal(elsewhere, "operator", ADMIN_FACE) == "not_recognised"
    assert refusal(elsewhere, "no such name", MEMBER_FACE) == "not_recognised"
    assert refusal(elsewhere, "", MEMBER_FACE) == "not_recognised"


def test_on_a_classroom_device_members_are_known_and_others_are_not(
    people: dict[str, User],
) -> None:
    classroom = Device.objects.create(token_hash="2" * 64, is_classroom=True)
    assert look(classroom, "", MEMBER_FACE) == people["member"]
    assert look(classroom, "김민아", MEMBER_FACE) == people["member"]
    assert refusal(classroom, "", TEACHER_FACE) == "not_recognised"
    assert refusal(classroom, "operator", ADMIN_FACE) == "not_recognised"


def test_a_deactivated_person_is_not_recognised(device: Device, people: dict[str, User]) -> None:
    User.objects.filter(pk=people["member"].pk).update(is_active=False)
    assert refusal(device, "", MEMBER_FACE) == "not_recognised"
    assert refusal(device, "김민아", MEMBER_FACE) == "not_recognised"


def test_two_people_who_look_alike_are_asked_for_the_name(
    device: Device, people: dict[str, User]
) -> None:
    twin = add_person("twin", password=PASSWORD)
    alike = store.store_face(twin, frames(MEMBER_FACE, 8), consent_at=now(), origin=HERE)
    DeviceTrust.objects.create(device=device, person=twin)
    assert alike
    assert refusal(device, "", MEMBER_FACE) == "face_near_tie"
    assert look(device, "twin", MEMBER_FACE) == twin


def test_frames_that_change_from_one_person_to_another_are_refused(
    device: Device, people: dict[str, User]
) -> None:
    mixed = [*frames(MEMBER_FACE, 3), *frames(STRANGER_FACE, 1)]
    with pytest.raises(LookinError) as caught:
        looks.recognise(looks.Look(device, "", mixed, HERE))
    assert caught.value.code == "not_one_person"


def test_a_face_that_no_longer_opens_hurts_nobody_else(
    device: Device, people: dict[str, User]
) -> None:
    people["teacher"].face.sealed = b"\x01 damaged"
    people["teacher"].face.save()
    assert refusal(device, "junho", TEACHER_FACE) == "not_recognised"
    assert look(device, "", MEMBER_FACE) == people["member"]


def wait_over() -> None:
    Attempts.objects.update(free_at=now() - timedelta(seconds=1))


def test_after_five_failures_each_try_waits_thirty_seconds(
    device: Device, people: dict[str, User]
) -> None:
    for _ in range(5):
        assert refusal(device, "김민아", STRANGER_FACE) == "not_recognised"
    with pytest.raises(LookinError) as caught:
        look(device, "김민아", MEMBER_FACE)
    assert caught.value.code == "too_many_attempts"
    assert 28 <= int(str(caught.value.values["seconds"])) <= 30
    with pytest.raises(LookinError):
        looks.check_may_look(device, "")
    wait_over()
    assert look(device, "김민아", MEMBER_FACE) == people["member"]
    looks.check_may_look(device, "김민아")  # a success clears both counts


def test_after_fifty_failures_only_a_password_opens_the_face_again(
    device: Device, people: dict[str, User]
) -> None:
    elsewhere = Device.objects.create(token_hash="3" * 64)
    DeviceTrust.objects.create(device=elsewhere, person=people["member"])
    for _ in range(50):
        refusal(device, "김민아", STRANGER_FACE)
        wait_over()
    throttle.clear_attempts(throttle.OF_DEVICE_FACES, str(device.pk))
    assert refusal(device, "김민아", MEMBER_FACE) == "attempts_used_up"
    assert refusal(elsewhere, "김민아", MEMBER_FACE) == "attempts_used_up"
    assert refusal(elsewhere, "", MEMBER_FACE) == "attempts_used_up"
    Attempts.objects.update(last_at=now() - timedelta(days=30))  # time alone does not help
    assert refusal(elsewhere, "", MEMBER_FACE) == "attempts_used_up"
    sign_in(Client(), people["member"])
    assert look(elsewhere, "김민아", MEMBER_FACE) == people["member"]


def test_leaving_the_name_out_is_never_the_weaker_check(
    device: Device, people: dict[str, User], settings: Any
) -> None:
    settings.FACE_VERIFY_DISTANCE = 1e-6  # nobody is this close, by name or without
    assert refusal(device, people["member"].username, MEMBER_FACE) == "not_recognised"
    assert refusal(device, "", MEMBER_FACE) == "not_recognised"


def test_identification_is_limited_by_device(device: Device, people: dict[str, User]) -> None:
    for _ in range(50):
        refusal(device, "", STRANGER_FACE)
        wait_over()
    assert refusal(device, "", MEMBER_FACE) == "attempts_used_up"


class Browser:
    """A client with a trusted device and the sign-in page open."""

    def __init__(self, person: User) -> None:
        self.client = Client()
        sign_in(self.client, person)
        self.client.post("/logout")
        del self.client.cookies["sessionid"]  # empty after signing out
        session = self.client.session
        session[NONCE] = "nonce"
        session.save()
        self.device = Device.objects.order_by("-created_at")[0]

    def bring(self, ticket: str) -> Any:
        return self.client.post("/login/face", {"ticket": ticket, "next": "/account/"})


@pytest.fixture
def enrolled(member: User) -> User:
    store.store_face(member, frames(MEMBER_FACE, 9), consent_at=now(), origin=HERE)
    return member


def test_a_ticket_signs_in_once(enrolled: User) -> None:
    browser = Browser(enrolled)
    ticket = looks.make_ticket(enrolled, browser.device, "nonce")
    answer = browser.bring(ticket)
    assert (answer.status_code, answer["Location"]) == (303, "/account/")
    assert browser.client.get("/account/").status_code == 200
    again = Browser(enrolled)
    assert again.bring(ticket).status_code == 401


def test_a_session_from_a_face_asks_for_the_password_before_it_matters(enrolled: User) -> None:
    browser = Browser(enrolled)
    browser.bring(looks.make_ticket(enrolled, browser.device, "nonce"))
    assert browser.client.post("/account/face", {"agree": "on"}).status_code == 401


def test_a_ticket_for_another_device_or_browser_or_minute_is_refused(enrolled: User) -> None:
    browser, other = Browser(enrolled), Browser(enrolled)
    assert other.bring(looks.make_ticket(enrolled, browser.device, "nonce")).status_code == 401
    stolen = looks.make_ticket(enrolled, browser.device, "another nonce")
    assert browser.bring(stolen).status_code == 401
    late = looks.make_ticket(enrolled, browser.device, "nonce")
    OneTimeToken.objects.filter(used_at=None).update(expires_at=now())
    assert browser.bring(late).status_code == 401
    assert browser.bring("").status_code == 401
    assert browser.client.get("/account/").status_code == 302


def test_a_ticket_is_worth_nothing_when_the_person_changed_meanwhile(enrolled: User) -> None:
    browser = Browser(enrolled)
    ticket = looks.make_ticket(enrolled, browser.device, "nonce")
    User.objects.filter(pk=enrolled.pk).update(role="admin")
    assert browser.bring(ticket).status_code == 403
    ticket = looks.make_ticket(enrolled, browser.device, "nonce")
    User.objects.filter(pk=enrolled.pk).update(role="member", is_active=False)
    assert browser.bring(ticket).status_code == 401


def test_a_ticket_without_the_form_token_is_refused_and_not_spent(enrolled: User) -> None:
    browser = Browser(enrolled)
    ticket = looks.make_ticket(enrolled, browser.device, "nonce")
    browser.client.handler.enforce_csrf_checks = True
    assert browser.bring(ticket).status_code == 403
    browser.client.handler.enforce_csrf_checks = False
    assert browser.bring(ticket).status_code == 303


def test_a_setup_link_is_not_a_ticket(enrolled: User, db: None) -> None:
    from lookin.apps.accounts.services import make_invite_token, make_setup_token

    browser = Browser(enrolled)
    assert browser.bring(make_setup_token()).status_code == 401
    assert browser.bring(make_invite_token(enrolled)).status_code == 401
