"""Sums agree with Fraction where they are exact, elsewhere with the math module to 15 digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lookin.core.calculator.reals import Real, add, decimal_of, divide, multiply, power, real
from lookin.core.lib.errors import LookinError
from tests.core.calculator.lines import ask

LEAVES = st.one_of(
    st.integers(0, 10**12).map(str),
    st.decimals(0, 10**6, places=3).map(str),
)


def joined(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(children, st.sampled_from("+-*/"), children)
    return st.one_of(
        pair.map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        children.map(lambda c: f"(-{c})"),
        st.tuples(children, st.integers(0, 4)).map(lambda p: f"({p[0]})^{p[1]}"),
    )


EXPRESSIONS = st.recursive(LEAVES, joined, max_leaves=8).filter(lambda text: "(" in text)


class Reader:
    """Python's own reading of the same text, with each number made a Fraction."""

    def value(self, text: str) -> Fraction:
        import re

        program = re.sub(r"[0-9]+(?:\.[0-9]+)?", lambda m: f"F('{m.group()}')", text)
        program = program.replace("^", "**")
        return Fraction(eval(program, {"F": Fraction}))


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS)
def test_an_exact_answer_is_what_fractions_give(text: str) -> None:
    try:
        wanted = Reader().value(text)
    except ZeroDivisionError:
        with pytest.raises(LookinError) as caught:
            ask(text)
        assert caught.value.code == "sum_divided_by_zero"
        return
    found = ask(text)
    if found is None:
        assert not set("+*/^") & set(text)  # -(-5) alone is no sum
        return
    if found.exact:
        assert Fraction(found.plain) == wanted
    else:
        assert close(Fraction(found.plain), wanted)


def close(found: Fraction, wanted: Fraction) -> bool:
    return abs(found - wanted) <= abs(wanted) / 10**14


SMALL = st.floats(-50, 50, allow_nan=False).map(lambda number: round(number, 12))
PLAIN: dict[str, Callable[[float], float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "atan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "exp": math.exp,
}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(PLAIN)), SMALL)
def test_functions_agree_with_the_math_module(name: str, number: float) -> None:
    found = ask(f"{name}({Decimal(number):f})")
    assert found is not None
    wanted = PLAIN[name](number)
    assert float(found.plain) == pytest.approx(wanted, rel=1e-13, abs=1e-300)


@settings(max_examples=200, deadline=None)
@given(st.floats(1e-9, 1e12), st.sampled_from(["ln", "log10", "log2", "sqrt"]))
def test_roots_and_logarithms_agree_with_the_math_module(number: float, name: str) -> None:
    found = ask(f"{name}({Decimal(number):f})")
    assert found is not None
    work = {"ln": math.log, "log10": math.log10, "log2": math.log2, "sqrt": math.sqrt}[name]
    assert float(found.plain) == pytest.approx(work(number), rel=1e-13, abs=1e-15)


@settings(max_examples=200, deadline=None)
@given(st.floats(-1, 1).map(lambda number: round(number, 12)), st.sampled_from(["asin", "acos"]))
def test_arcs_agree_with_the_math_module(number: float, name: str) -> None:
    found = ask(f"{name}({Decimal(number):f})")
    assert found is not None
    work = {"asin": math.asin, "acos": math.acos}[name]
    assert float(found.plain) == pytest.approx(work(number), rel=1e-12, abs=1e-15)


NUMBERS = st.builds(
    Real,
    st.fractions(max_denominator=60).filter(lambda f: abs(f) < 1000),
    st.sampled_from([1, 2, 3, 5, 6, 7, 10]),
    st.integers(-2, 2),
    st.integers(-2, 2),
)


@settings(max_examples=300, deadline=None)
@given(NUMBERS, NUMBERS, st.sampled_from([add, multiply, divide]))
def test_kept_roots_and_constants_come_to_the_same_as_decimals(
    a: Real, b: Real, work: Callable[[Real, Real], Real]
) -> None:
    assume(b.factor)
    left, right = decimal_of(a), decimal_of(b)
    wanted = {add: left + right, multiply: left * right, divide: left / right}[work]
    found = decimal_of(work(a, b))
    scale = max(abs(left), abs(right), abs(wanted))
    assert abs(found - wanted) <= scale * Decimal("1e-25")


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**6), st.integers(1, 6), st.integers(1, 6))
def test_a_power_with_a_fraction_is_undone_again(base: int, above: int, below: int) -> None:
    exponent = Fraction(above, below)
    there = power(real(base), real(exponent))
    back = power(there, real(1 / exponent))
    assert abs(decimal_of(back) - base) < Decimal("1e-30") * base


@pytest.mark.parametrize(
    ("small", "large", "factor"),
    [
        *(("inch", "foot", 12), ("foot", "yard", 3), ("m", "km", 1000), ("B", "kB", 1000)),
        *(("MB", "GB", 1000), ("MiB", "GiB", 1024), ("bit", "byte", 8), ("min", "hour", 60)),
        *(("oz", "lb", 16), ("day", "week", 7), ("mL", "L", 1000), ("m2", "ha", 10_000)),
        *(("month", "year", 12), ("arcmin", "degree", 60), ("cm3", "L", 1000)),
    ],
)
def test_a_unit_is_so_many_of_another(small: str, large: str, factor: int) -> None:
    found = ask(f"1 {large} in {small}")
    assert found is not None
    assert found.exact
    assert found.plain.split()[0].rstrip("°") == str(factor)


def test_three_hundred_sixtieths_add_up() -> None:
    found = ask(" + ".join(["1/7"] * 70))
    assert found is not None
    assert found.plain == "10"
    assert found.exact
