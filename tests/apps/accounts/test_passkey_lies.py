"""Passkeys against people who lie: replays, other origins, other sessions, copies, broken bytes."""

from __future__ import annotations

import dataclasses
import json
import struct
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from lookin.apps.accounts import services, throttle
from lookin.apps.accounts.models import AuditEvent, OneTimeToken, Passkey, User
from lookin.apps.accounts.passkeys.address import place_of
from lookin.apps.accounts.passkeys.webauthn import (
    ANSWER_LENGTH,
    BadAnswerError,
    Key,
    Place,
    check_assertion,
    check_creation,
    read_answer,
)
from lookin.core.lib.clock import now
from tests.apps.accounts.authenticator import BE, BS, UP, UV, Authenticator, b64, unb64
from tests.apps.accounts.conftest import PASSWORD
from tests.apps.accounts.test_passkeys import add, begin, enter, finish, signed_in

pytestmark = pytest.mark.django_db
HERE = Place("localhost", "http://localhost", "Here")
CHALLENGE = b64(bytes(32))
CREATION = {"challenge": CHALLENGE, "user": {"id": b64(b"somebody")}}


def refused(answer: Any, code: str = "passkey_failed", status: int = 401) -> bool:
    """Whether the answer is that refusal, and nobody is signed in by it."""
    return (answer.status_code, answer.json()["code"]) == (status, code)


def test_what_was_answered_once_is_worth_nothing_the_second_time(member: User) -> None:
    device, client = add(member), Client()
    answer = device.get(begin(client, "sign-in").json()["options"])
    assert finish(client, "sign-in", answer).status_code == 200
    assert refused(finish(client, "sign-in", answer), "passkey_over", 410)
    assert refused(finish(Client(), "sign-in", answer), "passkey_over", 410)


def test_a_wrong_answer_uses_the_challenge_up_too(member: User) -> None:
    device, client = add(member), Client()
    answer = device.get(begin(client, "sign-in").json()["options"])
    broken = json.loads(json.dumps(answer))
    broken["response"]["signature"] = b64(bytes(70))
    assert refused(finish(client, "sign-in", broken))
    assert refused(finish(client, "sign-in", answer), "passkey_over", 410)


def test_a_challenge_belongs_to_its_session_its_use_and_its_person(
    member: User, teacher: User
) -> None:
    device, other = add(member), add(teacher)
    mine, stranger = signed_in(member), Client()
    begin(stranger, "sign-in")
    for client, use, drawn in (
        (stranger, "sign-in", Client()),  # of another browser, as a phisher passes it on
        (mine, "confirm", Client()),
        (mine, "confirm", mine),  # for signing in
    ):
        answer = device.get(begin(drawn, "sign-in").json()["options"])
        assert refused(finish(client, use, answer), "passkey_over", 410)
    theirs = other.get(begin(signed_in(teacher), "confirm").json()["options"])
    assert refused(finish(mine, "confirm", theirs), "passkey_over", 410)
    made = Authenticator().create(begin(signed_in(teacher), "add").json()["options"])
    assert refused(finish(mine, "add", made), "passkey_over", 410)


def test_a_challenge_is_over_after_five_minutes(member: User) -> None:
    device, client = add(member), Client()
    answer = device.get(begin(client, "sign-in").json()["options"])
    OneTimeToken.objects.update(expires_at=now() - timedelta(seconds=1))
    assert refused(finish(client, "sign-in", answer), "passkey_over", 410)
    begin(client, "sign-in")
    assert OneTimeToken.objects.filter(purpose="key").count() == 1


