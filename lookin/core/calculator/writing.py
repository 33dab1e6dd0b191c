"""A value as an answer: for eyes, for the clipboard and for a cell, with remarks. No arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from lookin.core.calculator.angles import in_degrees
from lookin.core.calculator.hangul_numbers import in_korean
from lookin.core.calculator.measures import convert, symbol_of
from lookin.core.calculator.notation import Digits, closed_form, digits_of, in_base, shown_time
from lookin.core.calculator.reals import Real, decimal_of, multiply, negate, real, subtract
from lookin.core.calculator.tree import Units
from lookin.core.calculator.unit_names import KOREAN, PLURALS
from lookin.core.calculator.units import find_unit
from lookin.core.calculator.values import Percentage, Quantity, TimeOfDay, Value, Written

MONEY = {"원", "$", "€", "¥"}
_TIMES = {"h", "min", "s"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Note:
    """A remark below the answer: an English sentence to be translated, and what fills it."""

    message: str
    values: dict[str, object] = field(default_factory=dict)

    def sentence(self) -> str:
        """In English, filled."""
        return self.message.format(**self.values)


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` for eyes, `plain` for the clipboard, `python` for a cell.

    `exact` is False where digits were rounded away: show ≈ then. `notes` say how something was
    read, or the same in another form.
    """

    text: str
    plain: str
    python: str
    exact: bool
    notes: tuple[Note, ...] = ()


def write_answer(value: Value, *, today: date, language: str) -> Answer:
    """The answer for a person who reads `language` ("ko", "en")."""
    match value:
        case Real():
            return _number(value, language)
        case Quantity():
            return _quantity(value, language)
        case Percentage(number):
            digits = digits_of(number)
            python = digits_of(multiply(number, real(Fraction(1, 100)))).python
            return Answer(f"{digits.text}%", f"{digits.plain}%", python, digits.exact)
        case TimeOfDay():
            return _time_of_day(value)
        case date():
            return _day(value, today)
        case Written():
            return _written(value, language)


def _number(number: Real, language: str) -> Answer:
    digits = digits_of(number)
    notes = []
    if number.whole is not None and len(digits.plain) > 61:
        notes.append(Note("It has {digits} digits; copying takes them all.",
                          {"digits": f"{len(digits.plain.lstrip('-')):,}"}))  # fmt: skip
    elif not digits.exact and closed_form(number) not in {"", "π", "e"}:
        notes.append(Note("exactly {value}", {"value": closed_form(number)}))
    notes += _korean_note(number, language)
    return _answer(digits, notes)


def _korean_note(number: Real, language: str) -> list[Note]:
    whole = number.whole
    if language != "ko" or whole is None or not 100_000 <= abs(whole) < 10**20:
        return []
    return [Note("{value}", {"value": in_korean(whole)})]


def _answer(digits: Digits, notes: list[Note]) -> Answer:
    return Answer(digits.text, digits.plain, digits.python, digits.exact, tuple(notes))


def _quantity(value: Quantity, language: str) -> Answer:
    if value.mixed:
        return _mixed(value, language)
    notes: list[Note] = []
    symbol = symbol_of(value.units)
    digits = digits_of(value.number, measured=True)
    if symbol in MONEY and not digits.exact:
        digits = _to_hundredths(value.number)
    if language == "ko" and symbol == "원":
        notes += _korean_note(value.number, language)
    several = _as_several_times(value)
    if several is not None:
        notes.append(Note("{value}", {"value": _mixed(several, language).text}))
    plain = with_unit(digits.plain, symbol, "en")
    python = digits.python if not symbol else f"{digits.python}  # {symbol}"
    return Answer(with_unit(digits.text, symbol, language), plain, python, digits.exact,
                  tuple(notes))  # fmt: skip


def _to_hundredths(number: Real) -> Digits:
    """Two places: money, and what is left over in inches, need no more."""
    near = real(Fraction(round(decimal_of(number), 2)))
    return replace(digits_of(near, measured=True), exact=False)


def with_unit(digits: str, symbol: str, language: str) -> str:
    """5 km, 33 days, 33일, 72 °F, 30°, $5, 5,000원."""
    if symbol in {"$", "€", "¥"}:
        return f"{symbol}{digits}"
    if language == "ko" and symbol in KOREAN:
        return f"{digits}{KOREAN[symbol]}"
    if symbol in {"원", "평", "근", "돈", "°"}:
        return f"{digits}{symbol}"
    if symbol in PLURALS:
        return f"{digits} {PLURALS[symbol][digits.lstrip('−-') != '1']}"
    return f"{digits} {symbol}"


