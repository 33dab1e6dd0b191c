"""Real numbers that stay exact as long as they can: a fraction times √n, π and e to whole powers.

Anything else is a decimal of 45 digits, marked as not exact. Not for units, dates or notation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction
from functools import lru_cache

from lookin.core.calculator import failures

MAX_BITS = 13_288  # 4000 decimal digits: Python writes no longer integer without being asked to
_SQUARE_BELOW = 1000  # square factors are sought up to this number's square
WORKING = Context(
    prec=45, Emax=99_999, Emin=-99_999, traps=[Overflow, InvalidOperation, DivisionByZero]
)
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")
E = Decimal("2.71828182845904523536028747135266249775724709369995957496696762772407663035354759")


@dataclass(frozen=True, slots=True)
class Real:
    """`factor · √root · π^pi · e^e`; a Decimal factor is rounded, and the other three are idle."""

    factor: Fraction | Decimal
    root: int = 1
    pi: int = 0
    e: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether nothing was rounded on the way."""
        return isinstance(self.factor, Fraction)

    @property
    def fraction(self) -> Fraction | None:
        """The value, if it is a fraction and exact."""
        if self.root == 1 and not self.pi and not self.e and isinstance(self.factor, Fraction):
            return self.factor
        return None

    @property
    def whole(self) -> int | None:
        """The value, if it is a whole number and exact."""
        value = self.fraction
        return value.numerator if value is not None and value.denominator == 1 else None

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return (self.factor > 0) - (self.factor < 0)


def real(value: Fraction | int) -> Real:
    """The exact number `value`. Raises SumError (`sum_too_large`) for one of too many digits."""
    value = Fraction(value)
    if max(value.numerator.bit_length(), value.denominator.bit_length()) <= MAX_BITS:
        return Real(value)
    if value.denominator == 1:
        raise failures.too_large()
    return Real(_rounded(value))


ZERO, ONE, TWO = real(0), real(1), real(2)
THE_PI, THE_E = Real(Fraction(1), pi=1), Real(Fraction(1), e=1)


def decimal_of(number: Real) -> Decimal:
    """`number` in 45 digits."""
    if isinstance(number.factor, Decimal):
        return number.factor
    value = _rounded(number.factor)
    if number.root != 1:
        value = WORKING.multiply(value, WORKING.sqrt(Decimal(number.root)))
    for base, exponent in ((PI, number.pi), (E, number.e)):
        if exponent:
            value = WORKING.multiply(value, WORKING.power(base, exponent))
    return value


def rounded(value: Decimal) -> Real:
    """A number that is not exact."""
    return Real(WORKING.plus(value))


def negate(a: Real) -> Real:
    """-a."""
    return Real(-a.factor, a.root, a.pi, a.e)


def add(a: Real, b: Real) -> Real:
    """a + b."""
    if isinstance(a.factor, Fraction) and isinstance(b.factor, Fraction):
        if not a.factor or not b.factor:
            return a if a.factor else b
        if (a.root, a.pi, a.e) == (b.root, b.pi, b.e):
            return _of(a.factor + b.factor, a.root, a.pi, a.e)
    left, right = decimal_of(a), decimal_of(b)
    total = WORKING.add(left, right)
    if total and total.adjusted() < max(left.adjusted(), right.adjusted()) - 38:
        total = Decimal(0)  # what is left of two equal numbers that were rounded differently
    return Real(total)


def subtract(a: Real, b: Real) -> Real:
    """a - b."""
    return add(a, negate(b))


def multiply(a: Real, b: Real) -> Real:
    """a · b."""
    if isinstance(a.factor, Fraction) and isinstance(b.factor, Fraction):
        factor, root = a.factor * b.factor, a.root * b.root
        if a.root != 1 and b.root != 1:
            out, root = square_free(root)
            factor *= out
        return _of(factor, root, a.pi + b.pi, a.e + b.e)
    return Real(WORKING.multiply(decimal_of(a), decimal_of(b)))


def divide(a: Real, b: Real) -> Real:
    """a / b. Raises SumError (`sum_divided_by_zero`)."""
    if not b.factor:
        raise failures.divided_by_zero()
    if isinstance(a.factor, Fraction) and isinstance(b.factor, Fraction):
        # 1/√n is √n/n, so the root stays above the line.
        inverse = Real(1 / (b.factor * b.root), b.root, -b.pi, -b.e)
        return multiply(a, inverse)
    return Real(WORKING.divide(decimal_of(a), decimal_of(b)))


def compare(a: Real, b: Real) -> int:
    """-1, 0 or 1 as a is less than, equal to or more than b."""
    return subtract(a, b).sign


def power(a: Real, b: Real) -> Real:
    """a^b among the real numbers; an odd root of a negative number is negative.

    Raises SumError (`sum_no_value`, `sum_divided_by_zero`, `sum_too_large`).
    """
    exponent = b.fraction
    if exponent is not None:
        if exponent.denominator == 1:
            return _whole_power(a, exponent.numerator)
        if a.sign < 0 and exponent.denominator % 2:
            size = power(negate(a), b)
            return negate(size) if exponent.numerator % 2 else size
        found = _root(a, exponent) if a.sign >= 0 else None
        if found is not None:
            return found
    if a.sign < 0:
        raise failures.no_value("^")
    if not a.sign:
        if b.sign < 0:
            raise failures.divided_by_zero()
        return ZERO
    return _rounded_power(decimal_of(a), decimal_of(b))


def _rounded_power(a: Decimal, b: Decimal) -> Real:
    size = abs(WORKING.multiply(b, WORKING.log10(a)))
    if size > 9_000:
        if (a > 1) == (b > 0):
            raise failures.too_large()
        return Real(Decimal(0))
    return Real(WORKING.power(a, b))


def _whole_power(a: Real, n: int) -> Real:
    if not a.factor:
        if n < 0:
            raise failures.divided_by_zero()
        return ONE if n == 0 else ZERO
    if not isinstance(a.factor, Fraction):
        if a.factor < 0:
            size = _rounded_power(-a.factor, Decimal(n))
            return negate(size) if n % 2 else size
        return _rounded_power(a.factor, Decimal(n))
    top, bottom = abs(a.factor.numerator), a.factor.denominator
    bits = max(_bits_of_power(top, n), _bits_of_power(bottom, n), _bits_of_power(a.root, n) // 2)
    if bits > MAX_BITS or abs(a.pi * n) > 999 or abs(a.e * n) > 999:
        if a.whole is not None and n > 0:
            raise failures.too_large()
        size = _rounded_power(abs(decimal_of(a)), Decimal(n))
        return negate(size) if a.factor < 0 and n % 2 else size
    half, odd = divmod(n, 2)
    factor = a.factor**n * Fraction(a.root) ** half
    return _of(factor, a.root if odd else 1, a.pi * n, a.e * n)


def _bits_of_power(base: int, n: int) -> int:
    """At least the bits of base^|n|, before the work is done; nearly exact for a large base."""
    return 0 if base <= 1 else int((base.bit_length() - 1) * abs(n))


def _root(a: Real, exponent: Fraction) -> Real | None:
    """a^(k/m), exactly if it can be had; a is not negative."""
    value, m = a.fraction, exponent.denominator
    if value is None or m > 64:
        return None
    top, bottom = whole_root(value.numerator, m), whole_root(value.denominator, m)
    if top is not None and bottom is not None:
        return _whole_power(real(Fraction(top, bottom)), exponent.numerator)
    product = value.numerator * value.denominator
    if m != 2 or product >= _SQUARE_BELOW**3:
        return None
    out, root = square_free(product)
    return _whole_power(Real(Fraction(out, value.denominator), root), exponent.numerator)


def whole_root(n: int, m: int) -> int | None:
    """The whole m-th root of n >= 0, if it has one."""
    if m == 2:
        guess = math.isqrt(n)
        return guess if guess * guess == n else None
    if n.bit_length() > 1000:
        return None
    guess = round(WORKING.power(Decimal(n), WORKING.divide(Decimal(1), Decimal(m)))) if n else 0
    near = [each for each in (guess - 1, guess, guess + 1) if each >= 0 and each**m == n]
    return near[0] if near else None


@lru_cache(maxsize=1024)
def square_free(n: int) -> tuple[int, int]:
    """(s, r) with n = s²·r, for n >= 1; squares of primes up to 1000 are found, and n itself."""
    whole = math.isqrt(n)
    if whole * whole == n:
        return whole, 1
    out, factor = 1, 2
    while factor <= _SQUARE_BELOW and factor * factor <= n:
        square = factor * factor
        while n % square == 0:
            n //= square
            out *= factor
        factor += 1 if factor == 2 else 2
    return out, n


def _of(factor: Fraction, root: int, pi: int, e: int) -> Real:
    if not factor:
        return ZERO
    if root == 1 and not pi and not e:
        return real(factor)
    bits = max(factor.numerator.bit_length(), factor.denominator.bit_length())
    exact = Real(factor, root, pi, e)
    if bits + root.bit_length() > 1000 or abs(pi) > 99 or abs(e) > 99 or root > _SQUARE_BELOW**3:
        return Real(decimal_of(exact))
    return exact


def _rounded(value: Fraction) -> Decimal:
    return WORKING.divide(Decimal(value.numerator), Decimal(value.denominator))
