"""Registering a browser as a classroom device, changing what was said of it, and ending that.

Not for the cookie behind a device: devices.py. Not for who sits there: visits.py.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.http import HttpRequest

from lookin.apps.accounts import devices
from lookin.apps.accounts.audit import origin_of, record_event
from lookin.apps.accounts.classroom import endings, visits
from lookin.apps.accounts.models import Device, User
from lookin.core.lib.errors import LookinError, NotFoundError

LABEL_LENGTH = 80
LONGEST_DAYS = 400  # browsers keep a cookie no longer
IDLE_MINUTES = 10
MOST_IDLE_MINUTES = 120
LISTED_AFTER_END = timedelta(days=30)
_JOINER = "\u200d"  # makes one emoji of several


@dataclass(frozen=True)
class Terms:
    """What an admin says of a classroom device: its name, its end, its quiet time."""

    label: str
    expires_at: datetime
    idle_minutes: int


def read_terms(label: str, until: str, idle: str, *, today: date, days: int, zone: tzinfo) -> Terms:
    """The terms as a form sends them: `until` the last day (ISO; "" is `days` from now), `idle`
    in minutes ("" is ten). A device works through the whole of its last day in the place's zone.

    Raises LookinError: `bad_last_day`, `bad_idle_minutes`.
    """
    last = _last_day(until, today, days)
    expires_at = datetime.combine(last + timedelta(days=1), time.min, zone)
    return Terms(clean_label(label), expires_at, _idle_minutes(idle))


@dataclass(frozen=True)
class Registered:
    """A classroom device as the list shows it. `last_day` is None without an end."""

    device: Device
    last_day: date | None
    has_ended: bool


def register_device(request: HttpRequest, terms: Terms) -> Device:
    """Make this browser a classroom device; its own trusts and its remembered name end.

    The admin who does it is signed in there like everybody else from now on: not for long.
    """
    device = devices.row_of(request) or devices.make_device(request)
    device.is_classroom = True
    device.remembered = None
    _agree(device, terms)
    device.save()
    device.trusts.all().delete()
    devices.use_device(request, device)
    record_event("classroom_device_added", origin_of(request), detail=device.label)
    if isinstance(request.user, User):
        visits.arrive(request, request.user)
    return device


def change_device(request: HttpRequest, device_id: str, terms: Terms) -> Device:
    """Other terms for a device, also for one whose last day has passed. Raises NotFoundError."""
    device = classroom_device(device_id)
    _agree(device, terms)
    device.save(update_fields=["label", "expires_at", "idle_minutes"])
    record_event("classroom_device_changed", origin_of(request), detail=device.label)
    return device


def remove_device(request: HttpRequest, device_id: str) -> Device:
    """Forget a classroom device; whoever is signed in there is signed out. Raises NotFoundError."""
    device = classroom_device(device_id)
    endings.end_visits_on(device)
    label, key = device.label, device.pk
    device.delete()
    record_event("classroom_device_removed", origin_of(request), detail=label)
    device.pk = key
    return device


def classroom_device(device_id: str) -> Device:
    """Raises NotFoundError."""
    device = Device.objects.filter(pk=device_id, is_classroom=True).first()
    if device is None:
        raise NotFoundError("There is no such device.", "Go back to the list of people.")
    return device


def classroom_devices(moment: datetime, zone: tzinfo) -> list[Registered]:
    """All of them, also those whose last day has passed, by name."""
    rows = Device.objects.filter(is_classroom=True).order_by("label", "created_at")
    return [_registered(device, moment, zone) for device in rows]


def forget_ended_devices(moment: datetime) -> None:
    """Delete devices whose last day passed a month ago."""
    rows = Device.objects.filter(is_classroom=True, expires_at__lt=moment - LISTED_AFTER_END)
    rows.delete()


def clean_label(text: str) -> str:
    """A name in one line: no control and no direction characters, at most 80 characters."""
    kept = (c for c in text[: 10 * LABEL_LENGTH] if c == _JOINER or _is_shown(c))
    return " ".join("".join(kept).split())[:LABEL_LENGTH].rstrip(_JOINER + " ")


def _registered(device: Device, moment: datetime, zone: tzinfo) -> Registered:
    end = device.expires_at
    if end is None:
        return Registered(device, None, has_ended=False)
    last = (end - timedelta(seconds=1)).astimezone(zone).date()
    return Registered(device, last, has_ended=end <= moment)


def _is_shown(character: str) -> bool:
    return character == " " or unicodedata.category(character)[0] not in "CZ"


def _agree(device: Device, terms: Terms) -> None:
    device.label = terms.label or device.label
    device.expires_at = terms.expires_at
    device.idle_minutes = terms.idle_minutes


def _last_day(text: str, today: date, days: int) -> date:
    if not text.strip():
        return today + timedelta(days=days)
    try:
        last = date.fromisoformat(text.strip()[:10])
    except ValueError:
        last = today - timedelta(days=1)
    if not today <= last <= today + timedelta(days=LONGEST_DAYS):
        raise LookinError(
            "The last day must be today or later, and at most {days} days from now.",
            "Choose another day. Nothing was changed.",
            code="bad_last_day",
            values={"days": LONGEST_DAYS},
        )
    return last


def _idle_minutes(text: str) -> int:
    cleaned = text.strip()
    if not cleaned:
        return IDLE_MINUTES
    minutes = int(cleaned) if cleaned.isascii() and cleaned.isdigit() and len(cleaned) < 5 else 0
    if not 1 <= minutes <= MOST_IDLE_MINUTES:
        raise LookinError(
            "After how many minutes somebody is signed out must be a number from 1 to {most}.",
            "Ten is a good choice. Nothing was changed.",
            code="bad_idle_minutes",
            values={"most": MOST_IDLE_MINUTES},
        )
    return minutes
