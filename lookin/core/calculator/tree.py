"""The nodes an expression may consist of; nothing else is ever worked out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lookin.core.calculator.reals import Real
from lookin.core.calculator.units import Unit

Units = tuple[tuple[Unit, int], ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or a constant."""

    value: Real


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of units: 5 km/h; or of several of one kind: 5 ft 11 in."""

    parts: tuple[tuple[Node, Units], ...]
    at: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar."""

    day: date


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, or a length of time written as one; in seconds."""

    seconds: Fraction


@dataclass(frozen=True, slots=True)
class Percent:
    """20%."""

    of: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """-x."""

    of: Node
    at: int


@dataclass(frozen=True, slots=True)
class Operation:
    """left sign right; the sign stands at `at`."""

    sign: str
    left: Node
    right: Node
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """name(arguments)."""

    name: str
    arguments: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """`of` in units, in the notation of a base (2 to 36), or as a fraction, percent or decimal.

    `smaller` units show what is left over: 180 cm in ft and in. A `shy` one was asked for by a
    particle or by nothing but a second unit, so that it may be no conversion at all.
    """

    of: Node
    target: Units | int | str
    at: int
    smaller: tuple[Units, ...] = ()
    shy: bool = False


Node = Number | Measure | Day | Clock | Percent | Negative | Operation | Call | Conversion
