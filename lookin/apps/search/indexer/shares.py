"""How much of the indexer's time each workspace has had lately, so that no other waits for it.

Whoever makes work without end (a loop that writes files) then waits behind everybody who made
little. Knows no clock: whoever asks says what time it is (seconds, monotonic).
"""

from __future__ import annotations

import math

HALF_SECONDS = 10.0  # after so long, half of what somebody had is forgotten
STEP_SECONDS = 0.25  # who differ by less than this have had the same
MOST = 20_000
_NOTHING = 0.001


class Shares:
    """See the module."""

    def __init__(self) -> None:
        self._had: dict[str, tuple[float, float]] = {}  # workspace -> seconds, when that was said

    def spend(self, workspace: str, seconds: float, now: float) -> None:
        """It has had so many seconds more."""
        self._had[workspace] = (self.of(workspace, now) + seconds, now)
        if len(self._had) > MOST:
            self._had = {w: had for w, had in self._had.items() if self.of(w, now) > _NOTHING}

    def of(self, workspace: str, now: float) -> float:
        """How many seconds it has had lately."""
        had, then = self._had.get(workspace, (0.0, now))
        return had * math.exp2((then - now) / HALF_SECONDS)

    def rank(self, workspace: str, now: float) -> int:
        """Whose turn it is: the lower, the sooner."""
        return int(self.of(workspace, now) / STEP_SECONDS)
