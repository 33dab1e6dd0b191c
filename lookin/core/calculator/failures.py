"""Why a sum has no answer, in sentences. Not for words that are no sum: those get no answer at all.

Each error's `values["at"]` is the place in the text, in code points from 0.
"""

from __future__ import annotations

from lookin.core.lib.errors import LookinError

MAX_LENGTH = 1000  # characters of one expression
MAX_DEPTH = 50  # brackets and signs within each other


class SumError(LookinError):
    """An expression that clearly is one, but has no answer."""

    code = "sum_misread"

    def __init__(
        self, message: str, hint: str = "", *, code: str = "sum_misread", **values: object
    ) -> None:
        super().__init__(message, hint, code=code, values={"at": 0, **values})

    def placed(self, at: int) -> SumError:
        """The same error, at a place, unless it has one already."""
        self.values["at"] = self.values["at"] or at
        return self


def misread(part: str, at: int) -> SumError:
    """Something stands where it cannot."""
    return SumError(
        "“{part}” does not fit there.",
        "Look at what stands before and after it.",
        part=shown(part),
        at=at,
    )


def unfinished(at: int) -> SumError:
    """The end came too early: a person is still typing, most of the time."""
    return SumError("The end is still missing.", code="sum_unfinished", at=at)


def too_long() -> SumError:
    """More than MAX_LENGTH characters."""
    return SumError(
        "That is too long to work out.",
        "Up to {most} characters are fine. For more, use a notebook.",
        code="sum_too_long",
        most=MAX_LENGTH,
    )


def too_deep(at: int) -> SumError:
    """More than MAX_DEPTH brackets within each other."""
    return SumError(
        "There are too many brackets within each other.",
        "Up to {most} are fine. Work out an inner part first.",
        code="sum_too_deep",
        most=MAX_DEPTH,
        at=at,
    )


def too_large() -> SumError:
    """A number with more digits than are kept exactly."""
    return SumError(
        "The answer has too many digits to write down.",
        "Up to 4,000 are fine. In a notebook, Python can work with more.",
        code="sum_too_large",
    )


def too_much_work() -> SumError:
    """Many large numbers at once."""
    return SumError(
        "That would take too long to work out here.",
        "Try it in a notebook.",
        code="sum_too_much_work",
    )


def divided_by_zero() -> SumError:
    """1/0, 1 mod 0."""
    return SumError("Nothing can be divided by zero.", code="sum_divided_by_zero")


def no_value(name: str) -> SumError:
    """The square root of -1, the logarithm of 0, tan 90°."""
    return SumError(
        "{name} has no value among the real numbers here.",
        "Look at the number it is given.",
        code="sum_no_value",
        name=name,
    )


def whole_wanted(name: str) -> SumError:
    """5.5!, 0.5 mod in a base, gcd(0.5, 2)."""
    return SumError(
        "{name} works with whole numbers only.",
        "Round first, such as with round(2.6).",
        code="sum_whole_wanted",
        name=name,
    )


def plain_wanted(name: str) -> SumError:
    """sqrt(5 km), 2^(3 h), a day times two."""
    return SumError(
        "{name} does not work with that.",
        "Try it with numbers alone.",
        code="sum_plain_wanted",
        name=name,
    )


def wrong_count(name: str) -> SumError:
    """sqrt(1, 2), mean()."""
    return SumError(
        "{name} was given too many or too few numbers.",
        "Put a comma between two numbers, such as max(3, 8).",
        code="sum_wrong_count",
        name=name,
    )


def units_differ(left: str, right: str) -> SumError:
    """5 km + 3 kg, 5 km in hours."""
    return SumError(
        "{left} and {right} measure different things.",
        "Use units of the same kind, such as km and miles.",
        code="sum_units_differ",
        left=left,
        right=right,
    )


def unit_wanted(unit: str) -> SumError:
    """5 km + 3."""
    return SumError(
        "A number without a unit does not go with {unit}.",
        "Give both a unit, such as 5 km + 300 m.",
        code="sum_unit_wanted",
        unit=unit,
    )


def no_such_date(part: str, at: int = 0) -> SumError:
    """2026-02-30."""
    return SumError(
        "There is no day {part} in the calendar.",
        "Write a day as 2026-11-22.",
        code="sum_no_such_date",
        part=shown(part),
        at=at,
    )


def beyond_calendar() -> SumError:
    """9999-12-31 + 1 day."""
    return SumError(
        "That day is beyond the calendar.",
        "It goes from the year 1 to the year 9999.",
        code="sum_no_such_date",
    )


def shown(text: str) -> str:
    """What was typed, short enough for a sentence, with nothing that could disturb a terminal."""
    clean = "".join(c if c.isprintable() else "·" for c in text)
    return clean if len(clean) <= 24 else clean[:24] + "…"
