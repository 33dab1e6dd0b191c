"""Exact and rounded numbers as text: for eyes, for the clipboard and for Python. Not for units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from lookin.core.calculator.reals import Real, decimal_of
from lookin.core.calculator.values import TimeOfDay

SHOWN_DIGITS = 15  # of a number that is not exact: what a float keeps for certain
_MOST_EXACT = 24  # significant digits of an exact decimal fraction that are all written
_MOST_WHOLE = 60  # digits of a whole number that are all shown to eyes
_ROUND = Context(prec=SHOWN_DIGITS, Emax=999_999, Emin=-999_999)
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True, slots=True)
class Digits:
    """One number: `text` grouped by thousands, `plain` for programs, `python` an expression."""

    text: str
    plain: str
    python: str
    exact: bool


def digits_of(number: Real, *, measured: bool = False) -> Digits:
    """How a number is written: whole ones in full, others in 15 digits unless few are exact.

    A `measured` one has a unit: nobody wants more digits of it, nor a fraction.
    """
    value = number.fraction
    if value is not None:
        if value.denominator == 1:
            return _whole(value.numerator)
        exact = _exact_decimal(value, SHOWN_DIGITS if measured else _MOST_EXACT)
        if exact is not None:
            return Digits(_grouped(exact), exact, exact, exact=True)
    rounded = decimal_of(number)
    plain = _plain(rounded)
    if value is None or measured or max(abs(value.numerator), value.denominator) > 10**18:
        python = _python(rounded)
    else:
        python = f"{value.numerator}/{value.denominator}"
    exact_all_the_same = value is not None and Fraction(Decimal(plain)) == value
    return Digits(_for_eyes(rounded), plain, python, exact_all_the_same)


def _whole(value: int) -> Digits:
    plain = str(value)
    if len(plain) <= _MOST_WHOLE:
        return Digits(_grouped(plain), plain, plain, exact=True)
    shown = _ROUND.plus(Decimal(value))
    return Digits(_for_eyes(shown), plain, plain, exact=shown == value)


def _exact_decimal(value: Fraction, most: int) -> str | None:
    """All digits, if there are no more than `most` from the first to the last."""
    below, twos, fives = value.denominator, 0, 0
    if below.bit_length() > 200:
        return None
    while below % 2 == 0:
        below //= 2
        twos += 1
    while below % 5 == 0:
        below //= 5
        fives += 1
    places = max(twos, fives)
    if below != 1 or places > most:
        return None
    digits = str(abs(value.numerator) * 10**places // value.denominator)
    if len(digits) > most:
        return None
    digits = digits.zfill(places + 1)
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _plain(value: Decimal) -> str:
    rounded = _ROUND.plus(value).normalize(_ROUND)
    if not rounded:
        return "0"
    if -7 <= rounded.adjusted() < 21:
        return f"{rounded:f}"
    digits, exponent = _scientific(rounded)
    return f"{digits}e{exponent}"


def _python(value: Decimal) -> str:
    """A float's shortest text, where a float reaches so far."""
    number = float(value) if -300 < value.adjusted() < 300 else 0.0
    return repr(number) if number or not value else _plain(value)


def _for_eyes(value: Decimal) -> str:
    rounded = _ROUND.plus(value).normalize(_ROUND)
    if not rounded or -7 <= rounded.adjusted() < 21:
        return _grouped(_plain(value))
    digits, exponent = _scientific(rounded)
    return f"{digits} × 10{str(exponent).translate(_RAISED)}"


def _scientific(value: Decimal) -> tuple[str, int]:
    digits = "".join(map(str, value.as_tuple().digits))
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{'-' if value < 0 else ''}{digits[0]}{rest}", value.adjusted()


def _grouped(plain: str) -> str:
    """Commas between thousands, as Korean and English have them; a true minus sign."""
    sign = "−" if plain.startswith("-") else ""
    whole, point, rest = plain.lstrip("-").partition(".")
    return f"{sign}{int(whole):,}{point}{rest}"


def shown_time(time: TimeOfDay) -> str:
    """09:30, or 09:30:15."""
    seconds = int(time.seconds)
    rest = f":{seconds % 60:02}" if seconds % 60 else ""
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}{rest}"


def closed_form(number: Real) -> str:
    """A number that is not a decimal, exactly: 11/12, 2√2, √3/2, π/3; nothing for others."""
    if not isinstance(number.factor, Fraction):
        return ""
    above, below = number.factor.numerator, number.factor.denominator
    if max(abs(above), below) > 10**9:
        return ""
    signs = (f"√{number.root}" if number.root != 1 else "") + "".join(
        sign if power == 1 else sign + str(power).translate(_RAISED)
        for sign, power in (("π", number.pi), ("e", number.e))
        if power
    )
    if abs(above) == 1 and signs:
        top = ("−" if above < 0 else "") + signs
    else:
        top = f"{above}".replace("-", "−") + signs
    return top if below == 1 else f"{top}/{below}"


def in_base(value: int, base: int) -> str:
    """0xff, 0b1010, 0o17, as Python writes them; other bases, to 36, without a sign."""
    sign = "-" if value < 0 else ""
    letter = {2: "b", 8: "o", 16: "x"}.get(base)
    if letter is not None:
        return f"{sign}0{letter}{abs(value):{letter}}"
    digits, value = "", abs(value)
    while value:
        value, digit = divmod(value, base)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return sign + (digits or "0")
