"""Which workspaces and folders are to be swept, and when: never one of them all the time.

Knows no files and no clock (seconds, monotonic, are told).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

PAUSE_SECONDS = 3.0  # between two sweeps of the same
TIMES_COST = 10
MOST_PAUSES = 20_000
MOST_FOLDERS = 1_000  # of one workspace that wait; of more, all of it is swept
Target = tuple[str, str]  # workspace, folder; "" is all of it


@dataclass(slots=True)
class _Last:
    ended: float
    cost: float


class Sweeps:
    """See the module."""

    def __init__(self) -> None:
        self._due: dict[Target, float] = {}
        self._last: dict[Target, _Last] = {}

    def __len__(self) -> int:
        return len(self._due)

    def add(self, target: Target, now: float, delay: float = 0.0) -> None:
        """Sweep this, after `delay`; a sweep that is due sooner is enough."""
        last = self._last.get(target)
        free = last.ended + max(PAUSE_SECONDS, TIMES_COST * last.cost) if last else now
        due = max(now + delay, free if target[1] == "" or last is None else free - PAUSE_SECONDS)
        self._due[target] = min(due, self._due.get(target, due))
        if len(self._due) > MOST_FOLDERS and target[1] and self._crowd(target[0]):
            self.forget(target[0])
            self.add((target[0], ""), now)

    def forget(self, workspace: str) -> None:
        """It is there no more."""
        for target in [target for target in self._due if target[0] == workspace]:
            del self._due[target]

    def next(self) -> float | None:
        """When the next one is due."""
        return min(self._due.values(), default=None)

    def take(
        self,
        now: float,
        besides: Collection[str] = (),
        rank: Callable[[str], int] = lambda _: 0,
    ) -> Target | None:
        """One whose time has come, of no workspace in `besides`: folders before whole workspaces,
        since somebody made them; then the lowest rank."""
        ready = [
            (target[1] == "", rank(target[0]), due, target)
            for target, due in self._due.items()
            if due <= now and target[0] not in besides
        ]
        if not ready:
            return None
        target = min(ready)[3]
        del self._due[target]
        return target

    def is_ready(self, now: float, besides: Collection[str]) -> bool:
        """Whether `take` would give one."""
        return any(due <= now and t[0] not in besides for t, due in self._due.items())

    def done(self, target: Target, now: float, cost: float) -> None:
        """It was swept, which took `cost` seconds of work."""
        self._last[target] = _Last(now, cost)
        if len(self._last) > MOST_PAUSES:
            self._last = {t: last for t, last in self._last.items() if now - last.ended < 600}

    def _crowd(self, workspace: str) -> bool:
        return sum(target[0] == workspace for target in self._due) > MOST_FOLDERS
