"""Classroom devices: registered until a day, stays that end in time, nothing left for the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from lookin.apps.accounts import sessions
from lookin.apps.accounts.classroom import registration, visits
from lookin.apps.accounts.faces import looks, tickets
from lookin.apps.accounts.models import AuditEvent, ClassroomVisit, Device, User
from lookin.apps.accounts.services import add_person
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError
from tests.apps.accounts.conftest import PASSWORD, frames, sign_in
from tests.apps.accounts.looking import HERE, MEMBER_FACE, enrol
from tests.people import client_of

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture
def classroom(admin: User) -> Client:
    """A browser that an admin made a classroom device, with nobody signed in."""
    client = Client()
    sign_in(client, admin)
    assert client.post("/people/device", {"label": "Row 2", "idle": "5"}).status_code == 303
    client.post("/logout")
    return client


def move_back(**by: float) -> None:
    """The open stay began and was last seen so long ago."""
    past = now() - timedelta(**by)
    ClassroomVisit.objects.filter(ended_at=None).update(seen_at=past, began_at=past)


def is_in(client: Client) -> bool:
    return bool(client.get("/account/", headers={"Sec-Fetch-Mode": "no-cors"}).status_code == 200)


def test_a_device_works_through_its_last_day_in_the_places_zone() -> None:
    today = datetime(2026, 3, 1, tzinfo=SEOUL).date()
    terms = registration.read_terms("Row 2", "2026-03-02", "7", today=today, days=180, zone=SEOUL)
    assert terms.expires_at == datetime(2026, 3, 2, 15, tzinfo=UTC)  # midnight in Seoul
    assert terms.idle_minutes == 7


@pytest.mark.parametrize("until", ["2026-02-28", "2028-01-01", "tomorrow", "2026-13-01"])
def test_a_last_day_that_is_past_far_or_no_day_is_refused(until: str) -> None:
    today = datetime(2026, 3, 1, tzinfo=SEOUL).date()
    with pytest.raises(LookinError, match="last day"):
        registration.read_terms("", until, "", today=today, days=180, zone=SEOUL)


@pytest.mark.parametrize("idle", ["0", "-1", "121", "1.5", "ten", "١", "9999999999"])
def test_quiet_minutes_out_of_range_are_refused(idle: str) -> None:
    today = datetime(2026, 3, 1, tzinfo=SEOUL).date()
    with pytest.raises(LookinError, match="minutes"):
        registration.read_terms("", "", idle, today=today, days=180, zone=SEOUL)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  창가   둘째 줄 ", "창가 둘째 줄"),
        ("Row\n2\u202e\x00", "Row 2".replace(" ", "")),
        ("👩\u200d🏫 desk", "👩\u200d🏫 desk"),
        ("x" * 300, "x" * 80),
        ("가" * 300, "가" * 80),
        ("👩\u200d🏫" * 100, ("👩\u200d🏫" * 100)[:80].rstrip("\u200d")),
    ],
)
def test_a_label_is_one_line_of_at_most_eighty_characters(typed: str, kept: str) -> None:
    assert registration.clean_label(typed) == kept


def test_a_wrong_form_registers_nothing_and_says_why(admin: User) -> None:
    client = client_of(admin)
    client.post("/people/device", {"label": "Row 2", "idle": "0"})
    assert not Device.objects.filter(is_classroom=True).exists()
    assert "must be a number from 1 to 120" in client.get("/people/").content.decode()


def test_signing_in_there_begins_a_stay_and_leaving_ends_it(
    classroom: Client, member: User
) -> None:
    sign_in(classroom, member)
    stay = ClassroomVisit.objects.get(person=member)
    assert (stay.device_label, stay.ended_at) == ("Row 2", None)
    assert classroom.cookies["sessionid"]["max-age"] == ""  # ends with the browser
    page = classroom.get("/account/")
    assert 'data-module="classroom"' in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    answer = classroom.post("/logout")
    assert answer["Clear-Site-Data"] == '"storage"'
    stay.refresh_from_db()
    assert stay.ended_at is not None


def test_on_an_ordinary_device_there_is_no_stay_and_no_way_to_leave(member: User) -> None:
    client = Client()
    sign_in(client, member)
    page = client.get("/account/")
    assert not ClassroomVisit.objects.exists()
    assert 'data-module="classroom"' not in page.content.decode()
    assert "Clear-Site-Data" not in client.post("/logout").headers


def test_who_is_quiet_too_long_is_signed_out_and_listed_until_last_seen(
    classroom: Client, member: User
) -> None:
    sign_in(classroom, member)
    move_back(minutes=4)
    assert is_in(classroom)
    move_back(minutes=6)
    seen = ClassroomVisit.objects.get(person=member).seen_at
    answer = classroom.get("/service")
    assert answer["Location"].startswith("/login")
    assert answer["Clear-Site-Data"] == '"storage"'
    assert ClassroomVisit.objects.get(person=member).ended_at == seen
    assert not is_in(classroom)


def test_a_page_opened_or_a_change_counts_as_life_and_what_pages_ask_for_does_not(
    classroom: Client, member: User
) -> None:
    sign_in(classroom, member)

    def seen_after(method: str, path: str, **headers: str) -> bool:
        move_back(minutes=2)
        getattr(classroom, method)(path, headers=headers)
        return ClassroomVisit.objects.get(person=member).seen_at > now() - timedelta(minutes=1)

    assert seen_after("get", "/account/")
    assert seen_after("get", "/account/", **{"Sec-Fetch-Mode": "navigate"})
    assert seen_after("post", "/account/profile")
    assert not seen_after("get", "/ajax/running")
    assert not seen_after("get", "/account/", **{"Sec-Fetch-Mode": "cors"})


def test_nobody_stays_longer_than_twelve_hours(classroom: Client, member: User) -> None:
    sign_in(classroom, member)
    began = now() - visits.LONGEST - timedelta(seconds=1)
    ClassroomVisit.objects.filter(person=member).update(began_at=began, seen_at=now())
    assert not is_in(classroom)


def test_after_its_last_day_the_device_is_a_stranger_and_its_session_is_over(
    classroom: Client, member: User
) -> None:
    sign_in(classroom, member)
    Device.objects.update(expires_at=now() - timedelta(seconds=1))
    assert not is_in(classroom)
    assert "signin-classroom" not in classroom.get("/login").content.decode()
    sign_in(classroom, member)  # as on any other browser: it is theirs from now on
    assert is_in(classroom)
    assert ClassroomVisit.objects.filter(person=member).count() == 1
    assert Device.objects.get(is_classroom=False).remembered == member


def test_a_device_that_ended_can_be_registered_again_as_itself(
    classroom: Client, admin: User
) -> None:
    Device.objects.update(expires_at=now() - timedelta(seconds=1))
    fields = {"username": admin.username, "password": PASSWORD}  # without "remember me"
    assert classroom.post("/login", fields).status_code == 303
    classroom.post("/people/device", {"label": "Row 2 again"})
    device = Device.objects.get()
    assert (device.label, device.is_classroom) == ("Row 2 again", True)
    assert device.expires_at is not None
    assert device.expires_at > now()
    classroom.post("/logout")
    assert "signin-classroom" in classroom.get("/login").content.decode()


def test_a_device_removed_while_somebody_is_signed_in_signs_them_out(
    classroom: Client, admin: User, member: User
) -> None:
    sign_in(classroom, member)
    device = Device.objects.get(is_classroom=True)
    key = classroom.session.session_key
    client_of(admin).post(f"/people/device/{device.pk}/forget")
    assert not sessions.still_signed_in(str(key), member.pk)
    assert not is_in(classroom)
    stay = ClassroomVisit.objects.get(person=member)
    assert (stay.device, stay.device_label) == (None, "Row 2")
    assert stay.ended_at is not None
    assert AuditEvent.objects.filter(event="signed_out", person=member).exists()


def test_the_next_person_finds_nothing_of_the_first(classroom: Client, member: User) -> None:
    second = add_person("하늘", password=PASSWORD)
    sign_in(classroom, member)
    classroom.post("/account/profile", {"display_name": "민아"})  # leaves "Saved." to be shown
    first = classroom.session.session_key
    classroom.post("/logout")
    page = classroom.get("/login").content.decode()
    assert "민아" not in page
    assert "Saved." not in page
    sign_in(classroom, second)
    assert "Saved." not in classroom.get("/account/").content.decode()
    assert classroom.session.session_key != first
    assert not sessions.still_signed_in(str(first), member.pk)
    assert ClassroomVisit.objects.filter(ended_at=None).get().person == second


def bring(classroom: Client, person: User, seed: int) -> str:
    """A good look at this device, as the camera's socket ends it: the ticket."""
    session = classroom.session
    session[sessions.NONCE] = "nonce"
    session.save()
    device = Device.objects.get(is_classroom=True)
    look = looks.Look(device, "", frames(seed), HERE, b"")
    assert looks.recognise(look) == person
    return tickets.make_ticket(person, look, "nonce")


