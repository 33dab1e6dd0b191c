"""Passkeys as people use them: add, sign in without a name, prove oneself, rename, remove."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from lookin.apps.accounts import sessions, throttle
from lookin.apps.accounts.models import AuditEvent, Device, Passkey, User
from lookin.apps.accounts.passkeys import keys
from lookin.core.lib.clock import now
from tests.apps.accounts.authenticator import Authenticator
from tests.apps.accounts.conftest import PASSWORD, sign_in

pytestmark = pytest.mark.django_db
WEB = {"HTTP_HOST": "localhost"}


def begin(client: Client, use: str, **fields: str) -> Any:
    """The first post of a ceremony."""
    return client.post(f"/ajax/passkeys/{use}/begin", fields, **WEB)


def finish(client: Client, use: str, answer: Any, **fields: str) -> Any:
    """The second post, with what the device said."""
    return client.post(f"/ajax/passkeys/{use}", {"credential": json.dumps(answer), **fields}, **WEB)


def signed_in(person: User) -> Client:
    """A browser that the person signed in on with the password."""
    client = Client()
    assert sign_in(client, person).status_code == 303
    return client


def add(person: User, device: Authenticator | None = None) -> Authenticator:
    """A passkey of the person's, made as the page makes it."""
    device, client = device or Authenticator(), signed_in(person)
    made = finish(client, "add", device.create(begin(client, "add").json()["options"]))
    assert made.status_code == 200, made.content
    return device


def enter(client: Client, device: Authenticator, **fields: str) -> Any:
    """Sign in with the passkey."""
    options = begin(client, "sign-in").json()["options"]
    return finish(client, "sign-in", device.get(options), **fields)


def test_a_passkey_signs_in_without_a_name(member: User) -> None:
    device, client = add(member), Client()
    answer = enter(client, device, next="/account/")
    assert answer.json() == {"error": 0, "name": "민아", "next": "/account/"}
    assert "김민아" in client.get("/account/").content.decode()
    assert AuditEvent.objects.filter(event="signed_in", detail="passkey", person=member).exists()
    assert Passkey.objects.get().used_at is not None


def test_it_is_a_strong_proof_for_an_admin_too(admin: User) -> None:
    device, client = add(admin), Client()
    enter(client, device)
    assert client.get("/people/").status_code == 200
    assert sessions.is_confirmed(client.session)


def test_it_trusts_the_device_when_the_box_is_ticked(member: User) -> None:
    device = add(member)
    Device.objects.all().delete()
    enter(Client(), device)
    assert not member.trusts.exists()
    enter(Client(), device, remember="on")
    assert member.trusts.count() == 1


def test_it_ends_the_limits_of_the_face_as_a_password_does(member: User) -> None:
    device = add(member)
    for _ in range(5):
        throttle.claim_attempt(throttle.OF_FACE, str(member.pk), now=now())
    enter(Client(), device)
    throttle.check_attempts(throttle.OF_FACE, str(member.pk), now=now())


def test_the_options_ask_for_verification_and_name_nobody(member: User) -> None:
    add(member)
    options = begin(Client(), "sign-in").json()["options"]
    assert options.pop("challenge")
    assert options == {"rpId": "localhost", "userVerification": "required", "timeout": 300_000}


