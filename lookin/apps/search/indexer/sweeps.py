"""Which workspaces and folders are to be swept, and when: never one of them all the time.

Knows no files and no clock (seconds, monotonic, are told).
"""

from __future__ import annotations

from dataclasses import dataclass

PAUSE_SECONDS = 3.0  # between two sweeps of the same
TIMES_COST = 10
MOST_PAUSES = 20_000
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

    def forget(self, workspace: str) -> None:
        """It is there no more."""
        for target in [target for target in self._due if target[0] == workspace]:
            del self._due[target]

    def has_whole(self) -> bool:
        """Whether a whole workspace is among them."""
        return any(folder == "" for _, folder in self._due)

    def next(self) -> float | None:
        """When the next one is due."""
        return min(self._due.values(), default=None)

    def take(self, now: float) -> Target | None:
        """One whose time has come: folders before whole workspaces, since somebody made them."""
        ready = [(target[1] == "", due, target) for target, due in self._due.items() if due <= now]
        if not ready:
            return None
        target = min(ready)[2]
        del self._due[target]
        return target

    def done(self, target: Target, now: float, cost: float) -> None:
        """It was swept, which took `cost` seconds of work."""
        self._last[target] = _Last(now, cost)
        if len(self._last) > MOST_PAUSES:
            self._last = {t: last for t, last in self._last.items() if now - last.ended < 600}