def test_a_look_is_enough_and_begins_a_stay(classroom: Client, member: User) -> None:
    enrol(member, MEMBER_FACE)
    classroom.get("/login")
    ticket = bring(classroom, member, MEMBER_FACE)
    assert classroom.post("/login/face", {"ticket": ticket})["Location"] == "/service"
    assert is_in(classroom)
    assert ClassroomVisit.objects.get(person=member).ended_at is None


def test_a_look_just_before_the_device_ended_is_too_late(classroom: Client, member: User) -> None:
    enrol(member, MEMBER_FACE)
    classroom.get("/login")
    ticket = bring(classroom, member, MEMBER_FACE)
    Device.objects.update(expires_at=now())
    assert classroom.post("/login/face", {"ticket": ticket}).status_code == 401
    assert not is_in(classroom)


def test_the_next_person_does_not_go_where_the_last_one_was(
    classroom: Client, member: User
) -> None:
    fields = {"username": member.username, "password": PASSWORD, "next": "/account/"}
    assert classroom.post("/login", fields)["Location"] == "/service"
    classroom.post("/logout")
    fields["next"] = "/shared/abc"  # a link that somebody was given is theirs to follow
    assert classroom.post("/login", fields)["Location"] == "/shared/abc"


def test_language_and_light_are_the_devices_own_again(classroom: Client, member: User) -> None:
    classroom.cookies["appearance"] = "light"
    sign_in(classroom, member)
    profile = {"display_name": "민아", "language": "ko", "appearance": "dark"}
    classroom.post("/account/profile", profile)
    assert classroom.cookies["appearance"].value == "dark"
    answer = classroom.post("/logout")
    assert answer.cookies["appearance"].value == "light"
    assert answer.cookies["django_language"]["max-age"] == 0
    assert 'lang="en"' in classroom.get("/login").content.decode()