def _as_several_times(value: Quantity) -> Quantity | None:
    """2.25 h as 2 h 15 min; 1000 min as 16 h 40 min: where hours or minutes are not whole."""
    if len(value.units) != 1 or value.units[0][1] != 1 or value.units[0][0].symbol not in _TIMES:
        return None
    units: tuple[Units, ...] = tuple(
        ((unit, 1),) for name in ("d", "h", "min", "s") if (unit := find_unit(name))
    )
    seconds = convert(value, units[-1]).number
    whole = seconds.whole
    if whole is None or not 60 <= abs(whole) < 86_400 * 10_000:
        return None
    steps = (86_400, 3_600, 60, 1)
    used = tuple(unit for unit, step in zip(units, steps, strict=True)
                 if abs(whole) >= step and _digit(abs(whole), step))  # fmt: skip
    if len(used) < 2 and used[:1] == (value.units,):
        return None
    return Quantity(convert(value, used[0]).number, used[0], used)


def _digit(seconds: int, step: int) -> int:
    above = {86_400: 10**12, 3_600: 86_400, 60: 3_600, 1: 60}[step]
    return seconds % above // step


def _mixed(value: Quantity, language: str) -> Answer:
    """5 ft 11 in: whole numbers of the larger units, the rest in the smallest."""
    rest = value.number if value.number.sign >= 0 else negate(value.number)
    left = Quantity(rest, value.units)
    pieces: list[str] = []
    plains: list[str] = []
    for units in value.mixed[:-1]:
        left = convert(left, units)
        whole = int(decimal_of(left.number).to_integral_value("ROUND_FLOOR"))
        if whole or pieces:
            pieces.append(with_unit(f"{whole:,}", symbol_of(units), language))
            plains.append(with_unit(str(whole), symbol_of(units), "en"))
        left = Quantity(subtract(left.number, real(whole)), units)
    last = value.mixed[-1]
    number = convert(left, last).number
    digits = digits_of(number, measured=True)
    if not digits.exact:
        digits = _to_hundredths(number)
    exact = digits.exact
    if digits.plain != "0" or not pieces:
        pieces.append(with_unit(digits.text, symbol_of(last), language))
        plains.append(with_unit(digits.plain, symbol_of(last), "en"))
    sign = "−" if value.number.sign < 0 else ""
    python = f"{digits_of(value.number, measured=True).python}  # {symbol_of(value.units)}"
    return Answer(sign + " ".join(pieces), sign.replace("−", "-") + " ".join(plains), python, exact)


def _time_of_day(value: TimeOfDay) -> Answer:
    seconds = int(value.seconds)
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    text = shown_time(value)
    exact = value.seconds == seconds
    notes = []
    if value.days == 1:
        notes.append(Note("on the next day"))
    elif value.days == -1:
        notes.append(Note("on the day before"))
    elif value.days > 0:
        notes.append(Note("{days} days later", {"days": f"{value.days:,}"}))
    elif value.days < 0:
        notes.append(Note("{days} days earlier", {"days": f"{-value.days:,}"}))
    python = f"datetime.time({hours}, {minutes}, {seconds % 60})"
    return Answer(text, text, python, exact, tuple(notes))


def _day(value: date, today: date) -> Answer:
    notes = [Note(WEEKDAYS[value.weekday()])]
    days = (value - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        notes.append(Note(near[days]))
    elif days > 0:
        notes.append(Note("{days} days from now", {"days": f"{days:,}"}))
    else:
        notes.append(Note("{days} days ago", {"days": f"{-days:,}"}))
    text = value.isoformat()
    python = f"datetime.date({value.year}, {value.month}, {value.day})"
    return Answer(text, text, python, exact=True, notes=tuple(notes))


def _written(value: Written, language: str) -> Answer:
    if isinstance(value.form, int):
        whole = value.number.whole
        if value.form == 10 or whole is None:
            return _answer(digits_of(value.number), [])
        text = in_base(whole, value.form)
        python = text if value.form in {2, 8, 16} else f'int("{text}", {value.form})'
        return Answer(text, text, python, exact=True)
    if value.form == "percent":
        hundred = multiply(value.number, real(100))
        return write_answer(Percentage(hundred), today=date.min, language=language)
    exact = closed_form(value.number)
    if value.form == "fraction" and exact and value.number.fraction is not None:
        plain = exact.replace("−", "-")
        return Answer(exact, plain, plain, exact=True)
    return _answer(digits_of(value.number), [])


def degrees_note(number: Real) -> Note:
    """An angle in radians, in degrees as well."""
    return Note("{value}°", {"value": digits_of(in_degrees(number)).text})
