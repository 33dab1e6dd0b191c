"""Stop signals: one place that says which they are."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def on_stop_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    """Call `handler` for Ctrl-C, a polite kill, and a closed terminal. Main thread only."""
    for number in STOP_SIGNALS:
        signal.signal(number, handler)