def test_somebody_who_signs_in_over_another_ends_the_first_stay(
    classroom: Client, member: User
) -> None:
    second = add_person("하늘", password=PASSWORD)
    sign_in(classroom, member)
    sign_in(classroom, second)
    assert ClassroomVisit.objects.filter(ended_at=None).get().person == second
    assert ClassroomVisit.objects.get(person=member).ended_at is not None


def test_the_admin_who_registers_is_signed_out_like_everybody(admin: User) -> None:
    client = Client()
    sign_in(client, admin)
    client.post("/people/device", {"label": "Row 2", "idle": "5"})
    assert client.get("/people/").status_code == 200
    move_back(minutes=6)
    assert client.get("/people/").status_code == 302


def test_a_stay_goes_on_when_the_session_gets_a_new_key(classroom: Client, member: User) -> None:
    sign_in(classroom, member)
    before = classroom.session.session_key
    fields = {"password": PASSWORD, "new_password": "another window seat"}
    assert classroom.post("/account/password", fields).status_code == 303
    after = classroom.session.session_key
    assert before != after
    stay = ClassroomVisit.objects.get(person=member)
    assert stay.session_hash == visits.hash_of(after)
    assert stay.ended_at is None
    assert is_in(classroom)


def test_an_admin_changes_a_device_and_only_a_classroom_device(
    classroom: Client, admin: User, member: User
) -> None:
    device, plain = Device.objects.get(), Device.objects.create(token_hash="1" * 64)
    client, fields = client_of(admin), {"label": "Row 3", "idle": "20", "until": ""}
    assert client.post(f"/people/device/{device.pk}/change", fields).status_code == 303
    device.refresh_from_db()
    assert (device.label, device.idle_minutes) == ("Row 3", 20)
    assert client.post(f"/people/device/{plain.pk}/change", fields).status_code == 404
    assert client_of(member).post(f"/people/device/{device.pk}/change", fields).status_code == 403


def test_devices_and_stays_are_forgotten_in_time(classroom: Client, member: User) -> None:
    sign_in(classroom, member)
    visits.forget_old_visits(now() - timedelta(days=1))
    assert ClassroomVisit.objects.filter(person=member).exists()
    visits.forget_old_visits(now() + timedelta(seconds=1))
    assert not ClassroomVisit.objects.exists()
    Device.objects.update(expires_at=now() - timedelta(days=31))
    registration.forget_ended_devices(now())
    assert not Device.objects.exists()


def test_a_person_who_is_deleted_takes_their_stays_along(classroom: Client, member: User) -> None:
    sign_in(classroom, member)
    member.delete()
    assert not ClassroomVisit.objects.filter(ended_at=None).exists()
    assert not is_in(classroom)


def test_a_stay_that_is_over_is_not_brought_back_to_life(classroom: Client, member: User) -> None:
    sign_in(classroom, member)
    move_back(minutes=6)
    stay = ClassroomVisit.objects.select_related("device").get(person=member)
    before: Any = stay.seen_at
    visits.note_sign_of_life(stay, now())
    stay.refresh_from_db()
    assert stay.seen_at == before


def test_one_device_has_one_person_at_a_time(
    classroom: Client, member: User, teacher: User
) -> None:
    """What a crash left open, or a copied cookie opened elsewhere, ends with the next sign-in."""
    copied = Client()
    copied.cookies = classroom.cookies.copy()
    sign_in(copied, member)
    assert is_in(copied)
    sign_in(classroom, teacher)
    assert (is_in(copied), is_in(classroom)) == (False, True)
    assert ClassroomVisit.objects.get(ended_at=None).person == teacher
    details = AuditEvent.objects.filter(event="signed_out", person=member)
    assert "somebody else came" in details.values_list("detail", flat=True)


def test_a_sign_in_elsewhere_ends_no_stay(classroom: Client, member: User) -> None:
    sign_in(classroom, member)
    sign_in(Client(), member)
    assert is_in(classroom)
