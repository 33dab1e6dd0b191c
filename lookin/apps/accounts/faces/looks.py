"""Whose face it is: one attempt to be recognised, its limits, and the audit of every decision.

Not for pictures (core/faces looks at them), the conversation with the browser (consumers) nor for
what a recognised face earns (tickets.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from lookin.apps.accounts import throttle
from lookin.apps.accounts.audit import Origin, log_only, record_event
from lookin.apps.accounts.faces import streams, thresholds
from lookin.apps.accounts.faces.gallery import open_faces
from lookin.apps.accounts.faces.sealed import opened
from lookin.apps.accounts.faces.store import CONSENT_VERSION
from lookin.apps.accounts.faces.switch import refuse_when_off
from lookin.apps.accounts.models import Device, FaceTemplate, Role, User
from lookin.apps.accounts.names import name_key
from lookin.apps.accounts.tokens import forget_over
from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.matching import identify, make_template, verify
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError


@dataclass(frozen=True, repr=False)
class Look:
    """One attempt to be recognised: the device, the name typed or "", and the good frames."""

    device: Device
    name: str
    probes: Sequence[Floats]
    origin: Origin
    stream: bytes  # a coarse print of the camera's pictures, or b"" where liveness is off


def check_may_look(device: Device, name: str) -> None:
    """Raise at once what `recognise` would raise whoever is in the picture, and count nothing.

    Raises LookinError: `faces_off`, `too_many_attempts`, `attempts_used_up`, `name_needed`.
    """
    refuse_when_off()
    moment = now()
    throttle.check_attempts(throttle.OF_ABANDONED_LOOKS, str(device.pk), now=moment)
    throttle.check_attempts(throttle.OF_DEVICE_FACES, str(device.pk), now=moment)
    rule, key = _bucket(device, name)
    try:
        throttle.check_attempts(rule, key, now=moment)
    except LookinError as error:
        raise error if name else _name_needed() from error


def recognise(look: Look) -> User:
    """The person that the frames show: the named one, or whoever it is of those allowed here.

    Raises LookinError: `not_recognised`, `face_near_tie`, and what `check_may_look` raises. Says
    nothing about who exists: an unknown name, somebody who never signed in on this device and a
    face that does not match are the same refusal.
    """
    _claim(look.device, look.name, look.origin)
    try:
        # Raises when the frames change from one person to another.
        make_template(look.probes, max_spread=thresholds.spread())
        person = _verified(look) if look.name else _identified(look)
    except LookinError as error:
        _write_down(look.origin, look.name, error.code)
        raise
    if not streams.keep_stream(look.device, person, look.stream):
        _write_down(look.origin, look.name, "replay")
        raise not_recognised()
    if not look.name:
        throttle.forgive_attempt(*_bucket(look.device, ""))
    for rule, key in (
        (throttle.OF_FACE, person.pk),
        (throttle.OF_DEVICE_FACES, look.device.pk),
        (throttle.OF_ABANDONED_LOOKS, look.device.pk),
    ):
        throttle.clear_attempts(rule, str(key))
    record_event("face_recognised", look.origin, person=person)
    return person


def refuse(device: Device, name: str, origin: Origin, reason: str) -> LookinError:
    """Count a look that ended before anything was compared (no living face, say), and give the
    one refusal that people hear. `reason` goes to the audit only. Raises the limits."""
    _claim(device, name, origin)
    _write_down(origin, name, reason)
    return not_recognised()


def count_abandoned(device: Device) -> None:
    """Count a look that was broken off after its movements had been drawn."""
    try:
        throttle.claim_attempt(throttle.OF_ABANDONED_LOOKS, str(device.pk), now=now())
    except LookinError:
        return  # it is slowed already


def faces_here(device: Device) -> QuerySet[FaceTemplate]:
    """The faces that may be used on this device: those of members on a classroom device, else of
    people who proved a password or passkey here. Only with consent to the present text."""
    rows = FaceTemplate.objects.filter(person__is_active=True, consent_version=CONSENT_VERSION)
    if not device.is_classroom:
        return rows.filter(person__trusts__device=device)
    if device.expires_at is not None and device.expires_at <= now():
        return rows.none()
    return rows.filter(person__role=Role.MEMBER)


def not_recognised() -> LookinError:
    """One sentence for every reason."""
    return LookinError(
        "We did not recognise you.",
        "Try once more in even light, or use your password.",
        code="not_recognised",
        status=401,
    )


def _claim(device: Device, name: str, origin: Origin) -> None:
    """Count the try before it is made, for the device and for the person who was named."""
    moment = now()
    forget_over(moment)
    try:
        check_may_look(device, name)
        throttle.claim_attempt(throttle.OF_DEVICE_FACES, str(device.pk), now=moment)
        rule, key = _bucket(device, name)
        throttle.claim_attempt(rule, key, now=moment)
    except LookinError as error:
        log_only("face_slowed", origin, name=name, detail=error.code)
        raise


def _verified(look: Look) -> User:
    person = _named(look.device, look.name)
    faces = [face for _, face in opened([person.face])] if person else []
    threshold = thresholds.verify_threshold(len(look.probes))
    if person is None or not any(
        verify(face, look.probes, threshold=threshold).matches for face in faces
    ):
        raise not_recognised()
    return person


def _identified(look: Look) -> User:
    scope = "classroom" if look.device.is_classroom else f"device {look.device.pk}"
    gallery = open_faces.of(faces_here(look.device), scope)
    found = identify(
        gallery,
        look.probes,
        threshold=thresholds.identify_threshold(len(look.probes), len(gallery)),
        margin=thresholds.margin(),
    )
    if found.reason == "near_tie":
        raise LookinError(
            "Two people here look much alike to the camera.",
            "Type your name, then look again.",
            code="face_near_tie",
            status=401,
        )
    row = faces_here(look.device).filter(pk=UUID(found.person)) if found.person else None
    seen = row.select_related("person").first() if row is not None else None
    if seen is None:
        raise not_recognised()
    throttle.check_attempts(throttle.OF_FACE, str(seen.person_id), now=now())
    return seen.person


def _bucket(device: Device, name: str) -> tuple[throttle.Rule, str]:
    """Where a try counts beside the device: for the person who was named, or for the day.

    A name that is nobody's here has a count of its own, so that limits do not tell who exists.
    """
    if not name:
        return throttle.OF_NAMELESS_LOOKS, f"{device.pk} {now().date()}"
    person = _named(device, name)
    return throttle.OF_FACE, str(person.pk) if person else f"{device.pk} {name_key(name)}"


def _name_needed() -> LookinError:
    return LookinError(
        "Too many looks without a name were not recognised here today.",
        "Type your name, then look again.",
        code="name_needed",
        status=429,
    )


def _named(device: Device, name: str) -> User | None:
    if not name:
        return None
    rows = faces_here(device).filter(person__username_key=name_key(name))
    row = rows.select_related("person").first()
    return row.person if row else None


def _write_down(origin: Origin, name: str, reason: str) -> None:
    record_event("sign_in_failed", origin, name=name, detail=f"face: {reason}")
