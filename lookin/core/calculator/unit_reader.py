"""Units among the tokens of a line: km, m^2, km/h. Not their sizes: see units.py."""

from __future__ import annotations

from lookin.core.calculator import words
from lookin.core.calculator.cursor import Cursor
from lookin.core.calculator.functions import FUNCTIONS, OTHER_NAMES
from lookin.core.calculator.tokens import is_known
from lookin.core.calculator.tree import Units
from lookin.core.calculator.units import Unit, find_unit, is_unit

_NEVER_UNITS = {"to", "as", "into", "of", "on", "off", "x", "X", "per", "e", "and", "이", "은"}


class UnitReader(Cursor):
    """A cursor that reads units."""

    def is_unit_ahead(self) -> bool:
        """Whether a unit comes next."""
        saved = self.at
        found = bool(self.units())
        self.at = saved
        return found

    def units(self, *, bare: bool = False) -> Units:
        """km, m^2, km/h, kW·h: a unit and what is glued to it; empty if none comes.

        `bare` units are what to convert to: there is nothing else that `in` could be.
        """
        found: list[tuple[Unit, int]] = []
        inverse = False
        while len(found) < 6:
            saved = self.at
            if found:
                if not self.sign_is("/", "*") and self.word() != "per":
                    break
                glued = (
                    self.peek(-1).end == self.ahead.start and self.ahead.end == self.peek().start
                )
                if not (glued or bare or self.word() == "per") or self.peek().kind != "word":
                    break
                inverse = self.sign_is("/") or self.word() == "per"
                self.at += 1
            unit = self.unit(bare)
            if unit is None:
                self.at = saved
                break
            exponent = self.exponent()
            found.append((unit, -exponent if inverse else exponent))
        return tuple(found)

    def units_named(self, name: str) -> Units:
        """One unit by the name in the table."""
        unit = find_unit(name)
        assert unit is not None
        return ((unit, 1),)

    def unit(self, bare: bool) -> Unit | None:
        """One unit."""
        token = self.ahead
        if self.sign_is("°"):
            self.at += 1
            return find_unit("°")
        if token.kind != "word" or token.text in _NEVER_UNITS or self.is_call():
            return None
        if token.text == "in" and not bare and not self.in_is_inch():
            return None
        if token.text == '"':
            self.at += 1
            return find_unit("in")
        if is_known(token.text) and not is_unit(token.text):
            return None
        unit = find_unit(token.text)
        if unit is not None:
            self.at += 1
        return unit

    def in_is_inch(self) -> bool:
        """Whether `in` after a number is a unit: not in 255 in hex."""
        if self.peek(-1).kind != "number":
            return False
        name = self.word(1) or self.peek().text
        operated = self.at >= 2 and self.peek(-2).text in {"+", "-", "*", "/", "^"}
        if operated and self.word(1) and is_unit(self.peek().text) and self.word(1) != "in":
            return False  # pi/4 in degrees
        return name != "base" and name not in words.BASES and name not in words.FORMS

    def exponent(self) -> int:
        """The small whole power of a unit; 1 without."""
        if not self.sign_is("^"):
            return 1
        number = self.peek()
        minus = (number.kind, number.text) == ("sign", "-")
        if minus:
            number = self.peek(2)
        if number.kind != "number" or number.value.denominator != 1 or abs(number.value) > 9:
            return 1
        self.at += 3 if minus else 2
        return int(-number.value if minus else number.value)

    def is_call(self) -> bool:
        """Whether a function of ours and its bracket come next."""
        after = self.peek()
        return self.function() != "" and (after.kind, after.text) == ("sign", "(")

    def function(self) -> str:
        """The function that the next word names."""
        name = OTHER_NAMES.get(self.word(), self.word())
        return name if name in FUNCTIONS else ""
