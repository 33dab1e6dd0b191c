"""The functions of the calculator by name, in numbers alone. Not for units: see evaluation.py."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cmp_to_key, reduce

from lookin.core.calculator import angles, failures
from lookin.core.calculator.reals import (
    MAX_BITS,
    ONE,
    TWO,
    WORKING,
    Real,
    add,
    compare,
    decimal_of,
    divide,
    multiply,
    negate,
    power,
    real,
    rounded,
    subtract,
)

Work = Callable[[Sequence[Real]], Real]


def natural_logarithm(value: Real) -> Real:
    """ln. Raises SumError (`sum_no_value`) for 0 and less."""
    if value.sign <= 0:
        raise failures.no_value("ln")
    if value.is_exact and value == Real(Fraction(1), e=value.e):
        return real(value.e)
    return rounded(WORKING.ln(decimal_of(value)))


def logarithm(value: Real, base: Real) -> Real:
    """log of `value` to `base`, exact where that is a fraction of small numbers."""
    if value.sign <= 0 or base.sign <= 0 or compare(base, ONE) == 0:
        raise failures.no_value("log")
    x = WORKING.divide(WORKING.ln(decimal_of(value)), WORKING.ln(decimal_of(base)))
    for below in (1, 2, 3):
        above = round(WORKING.multiply(x, Decimal(below))) if abs(x) < 10_000 else 0
        if abs(x * below - above) < Decimal("1e-30"):
            exact = real(Fraction(above, below))
            if _same(power(base, exact), value):
                return exact
    return rounded(x)


def _same(a: Real, b: Real) -> bool:
    return a.is_exact and a == b


def exponential(value: Real) -> Real:
    """e to the power of `value`."""
    whole = value.whole
    if whole is not None and abs(whole) <= 99:
        return Real(Fraction(1), e=whole)
    x = decimal_of(value)
    if x > 20_000:
        raise failures.too_large()
    return rounded(WORKING.exp(max(x, Decimal(-200_000))))


def factorial(value: Real) -> Real:
    """n! for whole n from 0. Raises SumError (`sum_whole_wanted`, `sum_too_large`)."""
    n = _whole(value, "!")
    if n < 0:
        raise failures.no_value("!")
    if n > 1_500:
        raise failures.too_large()
    return real(math.factorial(n))


def rounded_to(mode: str, name: str) -> Work:
    """floor, ceil and round to a number of decimal places; halves go away from 0, as at school."""

    def work(values: Sequence[Real]) -> Real:
        places = _whole(values[1], name) if len(values) > 1 else 0
        if abs(places) > 1_000:
            raise failures.no_value(name)
        scale = real(Fraction(10) ** places)
        return divide(real(_cut(multiply(values[0], scale), mode)), scale)

    return work


def _cut(value: Real, mode: str) -> int:
    exact = value.fraction
    if exact is not None:
        if mode == ROUND_HALF_UP:
            half = math.floor(abs(exact) + Fraction(1, 2))
            return half if exact > 0 else -half
        return math.floor(exact) if mode == ROUND_FLOOR else math.ceil(exact)
    return int(decimal_of(value).to_integral_value(mode))


def quotient(a: Real, b: Real) -> Real:
    """⌊a / b⌋, as Python's `//`."""
    return real(_cut(divide(a, b), ROUND_FLOOR))


def remainder(a: Real, b: Real) -> Real:
    """a - b·⌊a / b⌋, as Python's `%`: its sign is that of b."""
    return subtract(a, multiply(b, quotient(a, b)))


def total(values: Sequence[Real]) -> Real:
    """The sum."""
    return reduce(add, values)


def mean(values: Sequence[Real]) -> Real:
    """The arithmetic mean."""
    return divide(total(values), real(len(values)))


def median(values: Sequence[Real]) -> Real:
    """The middle one, or the mean of the two in the middle."""
    ordered = sorted(values, key=cmp_to_key(compare))
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else mean(ordered[half - 1 : half + 1])


def largest(values: Sequence[Real]) -> Real:
    """The largest one."""
    return max(values, key=cmp_to_key(compare))


def smallest(values: Sequence[Real]) -> Real:
    """The smallest one."""
    return min(values, key=cmp_to_key(compare))


def _variance(less: int, name: str) -> Work:
    """The mean squared distance from the mean, over n - less."""

    def work(values: Sequence[Real]) -> Real:
        if len(values) <= less:
            raise failures.wrong_count(name)
        middle = mean(values)
        squares = [power(subtract(each, middle), TWO) for each in values]
        return divide(total(squares), real(len(values) - less))

    return work


def _deviation(less: int, name: str) -> Work:
    variance = _variance(less, name)
    return lambda values: square_root(variance(values))


def square_root(value: Real) -> Real:
    """√. Raises SumError (`sum_no_value`) below 0."""
    if value.sign < 0:
        raise failures.no_value("√")
    return power(value, real(Fraction(1, 2)))


def root(value: Real, degree: Real) -> Real:
    """The degree-th root."""
    return power(value, divide(ONE, degree))


