"""The consent that must come before a camera: in the session for ten minutes, good for one face.

Not for the text (templates/accounts/consent.html) nor for the record beside a stored face (store).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

from lookin.apps.accounts.faces.store import CONSENT_VERSION, face_of
from lookin.apps.accounts.models import User
from lookin.core.lib.clock import now

CONSENT = "face_consent"  # in the session: {"version": int, "at": seconds since 1970}
LASTS = timedelta(minutes=10)


def give_consent(session: SessionBase) -> None:
    """Note that the person of this session agreed to the present text."""
    session[CONSENT] = {"version": CONSENT_VERSION, "at": now().timestamp()}


def take_back_consent(session: SessionBase) -> None:
    """Forget it, with the face."""
    session.pop(CONSENT, None)


def consent_of(session: SessionBase, person: User) -> datetime | None:
    """When `person` agreed, if that was just now, to the present text, and no face was stored on
    it yet."""
    kept = session.get(CONSENT) or {}
    at = datetime.fromtimestamp(kept.get("at", 0), UTC)
    if kept.get("version") != CONSENT_VERSION or not timedelta() <= now() - at < LASTS:
        return None
    face = face_of(person)
    return at if face is None or face.created_at < at else None
