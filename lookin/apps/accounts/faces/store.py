"""Faces of people as rows: kept sealed, opened, forgotten. Not for deciding who it is: looks.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from lookin.apps.accounts import throttle
from lookin.apps.accounts.audit import Origin, record_event
from lookin.apps.accounts.models import FaceTemplate, User
from lookin.apps.accounts.seal import seal, unseal
from lookin.core.faces.arrays import Floats
from lookin.core.faces.matching import distance, make_template
from lookin.core.faces.templates import from_bytes, to_bytes
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError

CONSENT_VERSION = 1  # of the text in templates/accounts/consent.html: raise it with every change


def store_face(
    person: User, embeddings: Sequence[Floats], *, consent_at: datetime, origin: Origin
) -> bool:
    """Keep `person`'s face, instead of an earlier one. True when somebody else looks much alike.

    Raises LookinError when the frames are not of one person.
    """
    template = make_template(embeddings)
    FaceTemplate.objects.update_or_create(
        person=person,
        defaults={
            "sealed": seal(to_bytes(template), person.pk, settings.FACE_KEY),
            "consent_version": CONSENT_VERSION,
            "consent_at": consent_at,
            "created_at": now(),
        },
    )
    throttle.clear_attempts(throttle.OF_FACE, str(person.pk))
    record_event("face_enrolled", origin, person=person, detail=f"consent {CONSENT_VERSION}")
    others = opened_templates(FaceTemplate.objects.exclude(person=person))
    near = settings.FACE_VERIFY_DISTANCE + settings.FACE_MARGIN
    return any(distance(template, other) < near for other in others.values())


def forget_face(person: User, origin: Origin) -> None:
    """Delete the stored face. Nothing of it is kept."""
    deleted, _ = FaceTemplate.objects.filter(person=person).delete()
    if deleted:
        record_event("face_forgotten", origin, person=person)


def has_face(person: User) -> bool:
    """Whether a face is stored."""
    return FaceTemplate.objects.filter(person=person).exists()


def opened_templates(rows: Iterable[FaceTemplate]) -> dict[str, Floats]:
    """Templates by person. One that does not open (another key, a damaged row) is left out."""
    opened: dict[str, Floats] = {}
    for row in rows:
        try:
            plain = unseal(bytes(row.sealed), row.person_id, settings.FACE_KEY)
            opened[str(row.person_id)] = from_bytes(plain)
        except LookinError:
            continue
    return opened
