"""What the house tells the web process about itself: its kernels, one row each, and its counts."""

from __future__ import annotations

import os
from pathlib import Path

from lookin.apps.kernels.broker.house import House
from lookin.apps.kernels.broker.places import free_memory
from lookin.apps.kernels.broker.room import Room
from lookin.core.documents.document import Json


def kernel_rows(house: House, person: str | None) -> list[Json]:
    """The kernels that run, start or wait: those of one person, or all for None."""
    rows = [_row(house, room) for room in house.rooms()]
    return [row for row in rows if row and person in (None, row["person"])]


def _row(house: House, room: Room) -> Json | None:
    ticket, kernel = room.seat.ticket, room.session.kernel
    if ticket is None or kernel["state"] in {"none", "dead"}:
        return None
    watch, waits = house.care.watch_of(room), not ticket.admitted.is_set()
    return {
        "id": room.id,
        "notebook": None if room.address.is_scratch else room.id,
        "title": room.address.title,
        "person": ticket.person,
        "state": kernel["state"],
        "place": ticket.place if waits else 0,
        "reason": ticket.reason if waits else None,
        "memory": watch.usage.memory_bytes if watch and watch.usage else None,
        "limit": house.care.memory_bytes,
        "cpu": watch.cpu if watch else None,
        "since": room.seat.since,
        "active": room.active_ms,
    }


def status(house: House) -> Json:
    """Counts and figures for the doctor and the admin; nothing of any person."""
    rooms = house.rooms()
    watches = [watch for room in rooms if (watch := house.care.watch_of(room))]
    return {
        "rooms": len(rooms),
        "kernels": house.places.held,
        "waiting": house.places.waiting,
        "most": house.rules.most_kernels,
        "visitors": sum(len(room.visitors) for room in rooms),
        "memory": {
            "total": total_memory(),
            "free": free_memory(),
            "kernels": sum(w.usage.memory_bytes for w in watches if w.usage),
        },
        "descriptors": _descriptors(),
        "driver": house.driver.status(),
        "network": house.kernels.network,
    }


def total_memory() -> int | None:
    """Bytes of the machine's memory, where the system tells."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return None


def _descriptors() -> int | None:
    """How many files and sockets this process holds open."""
    try:
        return len(list(Path("/proc/self/fd").iterdir()))
    except OSError:
        return None
