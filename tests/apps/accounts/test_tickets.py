"""What a recognised face earns: a session, or half of one, in the browser that showed it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client

from lookin.apps.accounts.faces import looks, sealed, store, switch, tickets
from lookin.apps.accounts.faces.sealed import open_face
from lookin.apps.accounts.models import AuditEvent, Device, FaceTemplate, OneTimeToken, User
from lookin.apps.accounts.services import change_role, make_invite_token, make_setup_token
from lookin.apps.accounts.sessions import NONCE
from lookin.core.faces.comparison.matching import distance
from lookin.core.lib.clock import now
from tests.apps.accounts import test_passkeys as passkeys
from tests.apps.accounts.conftest import frames, sign_in
from tests.apps.accounts.looking import ADMIN_FACE, HERE, MEMBER_FACE, enrol

pytestmark = pytest.mark.django_db


def way_of_the_last_sign_in() -> str:
    """What it was with, as the audit has it."""
    return AuditEvent.objects.filter(event="signed_in").latest("pk").detail


class Browser:
    """A client with a trusted device and the sign-in page open."""

    def __init__(self, person: User, nonce: str = "nonce") -> None:
        self.client = Client()
        sign_in(self.client, person)
        self.client.post("/logout")
        del self.client.cookies["sessionid"]  # empty after signing out
        session = self.client.session
        session[NONCE] = nonce
        session.save()
        self.device = Device.objects.order_by("-created_at")[0]

    def ticket(self, person: User, seed: int = MEMBER_FACE, nonce: str = "nonce") -> str:
        """As the camera's socket makes it after a good look."""
        return tickets.make_ticket(
            person, looks.Look(self.device, "", frames(seed), HERE, b""), nonce
        )

    def bring(self, ticket: str) -> Any:
        return self.client.post("/login/face", {"ticket": ticket, "next": "/account/"})

    @property
    def is_in(self) -> bool:
        return bool(self.client.get("/account/").status_code == 200)


@pytest.fixture
def enrolled(member: User) -> User:
    enrol(member, MEMBER_FACE)
    return member


@pytest.fixture
def looking_admin(admin: User) -> User:
    enrol(admin, ADMIN_FACE)
    return admin


def test_a_ticket_signs_in_once_and_the_face_counts_as_used(enrolled: User) -> None:
    browser = Browser(enrolled)
    ticket = browser.ticket(enrolled)
    answer = browser.bring(ticket)
    assert (answer.status_code, answer["Location"]) == (303, "/account/")
    assert browser.is_in
    assert FaceTemplate.objects.get().used_at is not None
    assert way_of_the_last_sign_in() == "face"
    assert Browser(enrolled).bring(ticket).status_code == 401


def test_a_ticket_of_somebody_whose_face_is_enough_keeps_nothing_that_was_seen(
    enrolled: User,
) -> None:
    Browser(enrolled).ticket(enrolled)
    assert bytes(OneTimeToken.objects.get(purpose="face").sealed) == b""


def test_a_session_from_a_face_asks_for_the_password_before_it_matters(enrolled: User) -> None:
    browser = Browser(enrolled)
    browser.bring(browser.ticket(enrolled))
    for address in ("", "/forget", "/export", "/more"):
        answer = browser.client.post(f"/account/face{address}", {"agree": "on"})
        assert answer.status_code == 401, address
    assert store.face_of(enrolled) is not None


def test_a_ticket_for_another_device_or_browser_or_minute_is_refused(enrolled: User) -> None:
    browser, other = Browser(enrolled), Browser(enrolled)
    assert other.bring(browser.ticket(enrolled)).status_code == 401
    assert browser.bring(browser.ticket(enrolled, nonce="another")).status_code == 401
    late = browser.ticket(enrolled)
    OneTimeToken.objects.filter(used_at=None).update(expires_at=now())
    assert browser.bring(late).status_code == 401
    for forged in ("", "x" * 43, "x" * 100_000, "\x00", "' OR 1=1 --"):
        assert browser.bring(forged).status_code == 401
    assert not browser.is_in


def test_a_browser_without_its_device_or_nonce_is_refused(enrolled: User) -> None:
    browser = Browser(enrolled)
    ticket = browser.ticket(enrolled)
    device = browser.client.cookies.pop("lookin_device")
    assert browser.bring(ticket).status_code == 401
    browser.client.cookies["lookin_device"] = device.value
    session = browser.client.session
    del session[NONCE]
    session.save()
    assert browser.bring(ticket).status_code == 401
    assert not browser.is_in