def test_a_challenge_nobody_drew_is_no_challenge(member: User) -> None:
    device, client = add(member), Client()
    begin(client, "sign-in")
    for invented in (b64(bytes(32)), "", "A", "\0" * 43, "가" * 43):
        assert finish(client, "sign-in", device.get({"challenge": invented})).status_code in (
            401, 410,
        )  # fmt: skip
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://localhost"}, {"origin": "http://localhost:8000"},
        {"origin": "http://evil.example"}, {"origin": "http://sub.localhost"},
        {"origin": "http://localhost.evil.example"}, {"origin": "null"}, {"origin": ""},
        {"host": "evil.example"}, {"host": "sub.localhost"}, {"host": "LOCALHOST"},
        {"flags": UP}, {"flags": UP | BE | BS}, {"flags": UV}, {"flags": UP | UV | BS},
        {"client_data": {"type": "webauthn.create"}}, {"client_data": {"type": "payment.get"}},
        {"client_data": {"crossOrigin": True}}, {"client_data": {"crossOrigin": "no"}},
        {"handle": b""}, {"handle": b"somebody else"},
    ],
)  # fmt: skip
def test_one_thing_that_is_not_true_is_enough(member: User, change: dict[str, Any]) -> None:
    device, client = add(member), Client()
    for name, value in change.items():
        setattr(device, name, value)
    assert refused(enter(client, device))
    assert client.get("/account/").status_code == 302
    failed = AuditEvent.objects.get(event="sign_in_failed")
    assert failed.detail.startswith("passkey: ")
    assert "evil" not in failed.detail


