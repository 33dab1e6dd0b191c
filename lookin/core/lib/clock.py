"""The one place that reads the clock. Everything else is told the time, so tests can be too."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, in UTC, aware."""
    return datetime.now(UTC)


def now_ms() -> int:
    """Milliseconds since 1970-01-01 UTC: for records of what happened when."""
    return time.time_ns() // 1_000_000


def monotonic() -> float:
    """Seconds on a clock that never jumps: for durations and deadlines only."""
    return time.monotonic()
