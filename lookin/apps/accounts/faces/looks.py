"""Whose face it is: one attempt to be recognised, and the ticket that a seen face earns.

Not for pictures (core/faces looks at them) nor for the conversation with the browser (consumers).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet

from lookin.apps.accounts import throttle
from lookin.apps.accounts.audit import Origin, record_event
from lookin.apps.accounts.faces.store import opened_templates
from lookin.apps.accounts.models import Device, Role, User
from lookin.apps.accounts.names import name_key
from lookin.apps.accounts.tokens import Purpose, hash_secret, make_token, use_token
from lookin.core.faces.arrays import Floats
from lookin.core.faces.matching import (
    identify,
    make_template,
    threshold_for_gallery,
    verify,
)
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError

TICKET_LASTS = timedelta(seconds=60)


@dataclass(frozen=True)
class Look:
    """One attempt to be recognised: the device, the name typed or "", and the good frames."""

    device: Device
    name: str
    probes: Sequence[Floats]
    origin: Origin


def check_may_look(device: Device, name: str) -> None:
    """Raise at once what `recognise` would raise whoever is in the picture, and count nothing.

    Raises LookinError: `too_many_attempts`, `attempts_used_up`, `admin_needs_password`.
    """
    moment = now()
    throttle.check_attempts(throttle.OF_DEVICE_FACES, str(device.pk), now=moment)
    person = _named(device, name) if name else None
    if person is not None:
        throttle.check_attempts(throttle.OF_FACE, str(person.pk), now=moment)
        _refuse_admin(person)


def recognise(look: Look) -> User:
    """The person that the frames show: the named one, or whoever it is of those allowed here.

    Raises LookinError: `not_recognised`, `face_near_tie`, `admin_needs_password`, and the limits
    of `check_may_look`. Says nothing about who exists: an unknown name, somebody who never signed
    in on this device and a face that does not match are the same refusal.
    """
    throttle.claim_attempt(throttle.OF_DEVICE_FACES, str(look.device.pk), now=now())
    try:
        make_template(look.probes)  # raises when the frames change from one person to another
        person = _verified(look) if look.name else _identified(look)
    except LookinError as error:
        record_event("sign_in_failed", look.origin, name=look.name, detail=f"face: {error.code}")
        raise
    for rule, key in (
        (throttle.OF_FACE, person.pk),
        (throttle.OF_DEVICE_FACES, look.device.pk),
    ):
        throttle.clear_attempts(rule, str(key))
    return person


def make_ticket(person: User, device: Device, nonce: str) -> str:
    """What the page brings to /login/face: good once, for a minute, in this very browser."""
    return make_token(
        Purpose.FACE, now=now(), life=TICKET_LASTS, person=person, bound_to=_bound(device, nonce)
    )


def redeem_ticket(ticket: str, device: Device | None, nonce: str) -> User:
    """The person of a ticket. Raises LookinError (code `ticket_over`)."""
    try:
        if device is None or not nonce:
            raise ticket_over()
        bound_to = _bound(device, nonce)
        person = use_token(ticket, {Purpose.FACE}, now=now(), bound_to=bound_to).person
    except LookinError as error:
        raise ticket_over() from error
    # A minute is long enough for an admin to act.
    if person is None or not _allowed_here(device).filter(pk=person.pk).exists():
        raise ticket_over()
    _refuse_admin(person)
    return person


def ticket_over() -> LookinError:
    """The refusal of a ticket that is used, late, or from another browser."""
    return LookinError(
        "That look is too long ago.",
        "Look again, or use your password.",
        code="ticket_over",
        status=401,
    )


def _verified(look: Look) -> User:
    person = _named(look.device, look.name)
    if person is None:
        raise _not_recognised()
    throttle.claim_attempt(throttle.OF_FACE, str(person.pk), now=now())
    _refuse_admin(person)
    template = opened_templates([person.face]).get(str(person.pk))
    if (
        template is None
        or not verify(template, look.probes, threshold=settings.FACE_VERIFY_DISTANCE).matches
    ):
        raise _not_recognised()
    return person


def _identified(look: Look) -> User:
    people = {str(person.pk): person for person in _allowed_here(look.device)}
    gallery = opened_templates([person.face for person in people.values()])
    found = identify(
        gallery,
        look.probes,
        threshold=_identify_distance(len(gallery)),
        margin=settings.FACE_MARGIN,
    )
    if found.reason == "near_tie":
        raise LookinError(
            "Two people here look much alike to the camera.",
            "Type your name, then look again.",
            code="face_near_tie",
            status=401,
        )
    if found.person is None:
        raise _not_recognised()
    person = people[found.person]
    throttle.check_attempts(throttle.OF_FACE, str(person.pk), now=now())
    _refuse_admin(person)
    return person


def _identify_distance(gallery: int) -> float:
    # Never looser than with a name: else whoever wants a worse check leaves the name out.
    falling = threshold_for_gallery(settings.FACE_IDENTIFY_DISTANCE, gallery)
    return min(settings.FACE_VERIFY_DISTANCE, falling)


def _allowed_here(device: Device) -> QuerySet[User]:
    """People with a face who may use it on this device: members on a classroom device, else those
    who proved a password here (admins among them, to be told that they need it again)."""
    people = User.objects.filter(is_active=True, face__isnull=False).select_related("face")
    if device.is_classroom:
        return people.filter(role=Role.MEMBER)
    return people.filter(trusts__device=device)


def _named(device: Device, name: str) -> User | None:
    return _allowed_here(device).filter(username_key=name_key(name)).first()


def _refuse_admin(person: User) -> None:
    if person.is_admin:
        raise LookinError(
            "An admin signs in with a password, never with the face alone.",
            "Type your password.",
            code="admin_needs_password",
            status=403,
        )


def _not_recognised() -> LookinError:
    return LookinError(
        "We did not recognise you.",
        "Try once more in even light, or use your password.",
        code="not_recognised",
        status=401,
    )


def _bound(device: Device, nonce: str) -> str:
    return hash_secret(f"{device.pk} {nonce}")
