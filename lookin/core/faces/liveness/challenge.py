"""The movements that one sign-in asks for, drawn by the server so that nobody can prepare them.

Not for judging whether they were made: see movements.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise, product
from random import Random

SIDES = ("left", "right")
# Places in it are kept with the prints of streams: new movements come last.
STEPS = (*SIDES, "up", "nod", "closer", "tilt_left", "tilt_right")
ONCE = "closer"  # whoever came closer stays there, so asking for it again asks for nothing
FEWEST = 3  # movements to draw from; with fewer, one recording would do for every challenge
MOST = 6
SPARES = 2
PAUSE, HOLD = (0.2, 0.6), (0.05, 0.2)  # seconds, drawn evenly
FLASHES = ("#ff5050", "#40e060", "#5070ff", "#f0d040", "#e050e0", "#40d0e0")


@dataclass(frozen=True)
class Challenge:
    """What is asked, in order, and the pauses and holds that nobody is told of.

    steps: movements, each from where the one before ended. spares: movements added when one was
    mistaken. pauses: seconds of looking straight ahead before the first movement and after a
    mistake; holds: seconds that each movement must last. flashes: colours.
    """

    steps: tuple[str, ...]
    spares: tuple[str, ...] = ()
    pauses: tuple[float, ...] = ()
    holds: tuple[float, ...] = ()
    flashes: tuple[str, ...] = ()

    def pause(self, index: int) -> float:
        """Seconds of looking straight ahead before the movement `index`."""
        return self.pauses[index % len(self.pauses)] if self.pauses else 0.0

    def hold(self, index: int) -> float:
        """Seconds that the movement `index` must last."""
        return self.holds[index % len(self.holds)] if self.holds else 0.0

    def with_spares(self, index: int) -> Challenge:
        """The challenge when the movement `index` was mistaken: two others in its place."""
        steps = (*self.steps[:index], *self.spares, *self.steps[index + 1 :])
        return replace(self, steps=steps, spares=())


def draw_challenge(
    random: Random,
    *,
    steps: int,
    without: frozenset[str] = frozenset(),
    flashes: int = 0,
    seen: Iterable[tuple[str, ...]] = (),
) -> Challenge:
    """A challenge of `steps` movements (1 to 6), none twice in a row, at least one to a side.

    Only a turn to a side tells a flat picture from a head, so a challenge always has one.
    `random` should be a SystemRandom. `without`: movements that this person cannot make; it must
    not be the browser's to choose. `flashes`: how many colours to show at the end (0 to 6).
    `seen`: what was asked lately, newest first; it is not asked again, as far back as half of all
    challenges remain, so that a film of the last sign-ins fits nothing. Raises ValueError when
    too few movements are left.
    """
    able = [step for step in STEPS if step not in without]
    sides = [step for step in SIDES if step not in without]
    if len(able) < FEWEST or not sides or not 1 <= steps <= MOST:
        raise ValueError("too few movements to draw a challenge from")
    rows = [row for row in _rows(able, steps) if set(row) & set(sides)]
    lately = [row for row in dict.fromkeys(seen) if row in rows][: len(rows) // 2]
    count = steps + SPARES
    return Challenge(
        steps=random.choice([row for row in rows if row not in lately]),
        spares=random.choice(_rows(_spare(able, sides, steps), SPARES)),
        pauses=tuple(random.uniform(*PAUSE) for _ in range(count)),
        holds=tuple(random.uniform(*HOLD) for _ in range(count)),
        flashes=tuple(random.sample(FLASHES, flashes)),
    )


def _spare(able: list[str], sides: list[str], steps: int) -> list[str]:
    return sides if steps == 1 else [step for step in able if step != ONCE]


def _rows(able: list[str], count: int) -> list[tuple[str, ...]]:
    """All rows of `count` movements without one twice in a row, unless there is but one."""
    every = [row for row in product(able, repeat=count) if row.count(ONCE) <= 1]
    apart = [row for row in every if all(one != two for one, two in pairwise(row))]
    return apart or every
