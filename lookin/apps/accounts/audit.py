"""Writes who did what to an account; the only writer of AuditEvent. No secrets, no pictures."""

from __future__ import annotations

import logging
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest

from lookin.apps.accounts.models import AuditEvent, User
from lookin.apps.accounts.names import NAME_LENGTH

log = logging.getLogger("lookin.audit")
AGENT_LENGTH = 200
DETAIL_LENGTH = 80
KEPT = timedelta(days=180)


@dataclass(frozen=True)
class Origin:
    """Where something came from: the address as the server saw it, the browser's own words, and
    who was signed in."""

    address: str = ""
    agent: str = ""
    person: User | None = None


def origin_of(request: HttpRequest) -> Origin:
    """The origin of a page request."""
    meta = request.META
    person = request.user if isinstance(request.user, User) else None
    address, agent = meta.get("REMOTE_ADDR", ""), meta.get("HTTP_USER_AGENT", "")
    return Origin(str(address), str(agent), person)


def record_event(
    event: str,
    origin: Origin,
    *,
    person: User | None = None,
    name: str = "",
    detail: str = "",
) -> None:
    """Write one row and one log line. Every text is cut and stripped of control characters, so
    that nobody can forge a second line."""
    shown = _plain(name or (person.username if person else ""), NAME_LENGTH)
    row = AuditEvent.objects.create(
        event=event,
        person=person,
        actor=origin.person,
        name=shown,
        detail=_plain(detail, DETAIL_LENGTH),
        address=_plain(origin.address, 45),
        agent=_plain(origin.agent, AGENT_LENGTH),
    )
    log.info("%s name=%r detail=%r address=%s", event, shown, row.detail, row.address)


def log_only(event: str, origin: Origin, *, name: str, detail: str) -> None:
    """A log line without a row: for what a stranger can cause without end."""
    shown, address = _plain(name, NAME_LENGTH), _plain(origin.address, 45)
    log.info("%s name=%r detail=%r address=%s", event, shown, detail, address)


def forget_old_events(moment: datetime) -> None:
    """Delete what is older than half a year: who signed in where is nobody's business for ever."""
    AuditEvent.objects.filter(at__lt=moment - KEPT).delete()


def _plain(text: str, length: int) -> str:
    kept = (" " if unicodedata.category(c)[0] == "C" else c for c in text[: 4 * length])
    return "".join(kept)[:length]
