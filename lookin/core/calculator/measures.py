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
from lookin.core.calculator.unit_names import COMPOUND, NAMED_KINDS, PLURALS, PRODUCTS
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
        raise failures.unit_wanted(spoken(value.units or target))
    (size, kind), (new_size, new_kind) = combined(value.units), combined(target)
    if kind != new_kind:
        raise failures.units_differ(spoken(value.units), spoken(target))
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
    if a.mixed and a.units[0][0].is_time and symbol_of(b.units) == "m":
        b = Quantity(b.number, ((_unit("min"), 1),))  # 1h30m + 15m
    scales = {units for units in (a.units, b.units) if _start(units) is not None}
    if len(scales) > 1:
        raise failures.units_differ(symbol_of(a.units), symbol_of(b.units))
    other = b if scales and not b.units else convert(b, a.units)
    number = reals.add(a.number, other.number if sign > 0 else reals.negate(other.number))
    return Quantity(number, a.units, a.mixed or b.mixed)


def multiply_quantities(a: Quantity, b: Quantity, sign: int) -> Value:
    """a · b, or a / b for -1; units of one kind meet in the first one: Mbit/s · h is Mbit."""
    number = multiply(a.number, b.number) if sign > 0 else divide(a.number, b.number)
    if not b.units:
        return Quantity(number, a.units, a.mixed)
    parts: list[tuple[Unit, int]] = []
    for unit, exponent in (*_apart(a.units), *((u, e * sign) for u, e in _apart(b.units))):
        number = multiply(number, _met(parts, unit, exponent))
    left = tuple((unit, exponent) for unit, exponent in parts if exponent)
    return _called(Quantity(number, left)) if left else number


def _apart(units: Units) -> list[tuple[Unit, int]]:
    """mph as mi/h, Mbps as Mbit/s."""
    found: list[tuple[Unit, int]] = []
    for unit, exponent in units:
        inner = COMPOUND.get(unit.symbol)
        found += [(_unit(n), e * exponent) for n, e in inner] if inner else [(unit, exponent)]
    return found


def _called(value: Quantity) -> Quantity:
    """A product by its own name: V·A is W, kg·m/s² is N, kW·h is kWh."""
    if len(value.units) < 2:
        return value
    symbols = tuple(unit.symbol for unit, exponent in value.units if exponent == 1)
    if len(symbols) == len(value.units) == 2:
        name = PRODUCTS.get(symbols) or PRODUCTS.get(symbols[::-1])
        if name:
            return convert(value, ((_unit(name), 1),))
    kind = combined(value.units)[1]
    for name in NAMED_KINDS:
        if _unit(name).kind == kind:
            return convert(value, ((_unit(name), 1),))
    return value


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
    by_month = {unit[0][0].symbol for unit in length.mixed} <= {"month", "year"}
    if symbol in {"month", "year"} and by_month:
        months = multiply(length.number, real(12 if symbol == "year" else 1)).whole
        if months is None or abs(months) > 200_000:
            raise failures.whole_wanted(symbol)
        return months_later(day, sign * months)
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


def spoken(units: Units) -> str:
    """The units in a sentence: days rather than d."""
    symbol = symbol_of(units)
    return PLURALS[symbol][1] if symbol in PLURALS else symbol


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _one(unit: Unit, exponent: int) -> str:
    symbol = unit.symbol.replace("_", " ")
    return symbol if exponent == 1 else symbol + str(exponent).translate(_RAISED)


def _unit(name: str) -> Unit:
    unit = find_unit(name)
    assert unit is not None
    return unit
