"""The sum of two typed numbers, for a form of two fields. Expressions: see answers.py."""

from __future__ import annotations

from lookin.core.calculator.numbers import EXACT, parse_number, write_number


def add(op1: str, op2: str) -> str:
    """The exact sum of two typed numbers in plain notation: `add("0.1", "0.2") == "0.3"`.

    The text is a JSON number (RFC 8259 §6) and goes into an answer as it is, because a float on
    the way would round it. At most about 2000 digits, a fraction of a millisecond.
    Raises LookinError (status 400) as `parse_number` does.
    """
    return write_number(EXACT.add(parse_number(op1), parse_number(op2)))
