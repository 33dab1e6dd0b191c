"""What a line typed into the box comes to, or that it is no sum. The calculator's only door.

Nothing here is ever evaluated as Python: tokens, then a tree of our own nodes, then its value.
"""

from __future__ import annotations

import re
from datetime import date

from lookin.core.calculator import failures, words
from lookin.core.calculator.cursor import NoSumError
from lookin.core.calculator.evaluation import Evaluation
from lookin.core.calculator.failures import MAX_LENGTH, SumError
from lookin.core.calculator.functions import ANGLE_GIVING
from lookin.core.calculator.measures import convert
from lookin.core.calculator.parser import Parser
from lookin.core.calculator.phrases import read_line
from lookin.core.calculator.reals import Real
from lookin.core.calculator.tokens import Token, is_known, tokens_of
from lookin.core.calculator.tree import Call, Conversion, Measure, Node
from lookin.core.calculator.units import Unit, find_unit
from lookin.core.calculator.values import Quantity, Value
from lookin.core.calculator.writing import Answer, Note, degrees_note, write_answer

__all__ = ["Answer", "Note", "answer"]

_ONLY_SIGNS = re.compile(r"[0-9 +\-*/^().,!%=×÷π√]+")
_HYPHENS = re.compile(r"([0-9]+)-([0-9]+)")
_SLASHES = re.compile(r"[0-9]{1,4}(?:[-/][0-9]{1,4}){2,}")
# A unit that stands alone and that most people want in another one.
_HOME_UNITS = {
    "°F": "°C",
    "ft": "cm",
    "mi": "km",
    "yd": "m",
    "lb": "kg",
    "oz": "g",
    "gal": "L",
    "평": "m²",
    "근": "g",
    "돈": "g",
    "acre": "m²",
    "mph": "km/h",
    "psi": "kPa",
    "fl_oz": "mL",
}


def answer(text: str, *, today: date, language: str = "en") -> Answer | None:
    """The answer to a sum; None where `text` is no sum: words, a file's name, a lone number.

    `language` ("ko" or "en") chooses how units are written; notes and errors stay English source
    sentences. Raises LookinError (status 400, `values["at"]` the place in `text`, code points
    from 0) where it clearly is a sum, but has no answer; its codes begin with `sum_`.
    At most 1000 characters are worked on, in bounded time.
    """
    if len(text) > MAX_LENGTH:
        if _ONLY_SIGNS.fullmatch(text) and any(char.isdigit() for char in text):
            raise failures.too_long()
        return None
    line = _plain(text)
    if not line.strip() or _is_a_name(line.strip()):
        return None
    tokens = tokens_of(line)
    if tokens is None or len(tokens) < 2:
        return None
    try:
        return _answer(tokens, today, language)
    except NoSumError:
        return None
    except SumError as error:
        if not _is_sum_all_the_same(tokens, error):
            return None
        raise


def _plain(text: str) -> str:
    """The same line in plain signs, one for one; a first or last = means nothing here."""
    line = text.translate(words.SAME_SIGN).rstrip(" =?")
    start = line.lstrip(" ")
    return " " * (len(line) - len(start) + 1) + start[1:] if start.startswith("=") else line


def _is_a_name(line: str) -> bool:
    """10-12, 3-1, 2026-11 and 010-1234 are ranges, chapters, months; 100-37 is a sum."""
    if _SLASHES.fullmatch(line):
        return True
    match = _HYPHENS.fullmatch(line)
    if match is None:
        return False
    if len(line) > 40 or any(len(part) > 1 and part[0] == "0" for part in match.groups()):
        return len(line) <= 40
    left, right = (int(part) for part in match.groups())
    return left <= right or left < 20 or (1900 <= left <= 2100 and right <= 12)


def _answer(tokens: list[Token], today: date, language: str) -> Answer | None:
    parser = Parser(tokens, today)
    node = read_line(parser)
    evaluation = Evaluation()
    if not parser.worked:
        value = _at_home(node, evaluation)
        return None if value is None else write_answer(value, today=today, language=language)
    value = evaluation.value(node)
    if not isinstance(node, Conversion):
        value = _in_fitting_unit(value)
    found = write_answer(value, today=today, language=language)
    notes = [*found.notes, *_remarks(evaluation, node, value)]
    return Answer(found.text, found.plain, found.python, found.exact, tuple(notes))


def _at_home(node: Node, evaluation: Evaluation) -> Value | None:
    """72°F or 30평 alone, in the unit that most people know better."""
    if not isinstance(node, Measure) or len(node.parts[0][1]) != 1:
        return None
    unit, exponent = node.parts[0][1][0]
    home = find_unit(_HOME_UNITS.get(unit.symbol, ""))
    if home is None or exponent != 1:
        return None
    value = evaluation.value(node)
    assert isinstance(value, Quantity)
    return convert(value, ((home, 1),))


_SIZES = (("B", "kB", "MB", "GB", "TB", "PB"), ("B", "KiB", "MiB", "GiB", "TiB", "PiB"),
          ("bit", "kbit", "Mbit", "Gbit", "Tbit"))  # fmt: skip


def _in_fitting_unit(value: Value) -> Value:
    """0.05 GB is 50 MB, and 5000 MB is 5 GB: sizes of data are said in the fitting unit."""
    if not isinstance(value, Quantity) or len(value.units) != 1 or value.units[0][1] != 1:
        return value
    symbol = value.units[0][0].symbol
    family = next((each for each in _SIZES if symbol in each), None)
    if family is None or not value.number.sign or _fits(value):
        return value
    for name in reversed(family):
        unit = find_unit(name)
        assert isinstance(unit, Unit)
        done = convert(value, ((unit, 1),))
        if _fits(done):
            return done
    return value


def _fits(value: Quantity) -> bool:
    from lookin.core.calculator.reals import decimal_of  # noqa: PLC0415

    return 1 <= abs(decimal_of(value.number)) < 1000


def _remarks(evaluation: Evaluation, node: Node, value: Value) -> list[Note]:
    notes = []
    if "radians" in evaluation.remarks:
        notes.append(Note("Angles without a unit are in radians; sin(30°) is in degrees."))
    if "base 10" in evaluation.remarks:
        notes.append(Note("log is to base 10, ln to base e."))
    if isinstance(node, Call) and node.name in ANGLE_GIVING and isinstance(value, Real):
        notes.append(degrees_note(value))
    return notes


def _is_sum_all_the_same(tokens: list[Token], error: SumError) -> bool:
    """Whether a line that cannot be worked out is a sum nevertheless, and not a search."""
    if error.code not in {"sum_misread", "sum_unfinished", "sum_too_deep", "sum_no_such_date"}:
        return error.code != "sum_unit_wanted" or not any(t.text == "-" for t in tokens)
    if any(token.kind == "word" and not is_known(token.text) for token in tokens):
        return False
    if not any(token.kind in {"number", "clock", "day"} for token in tokens):
        return False
    signs = {token.text for token in tokens if token.kind == "sign"}
    return bool(signs & {"+", "*", "^", "√", "//", "<<", ">>"}) or error.code == "sum_too_deep"
