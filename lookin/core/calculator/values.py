"""What an expression can come to, besides a number: a quantity, a percentage, a time of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lookin.core.calculator.reals import Real
from lookin.core.calculator.tree import Units


@dataclass(frozen=True, slots=True)
class Quantity:
    """`number` of `units`; `mixed` if it is to be shown in several, as 2 h 15 min."""

    number: Real
    units: Units
    mixed: tuple[Units, ...] = ()


@dataclass(frozen=True, slots=True)
class Percentage:
    """`number` in the hundred."""

    number: Real


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """Seconds after midnight, and how many days the sum went beyond it."""

    seconds: Fraction
    days: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """A number that is to be written in a base, or as a fraction, percentage or decimal."""

    number: Real
    form: int | str


Value = Real | Quantity | Percentage | TimeOfDay | date | Written
