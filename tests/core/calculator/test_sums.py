"""The calculator's sums are exact, bounded, and refuse what is not a number."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookin.core.calculator.sums import add
from lookin.core.lib.errors import LookinError


@pytest.mark.parametrize(
    ("op1", "op2", "answer"),
    [
        ("6", "7", "13"),
        ("0.1", "0.2", "0.3"),
        ("1.50", "1.50", "3"),
        ("-3", "3", "0"),
        ("-0", "-0.0", "0"),
        (".5", "2.", "2.5"),
        (" 6 ", "\t7\n", "13"),
        ("６", "−１", "5"),
        ("1e3", "1E-3", "1000.001"),
        ("100", "0", "100"),
        ("9" * 1000, "1", "1" + "0" * 1000),
    ],
)
def test_a_sum_is_exact_and_plainly_written(op1: str, op2: str, answer: str) -> None:
    assert add(op1, op2) == answer


def test_the_widest_sum_keeps_every_digit() -> None:
    answer = add("1e1000", "-" + "9" * 1000 + "e-1000")
    assert Fraction(answer) == Fraction(10) ** 1000 - Fraction(int("9" * 1000), 10**1000)


@pytest.mark.parametrize(
    "bad",
    [
        *("", " ", "abc", "NaN", "inf", "-Infinity", "1_000", "1,000", "0x10", "٣", "--1"),
        *("1\x007", "1e", "e5", ".", "1e1001", "1e999999999", "1e9999999999999999999"),
        *("1" * 1001, "7" * 10_000),
    ],
)
def test_what_is_no_number_is_refused_at_once(bad: str) -> None:
    start = time.monotonic()
    with pytest.raises(LookinError) as caught:
        add(bad, "1")
    assert caught.value.status == 400
    assert len(caught.value.sentence()) < 200
    assert time.monotonic() - start < 0.5


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40),
)
def test_any_two_decimals_add_as_fractions_do(a: Decimal, b: Decimal) -> None:
    if max(abs(_exponent(a)), abs(_exponent(b))) > 900:
        return
    answer = add(f"{a}", f"{b}")
    assert Fraction(answer) == Fraction(a) + Fraction(b)
    assert json.loads(answer, parse_float=Decimal, parse_int=Decimal) == Decimal(answer)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent
