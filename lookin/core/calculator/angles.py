"""Sines and their kin in 45 digits, exact at the angles of the schoolbook. Angles are in radians.

Series after reduction: Abramowitz and Stegun 4.3.65, 4.3.66 and 4.4.42. Not for units.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction

from lookin.core.calculator import failures
from lookin.core.calculator.reals import (
    ONE,
    PI,
    ZERO,
    Real,
    add,
    decimal_of,
    divide,
    multiply,
    negate,
    real,
    rounded,
    subtract,
)

_FINE = Context(prec=60, Emax=99_999, Emin=-99_999)
_LARGEST = 10**15  # radians; π is known to 80 digits, so at least 45 right ones remain

HALF = Fraction(1, 2)
# The sine of these parts of π.
_KNOWN = {
    Fraction(0): ZERO,
    Fraction(1, 6): real(HALF),
    Fraction(1, 4): Real(HALF, root=2),
    Fraction(1, 3): Real(HALF, root=3),
    Fraction(1, 2): ONE,
}
_KNOWN_TANGENTS = {
    ZERO: Fraction(0),
    Real(Fraction(1, 3), root=3): Fraction(1, 6),
    ONE: Fraction(1, 4),
    Real(Fraction(1), root=3): Fraction(1, 3),
}


def sine(angle: Real) -> Real:
    """sin of an angle in radians."""
    part = _part_of_pi(angle)
    if part is not None:
        known = _known_sine(part)
        if known is not None:
            return known
    return rounded(_sine(_reduced(angle)))


def cosine(angle: Real) -> Real:
    """cos of an angle in radians."""
    return sine(add(angle, Real(HALF, pi=1)))


def tangent(angle: Real) -> Real:
    """tan of an angle in radians. Raises SumError (`sum_no_value`) at odd multiples of 90°."""
    below = cosine(angle)
    if not below.factor:
        raise failures.no_value("tan")
    return divide(sine(angle), below)


def arc_sine(value: Real) -> Real:
    """The angle from -π/2 to π/2 whose sine this is. Raises SumError (`sum_no_value`)."""
    size = negate(value) if value.sign < 0 else value
    angle = next((part for part, known in _KNOWN.items() if known == size), None)
    if angle is not None:
        found = Real(angle, pi=1) if angle else ZERO
    else:
        x = decimal_of(size)
        if x > 1:
            raise failures.no_value("asin")
        rest = _FINE.sqrt(_FINE.multiply(_FINE.subtract(Decimal(1), x), _FINE.add(Decimal(1), x)))
        found = rounded(_arc_tangent(_FINE.divide(x, rest))) if rest else Real(HALF, pi=1)
    return negate(found) if value.sign < 0 else found


def arc_cosine(value: Real) -> Real:
    """The angle from 0 to π whose cosine this is. Raises SumError (`sum_no_value`)."""
    if abs(decimal_of(value)) > 1:
        raise failures.no_value("acos")
    return subtract(Real(HALF, pi=1), arc_sine(value))


def arc_tangent(value: Real) -> Real:
    """The angle from -π/2 to π/2 whose tangent this is."""
    size = negate(value) if value.sign < 0 else value
    part = _KNOWN_TANGENTS.get(size)
    if part is not None:
        found = Real(part, pi=1) if part else ZERO
    else:
        found = rounded(_arc_tangent(decimal_of(size)))
    return negate(found) if value.sign < 0 else found


def arc_tangent_of_two(y: Real, x: Real) -> Real:
    """The angle of the point (x, y), from -π to π. Raises SumError (`sum_no_value`) at (0, 0)."""
    if not x.sign:
        if not y.sign:
            raise failures.no_value("atan2")
        return Real(HALF * y.sign, pi=1)
    angle = arc_tangent(divide(y, x))
    if x.sign > 0:
        return angle
    return add(angle, Real(Fraction(-1 if y.sign < 0 else 1), pi=1))


def hyperbolic(sign: int) -> Callable[[Real], Real]:
    """(e^x + sign·e^-x) / 2: cosh for 1, sinh for -1."""

    def work(value: Real) -> Real:
        if not value.factor:
            return ONE if sign > 0 else ZERO
        x = decimal_of(value)
        if abs(x) > 20_000:
            raise failures.too_large()
        up, down = _FINE.exp(x), _FINE.exp(-x)
        return rounded(_FINE.divide(_FINE.add(up, down * sign), Decimal(2)))

    return work


def hyperbolic_tangent(value: Real) -> Real:
    """tanh."""
    if not value.factor:
        return ZERO
    x = decimal_of(value)
    if abs(x) > 100:
        return rounded(Decimal(1).copy_sign(x))
    return divide(hyperbolic(-1)(value), hyperbolic(1)(value))


def in_degrees(angle: Real) -> Real:
    """Radians as degrees."""
    return multiply(angle, Real(Fraction(180), pi=-1))


def _part_of_pi(angle: Real) -> Fraction | None:
    """angle / π from 0 to 2, where that is a fraction."""
    if not angle.factor:
        return Fraction(0)
    if isinstance(angle.factor, Fraction) and (angle.root, angle.pi, angle.e) == (1, 1, 0):
        return angle.factor % 2
    return None


def _known_sine(part: Fraction) -> Real | None:
    sign, part = (-1, part - 1) if part >= 1 else (1, part)
    known = _KNOWN.get(min(part, 1 - part))
    return None if known is None else known if sign > 0 else negate(known)


def _reduced(angle: Real) -> Decimal:
    """The angle from -π to π, in 60 digits."""
    part = _part_of_pi(angle)
    if part is not None:
        part = part - 2 if part > 1 else part
        share = _FINE.divide(Decimal(part.numerator), Decimal(part.denominator))
        return _FINE.multiply(PI, share)
    x = decimal_of(angle)
    if abs(x) > _LARGEST:
        raise failures.no_value("sin")
    turns = _FINE.to_integral_value(_FINE.divide(x, 2 * PI))
    return Context(prec=80).subtract(x, Context(prec=95).multiply(turns, 2 * PI))


def _sine(x: Decimal) -> Decimal:
    total, term, n = x, x, 1
    square = -_FINE.multiply(x, x)
    while term and term.adjusted() > total.adjusted() - 60:
        term = _FINE.divide(_FINE.multiply(term, square), Decimal((n + 1) * (n + 2)))
        total = _FINE.add(total, term)
        n += 2
    return total


def _arc_tangent(x: Decimal) -> Decimal:
    """For x >= 0: atan x = 2 atan(x / (1 + √(1 + x²))) until x is small, then the series."""
    doublings = 0
    one = Decimal(1)
    while x > Decimal("0.05"):
        root = _FINE.sqrt(_FINE.add(one, _FINE.multiply(x, x)))
        x = _FINE.divide(x, _FINE.add(one, root))
        doublings += 1
    total, power, n = x, x, 1
    square = -_FINE.multiply(x, x)
    while power and power.adjusted() > total.adjusted() - 60:
        power = _FINE.multiply(power, square)
        n += 2
        total = _FINE.add(total, _FINE.divide(power, Decimal(n)))
    return _FINE.multiply(total, Decimal(2**doublings))