def test_a_ticket_is_worth_nothing_when_the_person_changed_meanwhile(enrolled: User) -> None:
    browser = Browser(enrolled)
    ticket = browser.ticket(enrolled)
    User.objects.filter(pk=enrolled.pk).update(is_active=False)
    assert browser.bring(ticket).status_code == 401
    User.objects.filter(pk=enrolled.pk).update(is_active=True)
    ticket = browser.ticket(enrolled)
    store.forget_face(enrolled, HERE)
    assert browser.bring(ticket).status_code == 401
    enrol(enrolled, MEMBER_FACE)
    ticket = browser.ticket(enrolled)
    browser.device.trusts.all().delete()
    assert browser.bring(ticket).status_code == 401
    assert not browser.is_in


def test_who_became_an_admin_within_the_minute_needs_more_too(enrolled: User) -> None:
    browser = Browser(enrolled)
    ticket = browser.ticket(enrolled)
    User.objects.filter(pk=enrolled.pk).update(role="admin")
    assert browser.bring(ticket)["Location"].startswith("/login?")
    assert not browser.is_in


def test_a_ticket_without_the_form_token_is_refused_and_not_spent(enrolled: User) -> None:
    browser = Browser(enrolled)
    ticket = browser.ticket(enrolled)
    browser.client.handler.enforce_csrf_checks = True
    assert browser.bring(ticket).status_code == 403
    browser.client.handler.enforce_csrf_checks = False
    assert browser.bring(ticket).status_code == 303


def test_links_are_not_tickets(enrolled: User) -> None:
    browser = Browser(enrolled)
    assert browser.bring(make_setup_token()).status_code == 401
    assert browser.bring(make_invite_token(enrolled)).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_of_two_who_bring_one_ticket_at_the_same_moment_one_gets_in(member: User) -> None:
    enrol(member, MEMBER_FACE)
    browser = Browser(member)
    ticket = browser.ticket(member)

    def bring(_: int) -> int:
        client = Client()
        client.cookies.load({name: morsel.value for name, morsel in browser.client.cookies.items()})
        try:
            answer = client.post("/login/face", {"ticket": ticket})
            return int(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(bring, range(6)))
    assert answers == [303, *[401] * 5]


# Half of a sign-in: an admin, and who chose so.


def test_an_admins_look_alone_opens_nothing(looking_admin: User) -> None:
    browser = Browser(looking_admin)
    answer = browser.bring(browser.ticket(looking_admin, ADMIN_FACE))
    assert (answer.status_code, answer["Location"]) == (303, "/login?next=%2Faccount%2F")
    assert not browser.is_in
    page = browser.client.get(answer["Location"]).content.decode()
    assert 'value="operator"' in page
    assert "/account/" in page


def test_an_admins_look_and_password_sign_in_and_the_face_follows(looking_admin: User) -> None:
    browser = Browser(looking_admin)
    before = open_face(FaceTemplate.objects.get())
    browser.bring(browser.ticket(looking_admin, ADMIN_FACE))
    assert sign_in(browser.client, looking_admin).status_code == 303
    assert browser.is_in
    assert way_of_the_last_sign_in() == "face+password"
    row = FaceTemplate.objects.get()
    after = open_face(row)
    assert row.used_at
    assert row.adapted_at
    assert (after.enrolled == before.enrolled).all()
    assert 0 < distance(before.current, after.current) < 0.01
    assert not OneTimeToken.objects.exclude(sealed=b"").exists()


def test_an_admins_look_and_passkey_sign_in_too(looking_admin: User, teacher: User) -> None:
    mine, another = passkeys.add(looking_admin), passkeys.add(teacher)
    browser = Browser(looking_admin)
    browser.bring(browser.ticket(looking_admin, ADMIN_FACE))
    assert passkeys.enter(browser.client, mine).status_code == 200
    assert AuditEvent.objects.filter(event="signed_in", detail="face+passkey").count() == 1
    assert FaceTemplate.objects.get().adapted_at
    adapted = FaceTemplate.objects.get().adapted_at
    other = Browser(looking_admin)
    other.bring(other.ticket(looking_admin, ADMIN_FACE))
    assert passkeys.enter(other.client, another).json()["name"] == "junho"  # not the face's
    assert AuditEvent.objects.filter(event="signed_in", detail="passkey").count() == 1
    assert FaceTemplate.objects.get().adapted_at == adapted


def test_an_admins_look_and_a_wrong_password_sign_nobody_in(looking_admin: User) -> None:
    browser = Browser(looking_admin)
    browser.bring(browser.ticket(looking_admin, ADMIN_FACE))
    assert sign_in(browser.client, looking_admin, "a guess of somebody's").status_code == 401
    assert not browser.is_in
    sign_in(browser.client, looking_admin)  # the second time it was typed right
    assert way_of_the_last_sign_in() == "face+password"


