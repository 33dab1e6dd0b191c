"""Faces in the database: sealed, compared, refused. Made-up embeddings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lookin.apps.accounts.faces import looks, store
from lookin.apps.accounts.faces.sealed import open_face
from lookin.apps.accounts.models import AuditEvent, Device, DeviceTrust, FaceTemplate, User
from lookin.apps.accounts.seal import seal, unseal
from lookin.apps.accounts.services import add_person
from lookin.core.faces.comparison.matching import mean_of
from lookin.core.faces.comparison.templates import to_bytes
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError
from tests.apps.accounts.conftest import PASSWORD, frames
from tests.apps.accounts.looking import (
    ADMIN_FACE,
    HERE,
    MEMBER_FACE,
    STRANGER_FACE,
    TEACHER_FACE,
    look,
    refusal,
)

pytestmark = pytest.mark.django_db


def test_what_is_stored_is_not_the_face(people: dict[str, User], settings: Any) -> None:
    row = people["member"].face
    plain = to_bytes(mean_of(frames(MEMBER_FACE, 9)))
    sealed = bytes(row.sealed)
    assert plain not in sealed
    assert not any(plain[i : i + 8] in sealed for i in range(3, len(plain) - 8, 8))
    assert plain in unseal(sealed, people["member"].pk, settings.FACE_KEY)
    face = open_face(row)
    assert (face.enrolled == mean_of(frames(MEMBER_FACE, 9))).all()
    assert (face.current == face.enrolled).all()
    assert "0." not in repr(face)


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


def test_an_admin_is_recognised_like_anybody_else(device: Device, people: dict[str, User]) -> None:
    assert look(device, "", ADMIN_FACE) == people["admin"]
    assert look(device, "operator", ADMIN_FACE) == people["admin"]
    assert refusal(device, "operator", MEMBER_FACE) == "not_recognised"


def test_a_face_is_not_used_on_a_consent_to_another_text(
    device: Device, people: dict[str, User]
) -> None:
    FaceTemplate.objects.filter(person=people["member"]).update(consent_version=1)
    assert refusal(device, "", MEMBER_FACE) == "not_recognised"
    assert refusal(device, "김민아", MEMBER_FACE) == "not_recognised"
    assert look(device, "", TEACHER_FACE) == people["teacher"]


def test_a_classroom_device_whose_last_day_has_passed_knows_nobody(
    people: dict[str, User],
) -> None:
    over = now() - timedelta(minutes=1)
    ended = Device.objects.create(token_hash="7" * 64, is_classroom=True, expires_at=over)
    assert refusal(ended, "", MEMBER_FACE) == "not_recognised"
    assert refusal(ended, "김민아", MEMBER_FACE) == "not_recognised"


def test_every_decision_is_written_down_without_a_score(
    device: Device, people: dict[str, User]
) -> None:
    look(device, "", MEMBER_FACE)
    refusal(device, "김민아", STRANGER_FACE)
    assert looks.refuse(device, "김민아", HERE, "frozen").code == "not_recognised"
    kinds = ("face_recognised", "sign_in_failed")
    events = AuditEvent.objects.order_by("pk").filter(event__in=kinds)
    assert [(event.event, event.name, event.detail) for event in events] == [
        ("face_recognised", "김민아", ""),
        ("sign_in_failed", "김민아", "face: not_recognised"),
        ("sign_in_failed", "김민아", "face: frozen"),
    ]


def test_what_people_hear_is_one_sentence_for_every_reason(
    device: Device, people: dict[str, User]
) -> None:
    said = {str(looks.refuse(device, "", HERE, reason)) for reason in ("replay", "flat", "cut")}
    with pytest.raises(LookinError) as caught:
        look(device, "", STRANGER_FACE)
    assert said == {str(caught.value)}


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
    assert [event.person for event in AuditEvent.objects.filter(event="face_alike")] == [twin]
    assert refusal(device, "", MEMBER_FACE) == "face_near_tie"
    assert look(device, "twin", MEMBER_FACE) == twin


def test_frames_that_change_from_one_person_to_another_are_refused(
    device: Device, people: dict[str, User]
) -> None:
    mixed = [*frames(MEMBER_FACE, 3), *frames(STRANGER_FACE, 1)]
    with pytest.raises(LookinError) as caught:
        looks.recognise(looks.Look(device, "", mixed, HERE, b""))
    assert caught.value.code == "not_one_person"


def test_a_face_that_no_longer_opens_hurts_nobody_else(
    device: Device, people: dict[str, User]
) -> None:
    people["teacher"].face.sealed = b"\x01 damaged"
    people["teacher"].face.save()
    assert refusal(device, "junho", TEACHER_FACE) == "not_recognised"
    assert look(device, "", MEMBER_FACE) == people["member"]
