"""Faces of people as rows: stored, shown to their owner, adapted, forgotten. Not for deciding who
it is: looks.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from lookin.apps.accounts import throttle
from lookin.apps.accounts.audit import Origin, record_event
from lookin.apps.accounts.faces import thresholds
from lookin.apps.accounts.faces.sealed import Face, open_face, opened, seal_face
from lookin.apps.accounts.faces.streams import forget_streams
from lookin.apps.accounts.faces.switch import refuse_when_off, switch_faces
from lookin.apps.accounts.models import FaceTemplate, OneTimeToken, SeenStream, User
from lookin.core.faces.arrays import Floats
from lookin.core.faces.comparison.adaptation import adapt
from lookin.core.faces.comparison.matching import distances, make_template
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError, NotFoundError

CONSENT_VERSION = 2  # of the text in templates/accounts/consent.html: raise it with every change
ADAPT_SHARE = 0.1  # of the way to what was seen, once a day at most
ADAPT_EVERY = timedelta(hours=20)
_SCRUB_WAITS_MS = 500
_CHUNK = 500
_SWEEP_EVERY = timedelta(days=1)
_swept_at: datetime | None = None


def store_face(
    person: User, embeddings: Sequence[Floats], *, consent_at: datetime, origin: Origin
) -> bool:
    """Keep `person`'s face, instead of an earlier one. True when somebody else looks much alike.

    Raises LookinError: `faces_off`, `not_found`, or when the frames are not of one person.
    """
    template = make_template(embeddings, max_spread=thresholds.spread())
    _keep(person, template, consent_at, origin)
    alike = _has_likeness(person, template)
    if alike:  # a twin, or somebody who enrolled another's picture: an admin can ask
        record_event("face_alike", origin, person=person)
    return alike


@transaction.atomic
def _keep(person: User, template: Floats, consent_at: datetime, origin: Origin) -> None:
    refuse_when_off()
    # Locked: who is deactivated at this moment takes the face along, or gets none.
    if not User.objects.select_for_update().filter(pk=person.pk, is_active=True).exists():
        raise NotFoundError("There is no such person any more.", "Ask for a new invite.")
    FaceTemplate.objects.update_or_create(
        person=person,
        defaults={
            "sealed": seal_face(Face(template, template), person.pk),
            "consent_version": CONSENT_VERSION,
            "consent_at": consent_at,
            "created_at": now(),
            "used_at": None,
            "adapted_at": None,
        },
    )
    throttle.clear_attempts(throttle.OF_FACE, str(person.pk))
    record_event("face_enrolled", origin, person=person, detail=f"consent {CONSENT_VERSION}")
    transaction.on_commit(_scrub)  # of the face that it replaces


def _has_likeness(person: User, template: Floats) -> bool:
    others = opened(FaceTemplate.objects.exclude(person=person).iterator(chunk_size=_CHUNK))
    near = thresholds.alike_threshold()
    while some := [face for _, face in islice(others, _CHUNK)]:
        if (distances(np.stack(some), template[None]) < near).any():
            return True
    return False


def forget_face(person: User, origin: Origin, *, event: str = "face_forgotten") -> None:
    """Delete the stored face and what a camera saw of it. Nothing of it is kept."""
    with transaction.atomic():
        deleted = _delete(FaceTemplate.objects.filter(person=person))
        _forget_looks(OneTimeToken.objects.filter(person=person))
        forget_streams(person)
        throttle.clear_attempts(throttle.OF_FACE, str(person.pk))
        if deleted:
            record_event(event, origin, person=person)


@transaction.atomic
def purge_faces(origin: Origin) -> int:
    """Switch face sign-in off and delete all stored faces. How many there were."""
    switch_faces(True, origin=origin)
    _forget_looks(OneTimeToken.objects.all())
    SeenStream.objects.all().delete()
    count = _delete(FaceTemplate.objects.all())
    record_event("faces_purged", origin, detail=str(count))
    return count


def forget_unused_faces(moment: datetime, origin: Origin) -> int:
    """Delete the faces that nobody signed in with for the retention time. How many."""
    rows = FaceTemplate.objects.annotate(last=Coalesce("used_at", "created_at"))
    unused = rows.filter(last__lt=moment - settings.FACE_RETENTION).select_related("person")
    people = [row.person for row in unused]
    for person in people:
        forget_face(person, origin, event="face_expired")
    return len(people)


def sweep_daily(moment: datetime) -> None:
    """`forget_unused_faces`, at most once a day in this process: for a server that never stops."""
    global _swept_at  # noqa: PLW0603 - one moment per process
    if _swept_at is None or moment - _swept_at >= _SWEEP_EVERY:
        _swept_at = moment
        forget_unused_faces(moment, Origin("", "retention"))


def face_of(person: User) -> FaceTemplate | None:
    """The row of a person's face, sealed, for what the owner may see of it."""
    return FaceTemplate.objects.filter(person=person).first()


