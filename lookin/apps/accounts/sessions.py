"""The life of web sessions: when they end, how others are ended, and how their sockets learn of it.

Sockets join two groups of the channel layer (one per session, one per person) and are told at
once; `still_signed_in` is the slow check behind that, for sockets of another process.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from importlib import import_module

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from lookin.apps.accounts.classroom import visits
from lookin.apps.accounts.models import User
from lookin.core.lib.clock import now

SIGNED_IN_AT = "signed_in_at"  # seconds since 1970
CONFIRMED_AT = "password_confirmed_at"
NONCE = "face_nonce"  # of a browser that sees the sign-in page: a face ticket is bound to it
CONFIRMATION_LASTS = timedelta(minutes=10)


def session_group(session_key: str) -> str:
    """The channel group of one session. A hash, because group names may end up in logs."""
    return _group_of_hash(hashlib.sha256(session_key.encode()).hexdigest())


def person_group(person_id: uuid.UUID | str) -> str:
    """The channel group of everything that one person has open."""
    return f"person.{person_id}"


def is_too_old(session: SessionBase) -> bool:
    """Whether the session outlived the absolute limit, however busy it was (ASVS 7.3.2)."""
    started = session.get(SIGNED_IN_AT, 0)
    return bool(now().timestamp() - started > settings.SESSION_SECONDS)


def still_signed_in(session_key: str, person_id: uuid.UUID | str) -> bool:
    """Whether this session still belongs to this person, read afresh from the database."""
    session = read_session(session_key)
    person = User.objects.filter(pk=person_id, is_active=True).first()
    if person is None or session.get(SESSION_KEY) != str(person_id) or is_too_old(session):
        return False
    if not visits.holds(session, now()):
        return False
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())


def confirm(session: SessionBase) -> None:
    """Note that the password was just proved."""
    session[CONFIRMED_AT] = now().timestamp()


def is_confirmed(session: SessionBase) -> bool:
    """Whether the password was proved within the last ten minutes."""
    age = now().timestamp() - session.get(CONFIRMED_AT, 0)
    return bool(0 <= age <= CONFIRMATION_LASTS.total_seconds())


def change_key(request: HttpRequest) -> None:
    """A new session key after a step-up (ASVS 7.2.4), with the open sockets told the new one."""
    before = request.session.session_key
    request.session.cycle_key()
    announce_move(before, request.session.session_key)


def announce_move(before: str | None, after: str | None) -> None:
    """Tell the sockets of the session `before` that it goes on as `after`."""
    if before and after and before != after:
        visits.move_visit(before, after)
        _tell(session_group(before), {"type": "session.moved", "key": after})


def end_session_sockets(session_key: str | None) -> None:
    """Close the sockets of a session that ends."""
    if session_key:
        _tell(session_group(session_key), {"type": "session.ended"})


def end_sockets_of(session_hash: str) -> None:
    """Close the sockets of a session of which only SHA-256 of the key is known."""
    _tell(_group_of_hash(session_hash), {"type": "session.ended"})


def end_other_sessions(request: HttpRequest, person: User) -> None:
    """Sign `person` out everywhere but here: pages at their next request, sockets at once."""
    _next_epoch(person)
    before = request.session.session_key
    update_session_auth_hash(request, person)
    after = request.session.session_key
    announce_move(before, after)
    _tell(person_group(person.pk), {"type": "session.ended", "but": after or ""})


def end_all_sessions(person: User) -> None:
    """Sign `person` out everywhere."""
    _next_epoch(person)
    _tell(person_group(person.pk), {"type": "session.ended"})


def forget_expired() -> None:
    """Delete the rows of sessions that are over; nobody else does."""
    engine = import_module(settings.SESSION_ENGINE)
    engine.SessionStore.clear_expired()


def _group_of_hash(session_hash: str) -> str:
    return "session." + session_hash[:40]


def _next_epoch(person: User) -> None:
    User.objects.filter(pk=person.pk).update(sessions_epoch=F("sessions_epoch") + 1)
    person.refresh_from_db(fields=["sessions_epoch"])


def read_session(session_key: str) -> SessionBase:
    """The session as it is in the database now, and not as a socket found it."""
    engine = import_module(settings.SESSION_ENGINE)
    store: SessionBase = engine.SessionStore(session_key)
    return store


def _tell(group: str, message: dict[str, str]) -> None:
    # After the commit: a socket that checks must find what it was told.
    transaction.on_commit(lambda: async_to_sync(get_channel_layer().group_send)(group, message))
