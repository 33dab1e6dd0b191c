"""Whole lines about days: days until …, 90 days from today, 2주 뒤, …까지 며칠. Else the parser's.

Each is an operation on days that could have been written with + and - as well.
"""

from __future__ import annotations

from lookin.core.calculator import failures, words
from lookin.core.calculator.cursor import NoSumError
from lookin.core.calculator.parser import Parser
from lookin.core.calculator.tree import Conversion, Day, Measure, Node, Operation, Units


def read_line(parser: Parser) -> Node:
    """The tree of a whole line. Raises SumError or NoSumError."""
    _skip_idle(parser)
    node = _asked_for(parser) or _counted(parser) or parser.line()
    if parser.ahead.kind != "end":
        raise parser.lost()
    return node


def _skip_idle(parser: Parser) -> None:
    for length in (3, 2, 1):
        if " ".join(parser.word(n) for n in range(length)) in words.IDLE:
            parser.at += length
            return


def _asked_for(parser: Parser) -> Node | None:
    """days until D; weeks since D; days between D and D."""
    if parser.ahead.kind != "word" or parser.word(1) not in {"until", "till", "since", "between"}:
        return None
    units = parser.units()
    if len(units) != 1 or not units[0][0].is_time:
        raise NoSumError
    phrase, at = parser.word(), parser.ahead.start
    parser.at += 1
    first = _day(parser)
    today: Node = Day(parser.today)
    if phrase == "between":
        if parser.word() not in {"and", "to"}:
            raise parser.lost()
        parser.at += 1
        first, today = _day(parser), first
    parser.worked = True
    early, late = (first, today) if phrase == "since" else (today, first)
    return _in_units(parser, Operation("-", late, early, at), units, at)


def _in_units(parser: Parser, node: Node, units: Units, at: int) -> Node:
    """`node` days; weeks with the days that are left over."""
    if units[0][0].symbol == "d":
        return node
    rest = (parser.units_named("d"),) if units[0][0].symbol == "week" else ()
    return Conversion(node, units, at, rest)


def _day(parser: Parser) -> Node:
    day = parser.day()
    if day is None and parser.ahead.kind == "number":
        node = parser.number()
        if isinstance(node, Day):
            return node
        raise NoSumError
    if day is None:
        raise failures.unfinished(parser.ahead.start) if parser.ahead.kind == "end" else NoSumError
    return Day(day)


def _counted(parser: Parser) -> Node | None:
    """D까지 며칠; D부터 D까지; 90 days after D; 2 weeks ago; 90일 뒤; D부터 90일 뒤."""
    saved, worked = parser.at, parser.worked
    node = _from_day(parser) or _from_length(parser)
    if node is None:
        parser.at, parser.worked = saved, worked
    else:
        parser.worked = True
    return node


def _from_day(parser: Parser) -> Node | None:  # noqa: PLR0911 - one for each phrase
    day = parser.day()
    if day is None:
        return None
    at = parser.ahead.start
    if parser.word() == "까지":
        parser.at += 1
        _skip_how_many(parser)
        return Operation("-", Day(day), Day(parser.today), at)
    if parser.word() not in {"부터", "에서"}:
        return None
    parser.at += 1
    later = parser.day()
    if later is not None and parser.word() == "까지":
        parser.at += 1
        _skip_how_many(parser)
        return Operation("-", Day(later), Day(day), at)
    if later is not None or parser.ahead.kind != "number":
        return None
    length = parser.number()
    if not _is_time(length):
        return None
    back = words.PHRASES.get(parser.word()) == "ago"
    if words.PHRASES.get(parser.word()) in {"later", "ago"}:
        parser.at += 1
    return Operation("-" if back else "+", Day(day), length, at)


def _skip_how_many(parser: Parser) -> None:
    name, length = parser.named(words.PHRASES)
    if name and words.PHRASES[name] == "며칠":
        parser.at += length
        while parser.word() in words.ENDINGS_KOREAN:
            parser.at += 1


def _from_length(parser: Parser) -> Node | None:
    if parser.ahead.kind != "number":
        return None
    length = parser.number()
    if not _is_time(length):
        return None
    name, tokens = parser.named(words.PHRASES)
    phrase, at = words.PHRASES.get(name, ""), parser.ahead.start
    parser.at += tokens
    if phrase in {"later", "ago"}:
        return Operation("-" if phrase == "ago" else "+", Day(parser.today), length, at)
    if phrase in {"after", "before"}:
        return Operation("-" if phrase == "before" else "+", _day(parser), length, at)
    return None


def _is_time(node: Node) -> bool:
    return isinstance(node, Measure) and all(
        len(units) == 1 and units[0][0].is_time and units[0][0].symbol in CALENDAR
        for _, units in node.parts
    )


# What days are counted on in.
CALENDAR = {"d", "week", "month", "year"}