def test_a_seen_face_counts_for_nobody_elses_password(looking_admin: User, enrolled: User) -> None:
    browser = Browser(looking_admin)
    browser.bring(browser.ticket(looking_admin, ADMIN_FACE))
    assert sign_in(browser.client, enrolled).status_code == 303
    assert way_of_the_last_sign_in() == "password"
    assert not FaceTemplate.objects.exclude(adapted_at=None).exists()
    assert tickets.SEEN not in browser.client.session


def test_a_seen_face_is_over_after_three_minutes_and_what_was_seen_goes(
    looking_admin: User,
) -> None:
    browser = Browser(looking_admin)
    browser.bring(browser.ticket(looking_admin, ADMIN_FACE))
    waiting = OneTimeToken.objects.get(purpose="face", used_at=None)
    assert timedelta(minutes=2) < waiting.expires_at - now() <= timedelta(minutes=3)
    assert bytes(waiting.sealed)
    OneTimeToken.objects.update(expires_at=now() - timedelta(seconds=1))
    sign_in(browser.client, looking_admin)
    assert way_of_the_last_sign_in() == "password"
    Browser(looking_admin).ticket(looking_admin, ADMIN_FACE)  # the next look sweeps
    assert not OneTimeToken.objects.filter(expires_at__lt=now()).exists()


def test_what_waits_in_one_browser_is_worth_nothing_as_a_ticket_or_in_another(
    looking_admin: User,
) -> None:
    browser, other = Browser(looking_admin), Browser(looking_admin, nonce="other")
    browser.bring(browser.ticket(looking_admin, ADMIN_FACE))
    secret = browser.client.session[tickets.SEEN]
    assert browser.bring(secret).status_code == 401
    session = other.client.session
    session[tickets.SEEN] = secret
    session.save()
    sign_in(other.client, looking_admin)
    assert way_of_the_last_sign_in() == "password"


@pytest.mark.parametrize("gone", ["kept", "purged"])
def test_a_session_from_a_look_ends_when_its_person_becomes_an_admin(
    enrolled: User, gone: str
) -> None:
    browser = Browser(enrolled)
    browser.bring(browser.ticket(enrolled))
    if gone == "purged":
        store.purge_faces(HERE)
    assert browser.is_in
    change_role(User.objects.get(pk=enrolled.pk), "admin", origin=HERE)
    assert not browser.is_in


def test_a_seen_face_of_another_recogniser_signs_in_and_changes_nothing(
    looking_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(looking_admin)
    browser.bring(browser.ticket(looking_admin, ADMIN_FACE))
    before = bytes(FaceTemplate.objects.get().sealed)
    monkeypatch.setattr(sealed, "recogniser_name", lambda: "another-1")
    assert sign_in(browser.client, looking_admin).status_code == 303
    assert bytes(FaceTemplate.objects.get().sealed) == before


def test_whoever_chose_so_needs_the_password_too(enrolled: User) -> None:
    store.choose_more(enrolled, True, HERE)
    browser = Browser(enrolled)
    browser.bring(browser.ticket(enrolled))
    assert not browser.is_in
    sign_in(browser.client, enrolled)
    assert way_of_the_last_sign_in() == "face+password"


def test_a_face_follows_once_a_day_and_never_far_from_what_was_enrolled(enrolled: User) -> None:
    stranger = np.mean(frames(99), axis=0, dtype=np.float32)
    store.adapt_face(enrolled, stranger)
    once = open_face(FaceTemplate.objects.get())
    store.adapt_face(enrolled, stranger)
    assert (open_face(FaceTemplate.objects.get()).current == once.current).all()
    for _ in range(60):
        FaceTemplate.objects.update(adapted_at=now() - timedelta(days=1))
        store.adapt_face(enrolled, stranger)
    pulled = open_face(FaceTemplate.objects.get())
    from lookin.apps.accounts.faces.thresholds import most_drift, verify_threshold

    assert distance(pulled.enrolled, pulled.current) <= most_drift() + 1e-5
    assert distance(pulled.current, stranger) > verify_threshold(4)


def test_a_face_switched_off_within_the_minute_opens_nothing(
    enrolled: User, looking_admin: User
) -> None:
    browser, other = Browser(enrolled), Browser(looking_admin)
    ticket = browser.ticket(enrolled)
    other.bring(other.ticket(looking_admin, ADMIN_FACE))
    switch.switch_faces(True, origin=HERE)
    assert browser.bring(ticket).status_code == 403
    assert not browser.is_in
    sign_in(other.client, looking_admin)
    assert way_of_the_last_sign_in() == "password"