def test_a_new_one_is_asked_for_with_verification_and_without_those_there_are(member: User) -> None:
    device = add(member)
    options = begin(signed_in(member), "add").json()["options"]
    chosen = options["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    kept = [Authenticator(credential_id=device.credential_id).get(options)["id"]]
    assert [one["id"] for one in options["excludeCredentials"]] == kept
    assert [one["alg"] for one in options["pubKeyCredParams"]] == [-7, -8, -257]
    assert options["attestation"] == "none"
    assert member.username == options["user"]["name"]


def test_adding_asks_for_the_password_when_the_proof_is_old(member: User) -> None:
    client = signed_in(member)
    _forget_proof(client)
    assert begin(client, "add").status_code == 401
    assert begin(client, "add", password="wrong").json()["code"] == "sign_in_failed"
    assert begin(client, "add", password=PASSWORD).status_code == 200


def test_what_was_begun_in_time_is_not_finished_later(member: User) -> None:
    client = signed_in(member)
    answer = Authenticator().create(begin(client, "add").json()["options"])
    _forget_proof(client)
    assert finish(client, "add", answer).json()["code"] == "unconfirmed"
    assert not Passkey.objects.exists()


def test_a_passkey_is_a_fresh_proof(member: User) -> None:
    device, client = add(member), signed_in(member)
    _forget_proof(client)
    before = client.session.session_key
    answer = device.get(begin(client, "confirm").json()["options"])
    assert finish(client, "confirm", answer).status_code == 200
    assert sessions.is_confirmed(client.session)
    assert client.session.session_key != before
    assert begin(client, "add").status_code == 200


def test_somebody_elses_passkey_proves_nothing_for_me(member: User, teacher: User) -> None:
    theirs, client = add(teacher), signed_in(member)
    _forget_proof(client)
    answer = theirs.get(begin(client, "confirm").json()["options"])
    assert finish(client, "confirm", answer).json()["code"] == "passkey_failed"
    assert not sessions.is_confirmed(client.session)


def test_a_classroom_device_uses_passkeys_and_keeps_none(member: User) -> None:
    device, client = add(member), signed_in(member)
    options = begin(client, "add").json()["options"]
    Device.objects.filter(trusts__person=member).update(is_classroom=True)
    assert begin(client, "add").json()["code"] == "everybodys_device"
    made = finish(client, "add", Authenticator().create(options))
    assert (made.status_code, made.json()["code"]) == (409, "everybodys_device")
    part = client.get("/account/", **WEB).content.decode().split('id="passkeys"')[1]
    assert "belongs to the classroom" in part
    assert "passkey-adding" not in part
    client.post("/logout")
    assert enter(client, device).status_code == 200
    assert member.passkeys.count() == 1


def test_it_has_the_name_of_its_browser_until_it_gets_another(member: User) -> None:
    client = signed_in(member)
    options = begin(client, "add").json()["options"]
    client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/149.0"
    finish(client, "add", Authenticator().create(options))
    passkey = Passkey.objects.get()
    assert passkey.label == "Chrome, Windows"
    client.post(f"/account/passkeys/{passkey.pk}/rename", {"label": " My\nphone\0 " + "x" * 99})
    passkey.refresh_from_db()
    assert passkey.label.startswith("Myphone x")
    assert len(passkey.label) == 80
    client.post(f"/account/passkeys/{passkey.pk}/rename", {"label": " \n "})
    assert Passkey.objects.get().label == passkey.label


def test_a_removed_one_opens_nothing_and_ends_other_sessions(member: User) -> None:
    device, client, elsewhere = add(member), signed_in(member), Client()
    enter(elsewhere, device)
    passkey = Passkey.objects.get()
    answer = client.post(f"/account/passkeys/{passkey.pk}/remove")
    assert (answer.status_code, answer["Location"]) == (303, "/account/#passkeys")
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert enter(Client(), device).json()["code"] == "passkey_failed"
    assert AuditEvent.objects.filter(event="passkey_removed", person=member).exists()


def test_removing_asks_for_the_password_when_the_proof_is_old(member: User) -> None:
    add(member)
    client, passkey = signed_in(member), Passkey.objects.get()
    _forget_proof(client)
    answer = client.post(f"/account/passkeys/{passkey.pk}/remove", {"password": "wrong"})
    assert answer.status_code == 401
    assert "do not belong together" in answer.content.decode().split('id="passkeys"')[1]
    assert Passkey.objects.exists()
    client.post(f"/account/passkeys/{passkey.pk}/remove", {"password": PASSWORD})
    assert not Passkey.objects.exists()


def test_owner_member_and_outsider_have_each_their_own(
    member: User, teacher: User, admin: User
) -> None:
    add(member)
    Passkey.objects.update(label="Mina’s phone")
    mine = Passkey.objects.get()
    for other in (teacher, admin):
        client = signed_in(other)
        for what in ("rename", "remove"):
            answer = client.post(f"/account/passkeys/{mine.pk}/{what}", {"label": "stolen"})
            assert answer.status_code == 404
        assert mine.label not in client.get("/account/").content.decode()
    assert Passkey.objects.get().label == mine.label


@pytest.mark.parametrize(
    "wrong", ["0", "-1", "x", "٣", "9" * 18, "9" * 5000, "00000000-0000-4000-8000-0"]
)
def test_a_number_that_is_no_passkeys_is_not_there(member: User, wrong: str) -> None:
    assert signed_in(member).post(f"/account/passkeys/{wrong}/remove").status_code == 404


def test_twenty_are_kept_and_no_more(member: User) -> None:
    client = signed_in(member)
    for _ in range(keys.MOST - 1):
        Passkey.objects.create(person=member, credential_id=Authenticator().credential_id)
    first, second = (begin(client, "add").json()["options"] for _ in "ab")
    assert len(first["excludeCredentials"]) == keys.MOST - 1
    assert finish(client, "add", Authenticator().create(first)).status_code == 200
    late = finish(client, "add", Authenticator().create(second))
    assert (late.status_code, late.json()["code"]) == (409, "too_many_passkeys")
    assert begin(client, "add").json()["code"] == "too_many_passkeys"
    assert member.passkeys.count() == keys.MOST


def test_a_person_who_goes_takes_the_passkeys_along(member: User) -> None:
    device = add(member)
    member.delete()
    assert not Passkey.objects.exists()
    assert enter(Client(), device).json()["code"] == "passkey_failed"


@pytest.mark.parametrize(
    ("host", "words"),
    [("127.0.0.1", "localhost"), ("192.0.2.7", "is a number"), ("[::1]:8000", "localhost"),
     ("learn.example.org", "HTTPS")],
)  # fmt: skip
def test_where_browsers_keep_no_passkeys_the_button_is_absent_and_the_account_says_why(
    member: User, settings: Any, host: str, words: str
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client = signed_in(member)
    assert "passkey-use" not in Client().get("/login", HTTP_HOST=host).content.decode()
    page = client.get("/account/", HTTP_HOST=host).content.decode()
    assert words in page.split('id="passkeys"')[1]
    assert "passkey-use" not in page
    for use in ("sign-in", "confirm", "add"):
        answer = client.post(f"/ajax/passkeys/{use}/begin", HTTP_HOST=host)
        assert (answer.status_code, answer.json()["code"]) == (409, "no_passkeys_here")


def _forget_proof(client: Client) -> None:
    session = client.session
    del session[sessions.CONFIRMED_AT]
    session.save()
