"""Who may have a kernel now, and who waits: limits for a person and for the machine, and the line.

First come, first served; but a person with fewer kernels goes before one with more. Starts nothing.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lookin.apps.kernels.broker.rules import HouseRules

Waits = Callable[[str, int], None]  # told "machine_full" or "own_limit", and the place: 1 is next


@dataclass(eq=False, slots=True)
class Ticket:
    """One kernel's place, or its place in the line. `person` is who asked for the kernel."""

    person: str
    tell: Waits
    number: int
    admitted: asyncio.Event = field(default_factory=asyncio.Event)
    reason: str | None = None
    place: int = 0


class Places:
    """All places of one house. `free_memory` tells bytes, or None where the system does not."""

    def __init__(self, rules: HouseRules, free_memory: Callable[[], int | None]) -> None:
        self._rules = rules
        self._free_memory = free_memory
        self._numbers = itertools.count(1)
        self._line: list[Ticket] = []
        self._held: set[Ticket] = set()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._line)

    @property
    def held(self) -> int:
        """How many have a place."""
        return len(self._held)

    def line_up(self, person: str, tell: Waits) -> Ticket:
        """A place when there is one, else the end of the line; `tell` is called while it waits."""
        ticket = Ticket(person, tell, next(self._numbers))
        self._line.append(ticket)
        self.look()
        return ticket

    def take(self, person: str) -> Ticket:
        """A place for a kernel that runs already, whatever the limits say."""
        ticket = Ticket(person, lambda _reason, _place: None, next(self._numbers))
        ticket.admitted.set()
        self._held.add(ticket)
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Give the place back, or leave the line. May be called twice."""
        self._held.discard(ticket)
        if ticket in self._line:
            self._line.remove(ticket)
        self.look()

    def look(self) -> None:
        """Let in whoever may come in now, and tell the others where they stand."""
        while (ticket := self._next()) is not None:
            self._line.remove(ticket)
            self._held.add(ticket)
            ticket.admitted.set()
        for ticket, reason, place in list(self._standing()):
            if (reason, place) != (ticket.reason, ticket.place):
                ticket.reason, ticket.place = reason, place
                ticket.tell(reason, place)

    def _next(self) -> Ticket | None:
        if not self._line or self._is_full():
            return None
        counts = Counter(ticket.person for ticket in self._held)
        may = [t for t in self._line if not self._has_enough(counts[t.person])]
        return min(may, key=lambda t: (counts[t.person], t.number), default=None)

    def _has_enough(self, count: int) -> bool:
        most = self._rules.kernels_per_person
        return bool(most) and count >= most

    def _is_full(self) -> bool:
        most = self._rules.most_kernels
        if most and len(self._held) >= most:
            return True
        if not self._held:
            return False  # nobody would ever give memory back
        free = self._free_memory()
        return free is not None and free < self._rules.memory_reserve_bytes

    def _standing(self) -> Iterator[tuple[Ticket, str, int]]:
        """Who waits, why, and behind how many: as if nobody else came and places came free."""
        counts = Counter(ticket.person for ticket in self._held)
        own: Counter[str] = Counter()
        line, place = list(self._line), 0
        while line:
            ticket = min(line, key=lambda t: (counts[t.person], t.number))
            line.remove(ticket)
            if self._has_enough(counts[ticket.person]):
                own[ticket.person] += 1
                yield ticket, "own_limit", own[ticket.person]
            else:
                place += 1
                counts[ticket.person] += 1
                yield ticket, "machine_full", place


def free_memory() -> int | None:
    """Bytes that programs can have without swapping, where the system tells (proc(5), meminfo)."""
    try:
        text = Path("/proc/meminfo").read_text()
        return int(text.split("MemAvailable:")[1].split(None, 1)[0]) * 1024
    except (OSError, IndexError, ValueError):
        return None