def count_looks(person: User) -> int:
    """How many courses of this person's looks are kept, to notice recordings (streams.py)."""
    return SeenStream.objects.filter(person=person).count()


def ends_at(row: FaceTemplate) -> datetime:
    """When the face is deleted if it is not used before."""
    return (row.used_at or row.created_at) + settings.FACE_RETENTION


def note_use(person: User) -> None:
    """Somebody signed in with this face: the retention time begins again."""
    FaceTemplate.objects.filter(person=person).update(used_at=now())


def choose_more(person: User, asks_more: bool, origin: Origin) -> None:
    """Whether a look of this person wants a password or passkey beside it."""
    changed = FaceTemplate.objects.filter(person=person).exclude(asks_more=asks_more)
    if changed.update(asks_more=asks_more):
        record_event("face_with_more" if asks_more else "face_alone", origin, person=person)


@transaction.atomic
def adapt_face(person: User, probe: Floats) -> None:
    """Let the template follow `probe`, which another factor vouched for: a little, once a day.

    A face that does not open, or is of another recogniser, stays as it is.
    """
    row = FaceTemplate.objects.select_for_update().filter(person=person).first()
    if row is None or (row.adapted_at is not None and now() - row.adapted_at < ADAPT_EVERY):
        return
    try:
        face = open_face(row)
        moved = adapt(
            *(face.enrolled, face.current, probe),
            share=ADAPT_SHARE,
            most_drift=thresholds.most_drift(),
        )
    except (LookinError, ValueError):
        return
    row.sealed = seal_face(Face(face.enrolled, moved), person.pk)
    row.adapted_at = now()
    row.save(update_fields=["sealed", "adapted_at"])


def export_face(person: User, origin: Origin) -> dict[str, Any]:
    """Everything that is stored of a person's face, opened, for its owner.

    Raises NotFoundError, and LookinError when it does not open.
    """
    row = face_of(person)
    if row is None:
        raise NotFoundError("No face of yours is stored.", "There is nothing to download.")
    face = open_face(row)
    record_event("face_exported", origin, person=person)
    return {
        "what": "The numbers by which Lookin knows this face. As private as a photograph.",
        "person": person.username,
        "consent": {"version": row.consent_version, "at": row.consent_at.isoformat()},
        "enrolled_at": row.created_at.isoformat(),
        "used_at": row.used_at.isoformat() if row.used_at else None,
        "adapted_at": row.adapted_at.isoformat() if row.adapted_at else None,
        "asks_more": row.asks_more,
        "deleted_if_unused_at": ends_at(row).isoformat(),
        "courses_of_looks": [
            {"at": seen.at.isoformat(), "hex": bytes(seen.seen_print).hex()}
            for seen in SeenStream.objects.filter(person=person).order_by("pk")
        ],
        "enrolled": [float(number) for number in face.enrolled],
        "compared": [float(number) for number in face.current],
    }


def _delete(rows: QuerySet[FaceTemplate]) -> int:
    deleted, _ = rows.delete()
    if deleted:
        transaction.on_commit(_scrub)
    return deleted


def _forget_looks(tokens: QuerySet[OneTimeToken]) -> None:
    tokens.filter(purpose=OneTimeToken.Purpose.FACE).delete()


def _scrub() -> None:
    """Empty SQLite's log too: its pages would show the deleted bytes until they are overwritten.

    The database file itself is overwritten by `secure_delete` (site/database.py). A reader who
    holds the log at this very moment makes it wait for the next time.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={_SCRUB_WAITS_MS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout={int(before)}")
