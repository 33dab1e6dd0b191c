"""One's own account: preferences, password, devices and sessions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lookin.apps.accounts.models import Device, User
from tests.apps.accounts.conftest import PASSWORD, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(member: User) -> Client:
    browser = Client()
    sign_in(browser, member)
    return browser


def test_language_and_light_are_kept_and_used(client: Client, member: User) -> None:
    fields = {"display_name": "민아 김", "language": "ko", "appearance": "dark"}
    assert client.post("/account/profile", fields).status_code == 303
    page = client.get("/account/").content.decode()
    assert '<html lang="ko" data-appearance="dark"' in page
    assert "민아 김" in page
    client.post("/account/profile", {**fields, "language": "xx", "appearance": "neon"})
    member.refresh_from_db()
    assert (member.language, member.appearance) == ("", "")


def test_a_name_with_an_invisible_character_is_refused(client: Client) -> None:
    answer = client.post("/account/profile", {"display_name": "mi\u202ena"})
    assert answer.status_code == 400
    assert "cannot be seen" in answer.content.decode()


@pytest.mark.parametrize(
    ("password", "part"),
    [
        ("1234567", "shorter than 8"),
        ("password1", "one of the first"),
        ("lookin-2026", "a name that everybody here knows"),
        ("김민아 김민아 김민아", "a name that everybody here knows"),
        ("x" * 1025, "longer than 1024"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(
    client: Client, password: str, part: str
) -> None:
    answer = client.post("/account/password", {"password": PASSWORD, "new_password": password})
    assert answer.status_code == 400
    assert part in answer.content.decode()


@pytest.mark.parametrize(
    "password", ["창밖을 보는 고양이", "  spaces  at  ends  ", "🌊🌊🌊🌊🌊🌊🌊🌊", "y" * 1024]
)
def test_any_long_text_is_a_password_and_is_kept_exactly(
    client: Client, member: User, password: str
) -> None:
    fields = {"password": PASSWORD, "new_password": password}
    assert client.post("/account/password", fields).status_code == 303
    assert sign_in(Client(), member, password).status_code == 303
    assert sign_in(Client(), member, password.strip() + "!").status_code == 401


def test_a_new_password_ends_every_other_session_and_keeps_this_one(
    client: Client, member: User
) -> None:
    other = Client()
    sign_in(other, member)
    before = client.session.session_key
    fields = {"password": PASSWORD, "new_password": "another long sentence"}
    client.post("/account/password", fields)
    assert client.get("/account/").status_code == 200
    assert client.session.session_key != before
    assert other.get("/account/").status_code == 302


def test_the_password_is_not_changed_without_the_old_one(client: Client, member: User) -> None:
    fields = {"password": "wrong", "new_password": "another long sentence"}
    assert client.post("/account/password", fields).status_code == 401
    assert sign_in(Client(), member).status_code == 303


def test_other_sessions_end_and_this_one_goes_on(client: Client, member: User) -> None:
    other = Client()
    sign_in(other, member)
    client.post("/account/sessions/end")
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_a_device_is_listed_and_forgotten_by_its_owner_only(
    client: Client, member: User, teacher: User
) -> None:
    device = Device.objects.get()
    stranger = Client()
    sign_in(stranger, teacher)
    address = f"/account/devices/{device.pk}/forget"
    assert stranger.post(address).status_code == 404
    assert str(device.pk) in client.get("/account/").content.decode()
    assert client.post(address).status_code == 303
    assert not Device.objects.filter(pk=device.pk).exists()


def test_a_device_not_to_be_remembered_leaves_no_trust(member: User) -> None:
    client = Client()
    client.post("/login", {"username": member.username, "password": PASSWORD})
    assert not Device.objects.exists()


def test_the_name_is_filled_in_on_a_remembered_device_until_forgotten(
    client: Client, member: User
) -> None:
    client.post("/logout")
    assert 'value="김민아"' in client.get("/login").content.decode()
    client.post("/login/forget")
    assert 'value="김민아"' not in client.get("/login").content.decode()


def test_a_device_cookie_that_was_changed_is_nobodys(client: Client) -> None:
    client.post("/logout")
    client.cookies["lookin_device"] = client.cookies["lookin_device"].value[:-2] + "xx"
    assert 'value="김민아"' not in client.get("/login").content.decode()


def test_the_device_cookie_is_out_of_reach_of_scripts(client: Client) -> None:
    cookie = client.cookies["lookin_device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_behind_https_the_device_cookie_is_bound_to_this_very_host(
    member: User, settings: Any
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    client = Client()
    sign_in(client, member)
    cookie = client.cookies["__Host-lookin_device"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
