"""How often one person may ask: as fast as anybody types, and not as fast as a program could.

Counted in this process only: it spares the machine, it guards no secret.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from lookin.core.lib.errors import LookinError

PER_SECOND = 30.0
BURST = 90.0
SHARE = 0.25  # of a processor
EACH_CHARS = 100  # a text of twice as many counts twice: a long sum takes its time
_MOST_PEOPLE = 10_000


def cost_of(text: str) -> float:
    """How many questions a text is worth."""
    return max(1.0, len(text) / EACH_CHARS)


def cost_of_work(seconds: float) -> float:
    """How many questions an answer is worth that took so long: nobody gets more than a quarter of
    a processor for long, whatever they put into an index of their own."""
    return seconds * PER_SECOND / SHARE


class Throttle:
    """A token bucket for each key; who asked longest ago is forgotten first."""

    def __init__(self, per_second: float = PER_SECOND, burst: float = BURST) -> None:
        self._per_second, self._burst = per_second, burst
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, key: str, now: float | None = None, *, cost: float = 1.0) -> None:
        """Count a question that costs as much as so many. Raises LookinError: `slow_down` (429)."""
        cost = min(cost, self._burst)
        now = time.monotonic() if now is None else now
        with self._lock:
            left, at = self._left.pop(key, (self._burst, now))
            left = min(self._burst, left + (now - at) * self._per_second)
            is_allowed = left >= cost
            self._left[key] = (left - cost if is_allowed else left, now)
            if len(self._left) > _MOST_PEOPLE:
                self._left.popitem(last=False)
        if not is_allowed:
            raise LookinError(
                "That was too fast for the search.",
                "Wait a second. Nothing was lost.",
                code="slow_down",
                status=429,
            )

    def charge(self, key: str, cost: float) -> None:
        """What `check` let through was worth so much more."""
        with self._lock:
            left, at = self._left.get(key, (self._burst, time.monotonic()))
            self._left[key] = (max(left - cost, -self._burst), at)
