"""How a person gets a new passkey: asked for after a fresh proof, kept when the device made it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from lookin.apps.accounts import sessions
from lookin.apps.accounts.access import person_of
from lookin.apps.accounts.audit import origin_of
from lookin.apps.accounts.devices import device_of
from lookin.apps.accounts.models import Passkey
from lookin.apps.accounts.passkeys import keys
from lookin.apps.accounts.passkeys.address import place_of
from lookin.apps.accounts.passkeys.challenges import make_challenge, spend_challenge
from lookin.apps.accounts.passkeys.webauthn import (
    BadAnswerError,
    check_creation,
    creation_options,
    read_answer,
)
from lookin.core.lib.errors import LookinError


def begin_adding(request: HttpRequest) -> dict[str, Any]:
    """What the browser shall ask a device for.

    Raises LookinError: `unconfirmed` (403), `everybodys_device` (409), `too_many_passkeys` (409).
    """
    person, place, session = person_of(request), place_of(request), request.session
    refuse_everybodys_device(request)
    check_confirmed(session)
    keys.check_room(person)
    challenge = make_challenge(session, "add", person)
    return creation_options(place, challenge, keys.holder_of(person), keys.known_ids(person))


def add_passkey(request: HttpRequest, sent: str, label: str) -> Passkey:
    """Keep what the device made for the signed-in person.

    Raises LookinError: `passkey_bad` (400), `passkey_over` (410), and as `begin_adding` and
    `keys.add_passkey`.
    """
    person, place = person_of(request), place_of(request)
    refuse_everybodys_device(request)
    check_confirmed(request.session)
    try:
        answer = read_answer(sent)
        spend_challenge(answer.challenge, request.session, "add", person)
        key = check_creation(place, answer.challenge, answer)
    except BadAnswerError as error:
        raise _bad() from error
    return keys.add_passkey(person, key, label, origin=origin_of(request))


def refuse_everybodys_device(request: HttpRequest) -> None:
    """Raises LookinError (code `everybodys_device`, 409) on a classroom device: whoever unlocks it
    could use what is kept in it."""
    device = device_of(request)
    if device is not None and device.is_classroom:
        raise LookinError(
            "This device belongs to the classroom, so no passkey of yours may be kept in it.",
            "Make one on a phone or computer of your own; it can be used here too.",
            code="everybodys_device",
            status=409,
        )


def check_confirmed(session: SessionBase) -> None:
    """Raises LookinError (code `unconfirmed`, 403)."""
    if not sessions.is_confirmed(session):
        raise LookinError(
            "It has been a while since you proved that it is you.",
            "Type your password, then try again.",
            code="unconfirmed",
            status=403,
        )


def _bad() -> LookinError:
    return LookinError(
        "That device did not make a passkey that can be used here. Nothing was changed.",
        "Try once more, or use another device.",
        code="passkey_bad",
        status=400,
    )
