"""Expressions among the tokens of a line, by precedence climbing. Not the line: see parser.py.

Powers bind tighter than signs, signs tighter than products; a unit binds to the number before it.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from lookin.core.calculator import failures, words
from lookin.core.calculator.cursor import NoSumError
from lookin.core.calculator.day_reader import DayReader
from lookin.core.calculator.functions import FUNCTIONS, OTHER_NAMES, WITHOUT_BRACKETS
from lookin.core.calculator.reals import THE_E, THE_PI, Real, add, divide, power, real
from lookin.core.calculator.tokens import Token
from lookin.core.calculator.tree import (
    Call,
    Clock,
    Day,
    Measure,
    Negative,
    Node,
    Number,
    Operation,
    Percent,
    Units,
)

BINDING = {
    "|": 1,
    "xor": 2,
    "&": 3,
    "<<": 4,
    ">>": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "//": 6,
    "mod": 6,
    "of": 6,
    "on": 6,
    "off": 6,
    "x": 6,
}
_SIGN, _POWER = 7, 8
_CONSTANTS = {
    "π": THE_PI,
    "e": THE_E,
    "τ": Real(Fraction(2), pi=1),
    "φ": divide(add(real(1), power(real(5), real(Fraction(1, 2)))), real(2)),
}


class ExpressionReader(DayReader):
    """A cursor that reads expressions."""

    def __init__(self, tokens: list[Token], today: date) -> None:
        super().__init__(tokens, today)
        self.depth = 0
        self.in_exponent = False

    def expression(self, least: int) -> Node:
        """Everything whose signs bind at least as tightly as `least`."""
        self.depth += 1
        if self.depth > failures.MAX_DEPTH:
            raise failures.too_deep(self.ahead.start)
        left = self.prefixed()
        while True:
            sign, length = self.operator()
            if not sign or BINDING[sign] < least:
                break
            at = self.ahead.start
            self.at += length
            if sign == "x" and self.ahead.kind != "number":
                raise NoSumError
            right = self.expression(BINDING[sign] + 1)
            if sign in {"of", "on", "off"} and not _is_share(sign, left, right):
                raise NoSumError
            left = Operation("*" if sign == "x" else sign, left, right, at)
            self.worked = True
        self.depth -= 1
        return left

    def operator(self) -> tuple[str, int]:
        """(the sign that comes next, its length in tokens); an unwritten `*` has no length."""
        name, length = self.named(words.OPERATORS)
        if name and words.OPERATORS[name] in BINDING:
            return words.OPERATORS[name], length
        if self.sign_is("%"):
            return "mod", 1  # a percent sign was taken by the number before it
        if self.ahead.kind == "sign" and self.ahead.text in BINDING:
            return self.ahead.text, 1
        if self.sign_is("(", "√", "∛", "π") or self.word() in words.CONSTANTS or self.is_call():
            return "*", 0
        return "", 0

    def prefixed(self) -> Node:
        """Signs, then a power."""
        if self.sign_is("-", "+"):
            minus, at = self.ahead.text == "-", self.ahead.start
            self.at += 1
            self.depth += 1
            if self.depth > failures.MAX_DEPTH:
                raise failures.too_deep(at)
            node = self.prefixed()
            self.depth -= 1
            return Negative(node, at) if minus else node
        return self.powered(self.postfixed(self.primary()))

    def powered(self, base: Node) -> Node:
        """base^exponent; 2^3^2 is 2^(3^2)."""
        if not self.sign_is("^"):
            return base
        at = self.ahead.start
        self.at += 1
        self.worked = True
        self.depth += 1
        if self.depth > failures.MAX_DEPTH:
            raise failures.too_deep(at)
        before, self.in_exponent = self.in_exponent, True
        exponent = self.prefixed()
        self.in_exponent = before
        self.depth -= 1
        node = self.postfixed(Operation("^", base, exponent, at))
        units = () if self.in_exponent else self.units()  # 10^3 m
        return Measure(((node, units),), at) if units else node

    def postfixed(self, node: Node) -> Node:
        """n!, 20% and a unit after a bracket."""
        while True:
            if self.sign_is("!"):
                if self.peek().text == "!":
                    raise NoSumError
                self.at += 1
                self.worked = True
                node = Call("factorial", (node,), self.peek(-1).start)
            elif self.is_percent():
                if isinstance(node, Percent):
                    raise NoSumError
                self.at += 1
                node = Percent(node)
            else:
                return node

    def is_percent(self) -> bool:
        """Whether a percent sign comes next that is no remainder: 7 % 3 has a number after it."""
        if words.OPERATORS.get(self.word()) == "%":
            return True
        after = self.peek()
        if not self.sign_is("%"):
            return False
        starts = after.kind in {"number", "day", "clock"} or after.text in {"(", "√", "π"}
        return not starts and not (after.kind == "word" and after.text.lower() in FUNCTIONS)

    # -- the smallest parts

    def primary(self) -> Node:
        """A number with its unit, a day, a time, a constant, a call or a bracket."""
        token = self.ahead
        if token.kind == "number":
            return self.number()
        if token.kind == "clock":
            self.at += 1
            return Clock(token.value)
        if self.word() in words.HALVES and self.peek().kind == "clock":
            self.at += 2
            hour = self.peek(-1).value
            return Clock(hour % 43_200 + words.HALVES[self.word(-2)] * 43_200)
        day = self.day()
        if day is not None:
            return Day(day)
        if self.sign_is("("):
            return self.bracket()
        if token.kind == "word" or self.sign_is("√", "∛", "π"):
            return self.name()
        raise self.lost()

    def bracket(self) -> Node:
        """( … ), and the unit after it; what is still open at the end is closed there."""
        self.at += 1
        node = self.expression(0)
        self.close()
        at = self.ahead.start
        units = self.units()
        return Measure(((node, units),), at) if units else node

    def close(self) -> None:
        """The closing bracket."""
        if self.sign_is(")"):
            self.at += 1
        elif self.ahead.kind != "end":
            raise self.lost()

    def name(self) -> Node:
        """A constant, a call, or a unit of which there is one."""
        at = self.ahead.start
        written = self.word() or self.ahead.text
        function = OTHER_NAMES.get(written, written)
        if function in FUNCTIONS and self.peek().text == "(":
            self.at += 2
            return self.call(function, at)
        if function in WITHOUT_BRACKETS and self.starts_number(self.peek()):
            self.at += 1
            self.worked = True
            return Call(function, (self.powered(self.postfixed(self.primary())),), at)
        constant = words.CONSTANTS.get(self.ahead.text) or words.CONSTANTS.get(written)
        if constant and (constant != "e" or self.ahead.text == "e"):
            self.worked = self.worked or self.ahead.text in {"π", "τ", "φ"}
            self.at += 1
            units = self.units() if constant != "e" else ()
            number = Number(_CONSTANTS[constant])
            return Measure(((number, units),), at) if units else number
        sign = words.BEFORE_NUMBERS.get(written)
        if sign and self.peek().kind == "number":
            return self.signed(sign, at)
        if function in FUNCTIONS and self.peek().kind == "end":
            raise NoSumError
        units = self.units() if self.peek(-1).text in {"/", "*"} or self.word(-1) == "per" else ()
        if units:
            return Measure(((Number(real(1)), units),), at)
        raise self.lost() if self.ahead.kind != "word" else NoSumError()

    def signed(self, unit: str, at: int) -> Node:
        """$5, ₩3만, 화씨 72도."""
        number = Number(real(self.peek().value))
        self.at += 2
        if unit in {"°C", "°F"} and (self.word() == "도" or self.sign_is("°")):
            self.at += 1
        return Measure(((number, self.units_named(unit)),), at)

    def starts_number(self, token: Token) -> bool:
        """Whether a number or a constant comes there."""
        return token.kind == "number" or token.text in {"π", "pi", "√"} or token.text == "e"

    def call(self, name: str, at: int) -> Node:
        """The arguments and the closing bracket."""
        self.worked = True
        if self.ahead.kind == "end":
            raise failures.unfinished(self.ahead.start)
        arguments = []
        while not self.sign_is(")"):
            arguments.append(self.expression(0))
            if self.sign_is(","):
                self.at += 1
                if self.ahead.kind == "end":
                    raise failures.unfinished(self.ahead.start)
            elif not self.sign_is(")"):
                break
        self.close()
        least, most, _ = FUNCTIONS[name]
        if not least <= len(arguments) <= most:
            raise failures.wrong_count(name).placed(at)
        return Call(name, tuple(arguments), at)

    def number(self) -> Node:
        """A number, with its units, or a fraction with them, or a day such as 25 December."""
        token = self.ahead
        self.at += 1
        month = words.MONTHS.get(self.word())
        if month and token.how == "whole":
            self.at += 1
            return Day(self.day_with_year(month, int(token.value)))
        if token.how in {"based", "korean", "part"}:
            self.worked = True
        node: Node = Number(real(token.value))
        part = self.glued_fraction(token)
        if part is not None:
            node, self.worked = Number(part), True
        if token.how == "zero first" and not self.is_unit_ahead():
            raise NoSumError  # 007 and 010-1234 are names, not numbers
        units = () if self.in_exponent else self.units()
        return self.measure(node, units, token.start) if units else node

    def glued_fraction(self, above: Token) -> Real | None:
        """3/4 before a unit: 3/4 inch is three quarters of one, not 3 over 4 inches."""
        below = self.peek()
        glued = self.sign_is("/") and above.end == self.ahead.start and below.kind == "number"
        if not glued or below.start != self.ahead.end or below.how != "whole":
            return None
        saved = self.at
        self.at += 2
        if below.value and above.how == "whole" and self.is_unit_ahead():
            return divide(real(above.value), real(below.value))
        self.at = saved
        return None

    def measure(self, first: Node, units: Units, at: int) -> Node:
        """5 ft, and what goes on with smaller units of its kind: 5 ft 11 in."""
        parts = [(first, units)]
        while self.ahead.kind == "number" and len(units) == 1 and units[0][1] == 1:
            saved = self.at
            number = Number(real(self.ahead.value))
            self.at += 1
            if self.ahead.text == "m" and parts[-1][1][0][0].symbol == "h":
                self.at += 1
                smaller = self.units_named("min")  # 1h 30m
            else:
                smaller = self.units()
            if not goes_on(parts[-1][1], smaller):
                self.at = saved
                break
            parts.append((number, smaller))
        return Measure(tuple(parts), at)


def _is_share(sign: str, left: Node, right: Node) -> bool:
    """Whether one of them is a percentage: 3 of 4 is no sum."""
    return isinstance(left, Percent) or (sign == "of" and isinstance(right, Percent))


def goes_on(before: Units, after: Units) -> bool:
    """Whether `after` is a smaller unit of the kind of `before`, as inches are to feet."""
    if len(before) != 1 or len(after) != 1 or after[0][1] != 1:
        return False
    larger, smaller = before[0][0], after[0][0]
    if larger.kind != smaller.kind or larger.start is not None:
        return False
    return add(larger.size, Real(-smaller.size.factor, smaller.size.root)).sign > 0
