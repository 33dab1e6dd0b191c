"""Ends a stay at a classroom device from outside its own request, and tells its open pages."""

from __future__ import annotations

from lookin.apps.accounts import sessions
from lookin.apps.accounts.audit import Origin, record_event
from lookin.apps.accounts.classroom import visits
from lookin.apps.accounts.models import ClassroomVisit, Device
from lookin.core.lib.clock import now


def end_visits_on(device: Device, reason: str = "device removed") -> None:
    """Sign out whoever is signed in here: pages at their next request, sockets at once."""
    rows = ClassroomVisit.objects.select_related("device", "person")
    for visit in rows.filter(device=device, ended_at=None):
        end_visit_now(visit, reason)


def make_room_on(device: Device | None) -> None:
    """Somebody sits down at this device, so nobody else does: a session that a crash left open
    ends, and one that was opened elsewhere with a copy of the device's cookie."""
    if device is not None and device.is_classroom:
        end_visits_on(device, "somebody else came")


def end_visit_now(visit: ClassroomVisit, reason: str) -> None:
    """End one stay and close the sockets of its session. `reason` is for the audit."""
    if visits.end_visit(visit, now()):
        record_event("signed_out", Origin(), person=visit.person, detail=reason)
    sessions.end_sockets_of(visit.session_hash)
