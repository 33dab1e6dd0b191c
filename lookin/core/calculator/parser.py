"""A line's tokens to a tree: an expression, and what it is to be converted to.

Not what is worked out: see evaluation.py. Whole lines about days: see phrases.py.
"""

from __future__ import annotations

from lookin.core.calculator import failures, words
from lookin.core.calculator.cursor import NoSumError
from lookin.core.calculator.expression import ExpressionReader, goes_on
from lookin.core.calculator.tree import Conversion, Node, Operation, Percent, Units


class Parser(ExpressionReader):
    """One reading of one line."""

    def line(self) -> Node:
        """The whole line. Raises SumError or NoSumError."""
        node = self.conversion(self.discounted(self.expression(0)))
        if self.ahead.kind != "end":
            raise self.lost()
        return node

    def discounted(self, node: Node) -> Node:
        """50,000원에서 20% 할인."""
        saved, at = self.at, self.ahead.start
        if self.word() == "에서":
            self.at += 1
        if self.ahead.kind == "number":
            percent = self.postfixed(self.primary())
            if isinstance(percent, Percent) and self.word() == "할인":
                self.at += 1
                self.worked = True
                return Operation("off", percent, node, at)
        self.at = saved
        return node

    def conversion(self, node: Node) -> Node:
        """`in miles`, `to hex`, `는 몇 마일`, `를 섭씨로`, or a unit right after another."""
        start = self.at
        at = self.ahead.start
        while self.word() in words.CONVERSIONS | words.TO_KOREAN or self.sign_is("->", "=>", "→"):
            self.at += 1
        while self.word() in words.ENDINGS_KOREAN and not self.is_unit_ahead():
            self.at += 1
        if self.ahead.kind == "end":
            if self.at > start and self.word(-1) in words.CONVERSIONS:
                raise failures.unfinished(self.ahead.start)
            return node
        shy = not any(
            token.text.lower() in words.CONVERSIONS for token in self.tokens[start : self.at]
        )
        target = self.target()
        if target is None:
            if self.at > start:
                raise NoSumError
            return node
        smaller = self.smaller_units(target) if isinstance(target, tuple) else ()
        while self.word() in words.ENDINGS_KOREAN:
            self.at += 1
        self.worked = True
        return Conversion(node, target, at, smaller, shy)

    def smaller_units(self, larger: Units) -> tuple[Units, ...]:
        """`and inches` after feet."""
        found: list[Units] = []
        while len(found) < 4:
            saved = self.at
            if self.word() in {"and", "과", "와"} or self.sign_is(","):
                self.at += 1
            units = self.units(bare=True)
            if not goes_on(found[-1] if found else larger, units):
                self.at = saved
                break
            found.append(units)
        return tuple(found)

    def target(self) -> Units | int | str | None:
        """What to convert to."""
        if self.word() in words.BASES:
            self.at += 1
            return words.BASES[self.word(-1)]
        if self.word() == "base" and self.peek().how == "whole" and 2 <= self.peek().value <= 36:
            self.at += 2
            return int(self.peek(-1).value)
        if words.PHRASES.get(self.word()) == "며칠":
            self.at += 1
            return self.units_named("d")
        form = words.FORMS.get(self.word() or self.ahead.text)
        if form:
            self.at += 1
            return form
        return self.units(bare=True) or None
