"""Signing in and out with a password, through the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from lookin.apps.accounts import sessions
from lookin.apps.accounts.models import AuditEvent, Device, User
from lookin.core.lib.clock import now
from tests.apps.accounts.conftest import PASSWORD, sign_in
from tests.apps.accounts.hasher import CountingHasher

pytestmark = pytest.mark.django_db


def test_the_right_password_leads_to_the_desk_with_303(member: User) -> None:
    answer = sign_in(Client(), member)
    assert (answer.status_code, answer["Location"]) == (303, "/service")


def test_the_name_may_be_typed_in_any_case_and_any_unicode_form(member: User) -> None:
    User.objects.filter(pk=member.pk).update(username="Zoë", username_key="zoë")
    answer = Client().post("/login", {"username": " ZOE\u0308 ", "password": PASSWORD})
    assert answer.status_code == 303


def test_a_wrong_password_is_401_with_the_name_kept(member: User) -> None:
    answer = sign_in(Client(), member, "wrong")
    assert answer.status_code == 401
    assert "do not belong together" in answer.content.decode()
    assert 'value="김민아"' in answer.content.decode()


@pytest.mark.parametrize("who", ["unknown", "wrong", "deactivated", "invited"])
def test_every_failure_has_the_same_words_and_the_same_work(member: User, who: str) -> None:
    name = "nobody" if who == "unknown" else member.username
    User.objects.filter(pk=member.pk).update(is_active=who != "deactivated")
    if who == "invited":
        member.set_unusable_password()
        member.save()
    CountingHasher.rounds_done = 0
    password = PASSWORD if who == "deactivated" else "wrong wrong wrong"
    answer = Client().post("/ajax/login", {"id": name, "pwd": password})
    assert answer.status_code == 401
    assert answer.json()["message"] == "The name and the password do not belong together."
    assert CountingHasher.rounds_done == CountingHasher.iterations


def test_a_name_that_no_database_can_hold_is_only_a_wrong_name(db: None) -> None:
    for name in ("a\0b", "x" * 5000, "", "’ OR 1=1 --"):
        assert Client().post("/login", {"username": name, "password": "p"}).status_code == 401


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "https:///evil.example", "https:evil.example", "https://evil.example", "%2f%2fevil.example",
        "\t//evil.example", "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)",
        "evil.example", "", "/login", "/logout", "http:/evil.example", "/\x00/evil",
    ],
)  # fmt: skip
def test_an_unsafe_next_leads_to_the_desk(member: User, wanted: str) -> None:
    answer = sign_in(Client(), member, next=wanted)
    assert (answer.status_code, answer["Location"]) == (303, "/service")


def test_a_safe_next_is_where_the_person_wanted_to_go(member: User) -> None:
    page = Client().get("/login", {"next": "/account/?a=1#face"})
    assert 'value="/account/?a=1#face"' in page.content.decode()
    assert sign_in(Client(), member, next="/account/?a=1")["Location"] == "/account/?a=1"


def test_who_is_signed_in_already_is_led_on(member: User) -> None:
    client = Client()
    sign_in(client, member)
    assert client.get("/login?next=/account/")["Location"] == "/account/"


def test_a_stale_form_comes_back_with_a_fresh_token(member: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/login", {"username": member.username, "password": PASSWORD})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "was made fresh" in page
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    fields = {"username": member.username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post("/login", fields).status_code == 303


def test_the_session_key_is_a_new_one_after_sign_in(member: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    sign_in(client, member)
    first = client.session.session_key
    sign_in(client, member)  # Django alone would keep the key of the same person
    assert len({planted, first, client.session.session_key}) == 3
    fixed = Client()
    fixed.cookies["sessionid"] = str(planted)
    assert fixed.get("/account/").status_code == 302


def test_two_browsers_hold_two_sessions(member: User, teacher: User) -> None:
    one, two = Client(), Client()
    sign_in(one, member)
    sign_in(two, teacher)
    one.post("/logout")
    assert one.get("/account/").status_code == 302
    assert "junho" in two.get("/account/").content.decode()


def test_signing_out_needs_a_post_and_leads_to_the_sign_in(member: User) -> None:
    client = Client()
    sign_in(client, member)
    assert client.get("/logout").status_code == 405
    assert client.get("/account/").status_code == 200
    answer = client.post("/logout")
    assert (answer.status_code, answer["Location"]) == (303, "/login")
    assert client.get("/account/").status_code == 302


def test_a_deactivated_person_is_out_at_the_next_request(member: User) -> None:
    client = Client()
    sign_in(client, member)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302


def test_a_session_ends_in_time_however_busy_it_is(member: User, settings: Any) -> None:
    client = Client()
    sign_in(client, member)
    session = client.session
    old = now() - timedelta(seconds=settings.SESSION_SECONDS + 1)
    session[sessions.SIGNED_IN_AT] = old.timestamp()
    session.save()
    assert client.get("/account/").status_code == 302


def test_a_session_of_unknown_age_counts_as_too_old(member: User) -> None:
    client = Client()
    client.force_login(member)
    assert client.get("/account/").status_code == 302


def test_ajax_login_answers_in_json(member: User) -> None:
    client = Client()
    answer = client.post("/ajax/login", {"id": member.username, "pwd": PASSWORD})
    assert answer.json() == {"error": 0, "name": "민아"}
    assert client.get("/account/").status_code == 200
    assert not Device.objects.exists()  # nobody was asked whether to be remembered


def test_ajax_login_refuses_a_password_in_an_address(member: User) -> None:
    answer = Client().get("/ajax/login", {"id": member.username, "pwd": PASSWORD})
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "must not travel in an address" in answer.json()["message"]


def test_ajax_login_without_the_form_token_is_403(member: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/ajax/login", {"id": member.username, "pwd": PASSWORD})
    assert (answer.status_code, answer.json()["error"]) == (403, -1)


def test_the_audit_holds_what_happened_and_no_secret(member: User) -> None:
    client = Client(headers={"User-Agent": "x" * 5000 + "\r\nforged"})
    sign_in(client, member, "wrong-secret-word")
    client.post("/login", {"username": "a\r\nb" * 100, "password": "wrong-secret-word"})
    sign_in(client, member)
    client.post("/logout")
    rows = list(AuditEvent.objects.order_by("pk"))
    assert [row.event for row in rows][-4:] == [
        "sign_in_failed", "sign_in_failed", "signed_in", "signed_out",
    ]  # fmt: skip
    text = " ".join(str(value) for row in rows for value in vars(row).values())
    assert "secret" not in text
    assert PASSWORD not in text
    assert all(len(row.agent) <= 200 and len(row.name) <= 64 for row in rows)
    assert all("\n" not in row.name and "\r" not in row.agent for row in rows)


def test_old_events_and_dead_sessions_are_forgotten(member: User) -> None:
    old = AuditEvent.objects.create(event="signed_in", at=now() - timedelta(days=181))
    dead = Session.objects.create(session_key="x" * 32, session_data="", expire_date=now())
    sign_in(Client(), member)
    assert not AuditEvent.objects.filter(pk=old.pk).exists()
    assert not Session.objects.filter(pk=dead.pk).exists()


def test_pages_with_passwords_are_never_kept_by_the_browser(member: User) -> None:
    assert "no-store" in Client().get("/login")["Cache-Control"]
