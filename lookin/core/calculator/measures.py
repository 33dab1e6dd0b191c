"""Quantities added, multiplied and converted; days and lengths of time. Not for notation.

A temperature is added to in its own degrees: 20 °C + 5 °C is 25 °C; two scales do not mix.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from lookin.core.calculator import failures, reals
from lookin.core.calculator.calendar_days import months_later, shifted
from lookin.core.calculator.reals import Real, divide, multiply, power, real
from lookin.core.calculator.tree import Units
from lookin.core.calculator.units import Unit, combined, find_unit
from lookin.core.calculator.values import Percentage, Quantity, Value


def as_quantity(value: Value) -> Quantity:
    """A quantity; a number is one without units."""
    if isinstance(value, Quantity):
        return value
    if isinstance(value, Percentage):
        return Quantity(divide(value.number, real(100)), ())
    if isinstance(value, Real):
        return Quantity(value, ())
    raise failures.plain_wanted("…")


def convert(value: Quantity, target: Units) -> Quantity:
    """The same quantity in other units. Raises SumError (`sum_units_differ`)."""
    if value.units == target:
        return Quantity(value.number, target)
    if not value.units or not target:
        raise failures.unit_wanted(symbol_of(value.units or target))
    (size, kind), (new_size, new_kind) = combined(value.units), combined(target)
    if kind != new_kind:
        raise failures.units_differ(symbol_of(value.units), symbol_of(target))
    before, after = _start(value.units), _start(target)
    number = multiply(value.number, size)
    if before is not None or after is not None:
        # By way of kelvin: K = x · size + start.
        number = reals.add(number, real(before or 0))
        number = reals.subtract(number, real(after or 0))
    return Quantity(divide(number, new_size), target)


def _start(units: Units) -> Fraction | None:
    return units[0][0].start if len(units) == 1 and units[0][1] == 1 else None


def add_quantities(a: Quantity, b: Quantity, sign: int) -> Value:
    """a ± b in the units of a. Raises SumError (`sum_units_differ`)."""
    scales = {units for units in (a.units, b.units) if _start(units) is not None}
    if len(scales) > 1:
        raise failures.units_differ(symbol_of(a.units), symbol_of(b.units))
    other = b if scales and not b.units else convert(b, a.units)
    number = reals.add(a.number, other.number if sign > 0 else reals.negate(other.number))
    return Quantity(number, a.units, a.mixed or b.mixed)


def multiply_quantities(a: Quantity, b: Quantity, sign: int) -> Value:
    """a · b, or a / b for -1; units of one kind meet in the first one: Mbit/s · h is Mbit."""
    number = multiply(a.number, b.number) if sign > 0 else divide(a.number, b.number)
    parts: list[tuple[Unit, int]] = list(a.units)
    for unit, exponent in b.units:
        number = multiply(number, _met(parts, unit, exponent * sign))
    left = tuple((unit, exponent) for unit, exponent in parts if exponent)
    if not left:
        return number
    mixed = a.mixed if left == a.units else ()
    return Quantity(number, left, mixed)


def _met(parts: list[tuple[Unit, int]], unit: Unit, exponent: int) -> Real:
    """Put unit^exponent among `parts`; what the number grows by for it."""
    for place, (other, power_of_other) in enumerate(parts):
        if other == unit or (other.kind == unit.kind and power_of_other):
            parts[place] = (other, power_of_other + exponent)
            return power(divide(unit.size, other.size), real(exponent))
    parts.append((unit, exponent))
    return reals.ONE


def power_of_quantity(a: Quantity, exponent: Fraction) -> Value:
    """a^exponent, where the units' powers stay whole. Raises SumError."""
    powers = [(unit, each * exponent) for unit, each in a.units]
    if any(each.denominator != 1 for _, each in powers):
        raise failures.plain_wanted("√")
    number = power(a.number, real(exponent))
    units = tuple((unit, int(each)) for unit, each in powers if each)
    return Quantity(number, units) if units else number


def days_of(length: timedelta) -> Quantity:
    """A number of days."""
    return Quantity(real(length.days), ((_unit("d"), 1),))


def whole_time(seconds: Fraction) -> Quantity:
    """A length of time, shown in hours, minutes and seconds."""
    hour, minute, second = (((_unit(name), 1),) for name in ("h", "min", "s"))
    mixed: tuple[Units, ...] = (hour, minute)
    if seconds % 60:
        mixed = (hour, minute, second)
    return Quantity(real(seconds / 3600), hour, mixed)


def add_to_day(day: date, length: Quantity | Real, sign: int) -> date:
    """A day so many days, weeks, months or years later (earlier for -1).

    Raises SumError (`sum_whole_wanted`, `sum_plain_wanted`, `sum_no_such_date`).
    """
    if isinstance(length, Real):
        return shifted(day, sign * _whole_days(length))
    symbol = length.units[0][0].symbol if len(length.units) == 1 else ""
    if symbol in {"month", "year"} and not length.mixed:
        months = length.number.whole
        if months is None or abs(months) > 200_000:
            raise failures.whole_wanted(symbol)
        return months_later(day, sign * months * (12 if symbol == "year" else 1))
    days = convert(length, ((_unit("d"), 1),))
    return shifted(day, sign * _whole_days(days.number))


def _whole_days(number: Real) -> int:
    days = number.whole
    if days is None:
        raise failures.whole_wanted("+")
    if abs(days) > 4_000_000:
        raise failures.beyond_calendar()
    return days


def symbol_of(units: Units) -> str:
    """km/h, kW·h, m/s², 1/s: symbols as they are printed."""
    above = "·".join(_one(unit, exponent) for unit, exponent in units if exponent > 0)
    below = [_one(unit, -exponent) for unit, exponent in units if exponent < 0]
    if not below:
        return above
    joined = "·".join(below)
    return f"{above or 1}/{joined}" if len(below) == 1 else f"{above or 1}/({joined})"


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _one(unit: Unit, exponent: int) -> str:
    symbol = unit.symbol.replace("_", " ")
    return symbol if exponent == 1 else symbol + str(exponent).translate(_RAISED)


def _unit(name: str) -> Unit:
    unit = find_unit(name)
    assert unit is not None
    return unit
