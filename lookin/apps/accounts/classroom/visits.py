"""One person's stay at a classroom device: it begins with the session and ends with it.

The row says when the person last did something, so every process knows when the stay is over.
Not for telling open sockets of the end: endings.py.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from lookin.apps.accounts.devices import device_of
from lookin.apps.accounts.models import ClassroomVisit, Device, User
from lookin.apps.accounts.preferences import kept_preferences
from lookin.core.lib.clock import now

VISIT = "classroom_visit"  # in the session: the key of the visit's row
PREFERENCES = "classroom_preferences"  # in the session: language and light of the device itself
LONGEST = timedelta(hours=12)  # a book on the keyboard keeps nobody signed in overnight
NOTED_EVERY = timedelta(seconds=10)  # a busy hand is not a write for each key


def arrive(request: HttpRequest, person: User) -> None:
    """Begin a stay when this browser is a classroom device; the session ends with the browser."""
    device = device_of(request)
    if device is None or not device.is_classroom:
        return
    leave(request.session)
    moment = now()
    Device.objects.filter(pk=device.pk).update(seen_at=moment)
    visit = ClassroomVisit.objects.create(
        person=person,
        device=device,
        device_label=device.label,
        session_hash=hash_of(request.session.session_key),
        began_at=moment,
        seen_at=moment,
    )
    request.session[VISIT] = visit.pk
    request.session[PREFERENCES] = kept_preferences(request)
    request.session.set_expiry(0)


def leave(session: SessionBase) -> None:
    """End the stay of this session, if it is one."""
    visit = visit_in(session)
    if visit is not None:
        end_visit(visit, now())
    if VISIT in session:
        del session[VISIT]


def visit_in(session: SessionBase) -> ClassroomVisit | None:
    """The stay that a session is, with its device; None for every other session."""
    key = session.get(VISIT)
    if key is None:
        return None
    return ClassroomVisit.objects.select_related("device").filter(pk=key).first()


def holds(session: SessionBase, moment: datetime) -> bool:
    """Whether nothing about classrooms ends this session."""
    if session.get(VISIT) is None:
        return True
    visit = visit_in(session)
    return visit is not None and not is_over(visit, moment)


def is_over(visit: ClassroomVisit, moment: datetime) -> bool:
    """Whether the stay has ended, by whatever reason there is."""
    return seconds_left(visit, moment) <= 0


def seconds_left(visit: ClassroomVisit, moment: datetime) -> float:
    """Until the stay ends when nothing is done any more; 0 when it is over.

    It ends after the device's quiet time, with the device's last day, and after twelve hours.
    """
    device = visit.device
    if visit.ended_at is not None or device is None or not device.is_classroom:
        return 0.0
    ends = [visit.seen_at + _idle(device), visit.began_at + LONGEST]
    if device.expires_at is not None:
        ends.append(device.expires_at)
    return max(0.0, (min(ends) - moment).total_seconds())


def note_sign_of_life(visit: ClassroomVisit, moment: datetime) -> None:
    """Somebody did something. A stay that is over stays over."""
    if visit.seen_at + NOTED_EVERY > moment or is_over(visit, moment):
        return
    rows = ClassroomVisit.objects.filter(pk=visit.pk, ended_at=None, seen_at__lt=moment)
    rows.update(seen_at=moment)
    visit.seen_at = moment


def end_visit(visit: ClassroomVisit, moment: datetime) -> bool:
    """Write down when the stay ended, once. Of somebody who just went away: the last sign of life.

    False when it had ended before.
    """
    ended = left_at(visit, moment) or moment
    return bool(ClassroomVisit.objects.filter(pk=visit.pk, ended_at=None).update(ended_at=ended))


def left_at(visit: ClassroomVisit, moment: datetime) -> datetime | None:
    """When the person left, as far as the server can know; None while they are still here."""
    if visit.ended_at is not None or seconds_left(visit, moment) > 0:
        return visit.ended_at
    device = visit.device
    ended = moment
    if device is not None and device.expires_at is not None:
        ended = min(ended, device.expires_at)
    went_quiet = device is not None and visit.seen_at + _idle(device) <= ended
    return visit.seen_at if went_quiet or device is None else ended


def move_visit(before: str, after: str) -> None:
    """The session of a stay goes on under a new key."""
    rows = ClassroomVisit.objects.filter(session_hash=hash_of(before), ended_at=None)
    rows.update(session_hash=hash_of(after))


def forget_old_visits(before: datetime) -> None:
    """Delete what began before that: who sat where is nobody's business for ever."""
    ClassroomVisit.objects.filter(began_at__lt=before).delete()


def hash_of(session_key: str | None) -> str:
    """What stands for a session in the row: the key itself would open the session."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()


def _idle(device: Device) -> timedelta:
    return timedelta(minutes=device.idle_minutes)
