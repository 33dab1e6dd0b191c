"""A passkey as proof of who somebody is: to sign in, or once more for what asks for it.

It counts for two factors: the device, and the finger, face or code that opened the key in it. Not
for opening sessions: signin.py does.
"""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest

from lookin.apps.accounts import sessions, throttle
from lookin.apps.accounts.audit import origin_of, record_event
from lookin.apps.accounts.models import Passkey, User
from lookin.apps.accounts.passkeys import keys
from lookin.apps.accounts.passkeys.address import place_of
from lookin.apps.accounts.passkeys.challenges import spend_challenge
from lookin.apps.accounts.passkeys.webauthn import (
    Answer,
    BadAnswerError,
    Key,
    Place,
    check_assertion,
    read_answer,
)
from lookin.apps.accounts.signin import claim_address
from lookin.core.lib.errors import LookinError


def check_passkey(request: HttpRequest, sent: str) -> User:
    """The active person whose passkey made the answer `sent` to a challenge of this session.

    Raises LookinError: `passkey_failed` (401), the same for every reason; `passkey_over` (410);
    `no_passkeys_here` (409); `too_many_attempts` (429).
    """
    return _check(request, sent, None)


def confirm_passkey(request: HttpRequest, sent: str) -> None:
    """The signed-in person proves it again, for what asks for that. Raises as `check_passkey`."""
    person = request.user
    assert isinstance(person, User)
    _check(request, sent, person)
    sessions.confirm(request.session)
    sessions.change_key(request)


def _check(request: HttpRequest, sent: str, wanted: User | None) -> User:
    place, origin = place_of(request), origin_of(request)
    address = claim_address(origin)
    passkey = None
    try:
        answer = read_answer(sent)
        spend_challenge(answer.challenge, request.session, _use(wanted), wanted)
        passkey = _passkey_of(answer)
        _verify(place, answer, passkey, wanted)
    except BadAnswerError as error:
        person = passkey.person if passkey else None
        record_event("sign_in_failed", origin, person=person, detail=f"passkey: {error}")
        raise _failed() from error
    throttle.forgive_attempt(throttle.FROM_ADDRESS, address)
    return passkey.person


def _use(wanted: User | None) -> Literal["sign-in", "confirm"]:
    return "sign-in" if wanted is None else "confirm"


def _passkey_of(answer: Answer) -> Passkey:
    found = Passkey.objects.select_related("person").filter(credential_id=answer.credential_id)
    passkey = found.first()
    if passkey is None:
        raise BadAnswerError("not known here")
    return passkey


def _verify(place: Place, answer: Answer, passkey: Passkey, wanted: User | None) -> None:
    key = Key(bytes(passkey.credential_id), bytes(passkey.public_key), passkey.sign_count)
    count = check_assertion(place, answer.challenge, answer, key)
    person = passkey.person
    if answer.handle != keys.holder_of(person).handle:
        raise BadAnswerError("made for somebody else")
    if wanted is not None and wanted.pk != person.pk:
        raise BadAnswerError("somebody else's")
    if not person.is_active:
        raise BadAnswerError("of a deactivated person")
    if not keys.note_use(passkey, count):
        raise BadAnswerError("removed or used a moment ago")


def _failed() -> LookinError:
    return LookinError(
        "That passkey does not open anything here.",
        "Use your name and password, or another passkey.",
        code="passkey_failed",
        status=401,
    )