def choose(values: Sequence[Real]) -> Real:
    """How many ways to choose k of n."""
    n, k = _whole(values[0], "comb"), _whole(values[1], "comb")
    if n < 0 or k < 0:
        raise failures.no_value("comb")
    fewer = min(k, n - k)
    if fewer > 0 and fewer * max(1, (n // fewer).bit_length() - 1) > MAX_BITS:
        raise failures.too_large()
    return real(math.comb(n, k))


def arrange(values: Sequence[Real]) -> Real:
    """How many ways to line up k of n."""
    n, k = _whole(values[0], "perm"), _whole(values[1], "perm")
    if n < 0 or k < 0:
        raise failures.no_value("perm")
    if k <= n and k * max(1, (n - k).bit_length() - 1) > MAX_BITS:
        raise failures.too_large()
    return real(math.perm(n, k))


def _of_wholes(work: Callable[..., int], name: str) -> Work:
    return lambda values: real(work(*[_whole(each, name) for each in values]))


def _whole(value: Real, name: str) -> int:
    whole = value.whole
    if whole is None:
        raise failures.whole_wanted(name)
    return whole


def absolute(value: Real) -> Real:
    """|x|."""
    return negate(value) if value.sign < 0 else value


def _one(work: Callable[[Real], Real]) -> Work:
    return lambda values: work(values[0])


# What keeps the unit of what it is given: max(3 km, 500 m), mean(…), round(2.6 h).
KEEP_UNITS = {"min", "max", "mean", "median", "sum", "stdev", "pstdev", "abs"}
# The name: how many numbers, and the work.
FUNCTIONS: dict[str, tuple[int, int, Work]] = {
    "sqrt": (1, 1, _one(square_root)),
    "cbrt": (1, 1, lambda values: root(values[0], real(3))),
    "root": (2, 2, lambda values: root(values[0], values[1])),
    "exp": (1, 1, _one(exponential)),
    "ln": (1, 1, _one(natural_logarithm)),
    "log": (1, 2, lambda values: logarithm(values[0], [*values, real(10)][1])),
    "log10": (1, 1, lambda values: logarithm(values[0], real(10))),
    "log2": (1, 1, lambda values: logarithm(values[0], TWO)),
    "sin": (1, 1, _one(angles.sine)),
    "cos": (1, 1, _one(angles.cosine)),
    "tan": (1, 1, _one(angles.tangent)),
    "asin": (1, 1, _one(angles.arc_sine)),
    "acos": (1, 1, _one(angles.arc_cosine)),
    "atan": (1, 1, _one(angles.arc_tangent)),
    "atan2": (2, 2, lambda values: angles.arc_tangent_of_two(values[0], values[1])),
    "sinh": (1, 1, _one(angles.hyperbolic(-1))),
    "cosh": (1, 1, _one(angles.hyperbolic(1))),
    "tanh": (1, 1, _one(angles.hyperbolic_tangent)),
    "abs": (1, 1, _one(absolute)),
    "floor": (1, 2, rounded_to(ROUND_FLOOR, "floor")),
    "ceil": (1, 2, rounded_to(ROUND_CEILING, "ceil")),
    "round": (1, 2, rounded_to(ROUND_HALF_UP, "round")),
    "factorial": (1, 1, _one(factorial)),
    "comb": (2, 2, choose),
    "perm": (2, 2, arrange),
    "gcd": (1, 100, _of_wholes(math.gcd, "gcd")),
    "lcm": (1, 100, _of_wholes(math.lcm, "lcm")),
    "mod": (2, 2, lambda values: remainder(values[0], values[1])),
    "pow": (2, 2, lambda values: power(values[0], values[1])),
    "hypot": (2, 9, lambda values: square_root(total([power(v, TWO) for v in values]))),
    "min": (1, 300, smallest),
    "max": (1, 300, largest),
    "sum": (1, 300, total),
    "mean": (1, 300, mean),
    "median": (1, 300, median),
    "stdev": (2, 300, _deviation(1, "stdev")),
    "pstdev": (1, 300, _deviation(0, "pstdev")),
    "variance": (2, 300, _variance(1, "variance")),
    "pvariance": (1, 300, _variance(0, "pvariance")),
}
_OTHERS = {
    "mean": "avg average 평균",
    "median": "중앙값",
    "sum": "합 합계",
    "max": "최대 최댓값",
    "min": "최소 최솟값",
    "sqrt": "√ 제곱근 루트",
    "cbrt": "∛ 세제곱근",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "ceil": "ceiling 올림",
    "floor": "내림",
    "round": "반올림",
    "factorial": "fact 팩토리얼",
    "stdev": "std 표준편차",
    "variance": "var 분산",
    "comb": "ncr",
    "perm": "npr",
    "abs": "절댓값",
    "gcd": "최대공약수",
    "lcm": "최소공배수",
}
# What a function is called besides: its name.
OTHER_NAMES = {other: name for name, others in _OTHERS.items() for other in others.split()}
WITHOUT_BRACKETS = {"sqrt", "cbrt", "sin", "cos", "tan", "ln"}
ANGLED = {"sin", "cos", "tan"}
ANGLE_GIVING = {"asin", "acos", "atan", "atan2"}
