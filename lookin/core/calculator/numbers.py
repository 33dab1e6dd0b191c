"""Numbers as people type them, read and written exactly. Not for arithmetic: see sums.py."""

from __future__ import annotations

import re
from decimal import Context, Decimal, Inexact, InvalidOperation

from lookin.core.lib.errors import LookinError

MAX_DIGITS = 1000
MAX_EXPONENT = 1000
# Two numbers of at most MAX_DIGITS digits and exponents within ±MAX_EXPONENT span fewer places
# than this, so a sum that needs more cannot be asked for. `Inexact` would say so, never round.
EXACT = Context(
    prec=2 * MAX_DIGITS + 2 * MAX_EXPONENT + 2,
    Emin=-999_999,
    Emax=999_999,
    traps=[Inexact, InvalidOperation],
)

_LONGEST = 2 * MAX_DIGITS  # characters: digits, sign, point, exponent, with room to spare
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,6})?")
# A Korean or Japanese keyboard in full-width mode types these.
_FULL_WIDTH = {0xFF10 + n: 0x30 + n for n in range(10)} | {
    0xFF0B: "+",
    0xFF0D: "-",
    0x2212: "-",
    0xFF0E: ".",
    0xFF45: "e",
    0xFF25: "e",
}


def parse_number(text: str) -> Decimal:
    """The exact value of a decimal number such as `6`, `-0.25`, `.5`, `2.`, `1e-3`, `６`.

    Blanks around it are ignored, full-width digits and signs count as their ASCII forms. At most
    1000 digits and an exponent between -1000 and 1000. No other digits, no thousands separators,
    no infinity and no NaN: Python's own `Decimal()` takes all of those.
    Raises LookinError (code `not_a_number` or `number_too_long`, status 400).
    """
    if len(text) > _LONGEST:
        raise _too_long()
    plain = text.strip().translate(_FULL_WIDTH)
    if not plain:
        raise LookinError(
            "A number is missing.", "Give two numbers, such as 6 and 7.", code="not_a_number"
        )
    if _NUMBER.fullmatch(plain) is None:
        raise LookinError(
            "There is no number in “{text}”.",
            "Write it with digits, such as 6, -0.5 or 1e3.",
            code="not_a_number",
            values={"text": _shown(text)},
        )
    mantissa, _, exponent = plain.lower().partition("e")
    if sum(c.isdigit() for c in mantissa) > MAX_DIGITS or abs(int(exponent or "0")) > MAX_EXPONENT:
        raise _too_long()
    return Decimal(plain)


def write_number(value: Decimal) -> str:
    """The shortest plain notation of `value`: every digit, no exponent, no `-0`; a JSON number."""
    if value == 0:
        return "0"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _too_long() -> LookinError:
    return LookinError(
        "That number is too long.",
        "Up to {digits} digits and exponents up to {exponent} are fine.",
        code="number_too_long",
        values={"digits": MAX_DIGITS, "exponent": MAX_EXPONENT},
    )


def _shown(text: str) -> str:
    """What was typed, short enough for a sentence, with nothing that could disturb a terminal."""
    clean = "".join(c if c.isprintable() else "·" for c in text)
    return clean if len(clean) <= 24 else clean[:24] + "…"
