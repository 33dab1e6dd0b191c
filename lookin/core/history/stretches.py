"""When a version is due: after a busy stretch of work. Pure; whoever asks has the clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lookin.core.history.versions import MOST_PEOPLE

QUIET_MS = 120_000  # so long nothing happened: the stretch is over
LONGEST_MS = 600_000  # a stretch that goes on gets a version so often


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which somebody edited or ran something. Times in ms; 0 before anything happened."""

    first: int = 0
    last: int = 0
    people: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing happened in it."""
        return not self.last

    def with_change(self, now: int, person: str = "") -> Stretch:
        """The stretch after a change at `now` by `person` ("" for nobody: a kernel, a file)."""
        grown = replace(self, first=self.first or now, last=now)
        return grown.with_person(person)

    def with_person(self, person: str) -> Stretch:
        """The stretch with one more who took part."""
        if not person or person in self.people or len(self.people) >= MOST_PEOPLE:
            return self
        return replace(self, people=(*self.people, person))

    def due(self, quiet: int = QUIET_MS, longest: int = LONGEST_MS) -> int | None:
        """When a version of it is to be made; None while nothing happened."""
        return None if self.empty else min(self.last + quiet, self.first + longest)
