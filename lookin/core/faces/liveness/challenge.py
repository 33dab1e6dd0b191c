"""The movements that one sign-in asks for, drawn by the server so that nobody can prepare them.

Not for judging whether they were made: see movements.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

SIDES = ("left", "right")
STEPS = (*SIDES, "up", "nod", "closer")
FEWEST = 3  # movements to draw from; with fewer, one recording would do for every challenge
SPARES = 2
FLASHES = ("#ff5050", "#40e060", "#5070ff", "#f0d040", "#e050e0", "#40d0e0")


@dataclass(frozen=True)
class Challenge:
    """What is asked, in order, and the pauses and holds that nobody is told of.

    steps: movements. spares: movements added when one was mistaken. pauses: seconds of looking
    straight ahead before each movement; holds: seconds that each must last. flashes: colours.
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
    random: Random, *, steps: int, without: frozenset[str] = frozenset(), flashes: int = 0
) -> Challenge:
    """A challenge of `steps` movements, none twice in a row, at least one of them to a side.

    Only a turn to a side tells a flat picture from a head, so a challenge always has one.
    `random` should be a SystemRandom. `without`: movements that this person cannot make; it must
    not be the browser's to choose. `flashes`: how many colours to show at the end (0 to 6). Raises
    ValueError when too few movements are left.
    """
    able = [step for step in STEPS if step not in without]
    sides = [step for step in SIDES if step not in without]
    if len(able) < FEWEST or not sides or steps < 1:
        raise ValueError("too few movements to draw a challenge from")
    drawn = _row(random, able, steps)
    while not set(drawn) & set(sides):
        drawn = _row(random, able, steps)
    count = steps + SPARES
    return Challenge(
        steps=drawn,
        spares=_row(random, sides if steps == 1 else able, SPARES),
        pauses=tuple(random.uniform(0.15, 0.45) for _ in range(count)),
        holds=tuple(random.uniform(0.1, 0.3) for _ in range(count)),
        flashes=tuple(random.sample(FLASHES, flashes)),
    )


def _row(random: Random, able: list[str], count: int) -> tuple[str, ...]:
    row: list[str] = []
    for _ in range(count):
        others = [step for step in able if not row or step != row[-1]]
        row.append(random.choice(others or able))
    return tuple(row)
