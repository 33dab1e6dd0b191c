"""What waits to be looked at, and when its turn is: a path at once, and then not too often.

What changes again and again waits longer each time, and never takes more than a tenth of the time.
Knows no files and no clock: whoever asks says what time it is (seconds, monotonic).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import nsmallest

SETTLE_SECONDS = 0.04  # a file that is written is mostly written in several steps
PAUSE_SECONDS = 0.4
STEADY_SECONDS = 0.1  # whoever tells of these pauses already
LONGEST_PAUSE_SECONDS = 10.0
PATIENT_ROUNDS = 6  # so many times in a row a path has its turn soon
TIMES_COST = 10
MOST_PACES = 20_000
Key = tuple[str, str]  # workspace, path


@dataclass(slots=True)
class _Pace:
    not_before: float
    pause: float
    rounds: int


class Waiting:
    """See the module."""

    def __init__(self) -> None:
        self._due: dict[Key, float] = {}
        self._paces: dict[Key, _Pace] = {}

    def __len__(self) -> int:
        return len(self._due)

    def add(self, key: Key, now: float) -> None:
        """Look at this soon."""
        if key not in self._due:
            pace = self._paces.get(key)
            self._due[key] = max(now + SETTLE_SECONDS, pace.not_before if pace else 0.0)

    def count(self, workspace: str) -> int:
        """How many paths of a workspace wait."""
        return sum(key[0] == workspace for key in self._due)

    def forget(self, workspace: str) -> None:
        """Nothing of this workspace needs a look of its own: all of it gets one."""
        for key in [key for key in self._due if key[0] == workspace]:
            del self._due[key]

    def next(self) -> float | None:
        """When the next one is due."""
        return min(self._due.values(), default=None)

    def take(self, now: float, most: int, rank: Callable[[Key], int] = lambda _: 0) -> list[Key]:
        """Those whose turn it is, at most so many: by rank, then the longest waiting first."""
        due = ((rank(key), due, key) for key, due in self._due.items() if due <= now)
        ready = nsmallest(most, due)
        for _, _, key in ready:
            del self._due[key]
        return [key for _, _, key in ready]

    def put_back(self, keys: Iterable[Key], now: float) -> None:
        """There was no time for these: their turn is still now."""
        for key in keys:
            self._due[key] = min(now, self._due.get(key, now))

    def done(self, keys: Iterable[Key], now: float, cost: float, *, steady: bool = False) -> None:
        """They have been looked at, which took `cost` seconds of the processor each. `steady`:
        people wait for it, however long they go on changing it."""
        for key in keys:
            before = self._paces.get(key)
            again = before is not None and now - before.not_before < before.pause + PAUSE_SECONDS
            rounds = before.rounds + 1 if again and before is not None else 0
            grown = 2.0 ** max(0, min(rounds - PATIENT_ROUNDS, 8))
            usual = STEADY_SECONDS if steady else min(PAUSE_SECONDS * grown, LONGEST_PAUSE_SECONDS)
            pause = max(usual, TIMES_COST * cost)
            self._paces[key] = _Pace(now + pause, pause, rounds)
        if len(self._paces) > MOST_PACES:
            self._paces = {k: p for k, p in self._paces.items() if p.not_before + p.pause > now}