@pytest.mark.parametrize("sender", ["https://sub.learn.example.org", "https://example.org"])
def test_a_page_of_a_sibling_host_cannot_use_what_it_was_given(
    member: User, settings: Any, sender: str
) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "testserver", ".example.org"]
    device, client = add(member), Client()
    secure = {"HTTP_HOST": "learn.example.org", "wsgi.url_scheme": "https"}
    drawn = client.post("/ajax/passkeys/sign-in/begin", **secure).json()["options"]  # type: ignore[arg-type]
    assert drawn["rpId"] == "learn.example.org"
    device.host, device.origin = "learn.example.org", sender
    sent = {"credential": json.dumps(device.get(drawn))}
    assert refused(client.post("/ajax/passkeys/sign-in", sent, **secure))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "scheme", "known_as"),
    [
        ("Learn.Example.org", "https", ("learn.example.org", "https://learn.example.org")),
        ("learn.example.org:443", "https", ("learn.example.org", "https://learn.example.org")),
        (
            "learn.example.org:8443",
            "https",
            ("learn.example.org", "https://learn.example.org:8443"),
        ),
        ("localhost:80", "http", ("localhost", "http://localhost")),
        ("a.localhost:8000", "http", ("a.localhost", "http://a.localhost:8000")),
    ],
)
def test_a_place_is_known_by_what_browsers_call_it(
    settings: Any, host: str, scheme: str, known_as: tuple[str, str]
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    request = RequestFactory().get("/login", HTTP_HOST=host, **{"wsgi.url_scheme": scheme})
    place = place_of(request)
    assert (place.host, place.origin) == known_as


def test_the_key_of_another_person_signs_nobody_else_in(member: User, teacher: User) -> None:
    mine, theirs = add(member), add(teacher)
    theirs.credential_id, theirs.handle = mine.credential_id, mine.handle
    assert refused(enter(Client(), theirs))
    assert AuditEvent.objects.get(event="sign_in_failed").detail == "passkey: Invalid signature."


def test_a_credential_id_belongs_to_who_had_it_first(member: User, teacher: User) -> None:
    mine = add(member)
    copy = Authenticator(credential_id=mine.credential_id)
    client = signed_in(teacher)
    answer = copy.create(begin(client, "add").json()["options"])
    assert refused(finish(client, "add", answer), "passkey_known", 409)
    assert Passkey.objects.get().person == member


@pytest.mark.parametrize(("kept", "said"), [(5, 5), (5, 4), (5, 0)])
def test_a_counter_that_does_not_grow_is_a_copy(member: User, kept: int, said: int) -> None:
    device = add(member)
    device.count = kept
    enter(Client(), device)
    device.count = said
    assert refused(enter(Client(), device))
    assert AuditEvent.objects.get(event="sign_in_failed").detail == "passkey: its counter went back"
    assert Passkey.objects.get().sign_count == kept
    device.count = kept + 1
    assert enter(Client(), device).status_code == 200


def test_the_words_are_the_same_whatever_is_wrong_with_the_person(member: User) -> None:
    device, unknown = add(member), Authenticator(handle=member.pk.bytes)
    words = [enter(Client(), unknown).content]
    services.set_active(member, active=False, origin=services.HERE)
    words.append(enter(Client(), device).content)
    services.set_active(member, active=True, origin=services.HERE)
    Passkey.objects.all().delete()
    words.append(enter(Client(), device).content)
    assert len(set(words)) == 1


def test_a_deactivated_person_adds_and_proves_nothing(member: User) -> None:
    device, client = add(member), signed_in(member)
    answer = device.get(begin(client, "confirm").json()["options"])
    services.set_active(member, active=False, origin=services.HERE)
    assert finish(client, "confirm", answer).status_code == 401
    assert begin(client, "add").status_code == 401


def test_a_new_key_must_be_verified_here_and_of_a_kind_that_was_asked_for(member: User) -> None:
    client = signed_in(member)
    weak = rsa.generate_private_key(65537, 1024).public_key().public_numbers()
    n = b"\x58\x80" + weak.n.to_bytes(128)
    good = Authenticator().cose()
    wrong: list[tuple[Authenticator, bytes | None]] = [
        (Authenticator(flags=UP), None),
        (Authenticator(origin="http://evil.example"), None),
        (Authenticator(host="evil.example"), None),
        (Authenticator(client_data={"type": "webauthn.get"}), None),
        (Authenticator(credential_id=b"short"), None),
        (Authenticator(credential_id=bytes(1024)), None),
        (Authenticator(), b"\xa4\x01\x03\x03\x39\x01\x00\x20" + n + b"\x21\x43\x01\x00\x01"),
        (Authenticator(), good.replace(b"\x03\x26", b"\x03\x24")),  # an algorithm of no name
        (Authenticator(), good.replace(b"\x20\x01", b"\x20\x02")),  # another curve
        (Authenticator(), good[:-32] + bytes(32)),  # not on the curve
        (Authenticator(), b"\xa0"),
    ]
    for device, cose in wrong:
        answer = device.create(begin(client, "add").json()["options"], cose=cose)
        assert refused(finish(client, "add", answer), "passkey_bad", 400), (device, cose)
    assert not Passkey.objects.exists()


def test_guesses_slow_their_address_down_and_nobody_else(member: User) -> None:
    device, client = add(member), Client()
    slot = int(now().timestamp()) // 600
    for _ in range(300):
        throttle.claim_attempt(throttle.FROM_ADDRESS, f"127.0.0.1 {slot}", now=now())
    options = begin(client, "sign-in").json()["options"]
    late = finish(client, "sign-in", device.get(options))
    assert refused(late, "too_many_attempts", 429)
    away = {"REMOTE_ADDR": "192.0.2.44"}
    elsewhere = Client(**away)  # type: ignore[arg-type]
    assert enter(elsewhere, device).status_code == 200


def test_signing_in_needs_the_form_token(member: User) -> None:
    device, client = add(member), Client(enforce_csrf_checks=True)
    assert begin(client, "sign-in").status_code == 403
    answer = device.get({"challenge": CHALLENGE})
    assert finish(client, "sign-in", answer).status_code == 403


def test_an_unsafe_next_leads_to_the_desk(member: User) -> None:
    device = add(member)
    for wanted in ("//evil.example", "https://evil.example", "/\\evil.example", "x" * 9000):
        assert enter(Client(), device, next=wanted).json()["next"] == "/service"


def test_the_session_key_is_a_new_one_after_sign_in(member: User) -> None:
    device, client = add(member), Client()
    begin(client, "sign-in")
    before = client.session.session_key
    enter(client, device)
    assert client.session.session_key != before


DEEP = b"\x81" * 9_000
LONG = b"\x9b" + b"\xff" * 8  # an array that says it has 2⁶⁴ - 1 items
MAPS = b"\xbb" + b"\xff" * 8 + b"\xa0\x00"  # a map whose first key is a map


@pytest.mark.parametrize("cbor", [b"", b"\x00", DEEP, LONG, LONG + bytes(5000), MAPS, b"\xff" * 99])
def test_broken_cbor_is_refused_and_never_fails(member: User, cbor: bytes) -> None:
    client = signed_in(member)
    device = Authenticator()
    options = begin(client, "add").json()["options"]
    answer = device.create(options)
    answer["response"]["attestationObject"] = b64(cbor)
    assert finish(client, "add", answer).json()["code"] == "passkey_bad"
    answer = device.create(begin(client, "add").json()["options"], cose=cbor)
    assert finish(client, "add", answer).json()["code"] == "passkey_bad"


@pytest.mark.parametrize(
    "sent", ["", "null", "[]", "{}", "0", '"x"', "{" * 9000, "[" * 15_000, "x" * 2_000_000,
             '{"response": {"clientDataJSON": "e30"}}', '{"response": null}', "9" * 6000,
             '{"response": {"clientDataJSON": 7}}', "\ud800".encode("utf8", "replace").decode()],
)  # fmt: skip
def test_what_is_no_answer_at_all_is_refused_and_never_fails(member: User, sent: str) -> None:
    begin(client := Client(), "sign-in")
    answer = client.post("/ajax/passkeys/sign-in", {"credential": sent}, HTTP_HOST="localhost")
    assert refused(answer)
    assert Client().post("/ajax/passkeys/sign-in", HTTP_HOST="localhost").status_code == 401


def proven(device: Authenticator, change: Callable[[bytes], bytes], part: str) -> int:
    """The counter of an answer, one part of which was changed on its way."""
    answer = device.get({"challenge": CHALLENGE})
    answer["response"][part] = b64(change(unb64(answer["response"][part])))
    key = Key(device.credential_id, device.cose(), 0)
    return check_assertion(HERE, CHALLENGE, read_answer(json.dumps(answer)), key)


@given(
    st.sampled_from(["authenticatorData", "clientDataJSON", "signature"]), st.integers(0, 10_000)
)
def test_a_bit_that_turned_over_is_noticed(part: str, number: int) -> None:
    device = Authenticator(count=7)
    assert proven(device, lambda true: true, "signature") == 7

    def turned(true: bytes) -> bytes:
        return (int.from_bytes(true) ^ (1 << number % (len(true) * 8))).to_bytes(len(true))

    with pytest.raises(BadAnswerError):
        proven(device, turned, part)


@given(st.binary(max_size=300), st.binary(max_size=300), st.integers(0, 255))
def test_no_bytes_break_the_reader(some: bytes, more: bytes, flags: int) -> None:
    device = Authenticator()
    data = device.data(UP | UV)[:32] + struct.pack(">BI", flags, 0) + more
    for made in (some, b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"
                 + struct.pack(">H", len(data)) + data):  # fmt: skip
        answer = device.create(CREATION)
        answer["response"]["attestationObject"] = b64(made)
        with pytest.raises(BadAnswerError):
            check_creation(HERE, CHALLENGE, read_answer(json.dumps(answer)))
    proof = device.get(CREATION)
    proof["response"]["authenticatorData"] = b64(more)
    key = Key(device.credential_id, some, 0)
    with pytest.raises(BadAnswerError):
        check_assertion(HERE, CHALLENGE, read_answer(json.dumps(proof)), key)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(json_values, st.sampled_from(["id", "rawId", "type", "clientExtensionResults", "response"]))
def test_no_json_breaks_the_reader(value: Any, name: str) -> None:
    device = Authenticator()
    key = Key(device.credential_id, device.cose(), 0)
    for made, check in (
        (device.create(CREATION), lambda a: check_creation(HERE, CHALLENGE, a)),
        (device.get(CREATION), lambda a: check_assertion(HERE, CHALLENGE, a, key)),
    ):
        for place in (made, made["response"]):
            changed = {**place, name: value}
            sent = changed if place is made else {**made, "response": changed}
            try:
                check(read_answer(json.dumps(sent)[:ANSWER_LENGTH]))
            except BadAnswerError:
                continue


def test_whoever_asks_for_passkeys_without_end_is_slowed_and_leaves_no_more_rows(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = dataclasses.replace(throttle.ASKED_BY_ADDRESS, delay=lambda n: 0.0 if n < 3 else 60.0)
    monkeypatch.setattr(throttle, "ASKED_BY_ADDRESS", rule)
    asked = [begin(Client(), "sign-in").status_code for _ in range(6)]
    assert asked == [200, 200, 200, 429, 429, 429]
    assert (OneTimeToken.objects.count(), Session.objects.count()) == (3, 3)
    client = Client()
    assert client.post("/login", {"username": "김민아", "password": PASSWORD}).status_code == 303
