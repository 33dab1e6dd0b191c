"""Days among the tokens of a line: 2026-11-22, next Friday, 내일, 25 Dec. Not counting on them."""

from __future__ import annotations

from datetime import date

from lookin.core.calculator import words
from lookin.core.calculator.calendar_days import (
    day_of,
    english_weekday,
    feast_in,
    next_weekday,
    shifted,
    weekday_of_week,
)
from lookin.core.calculator.tokens import Token
from lookin.core.calculator.unit_reader import UnitReader


class DayReader(UnitReader):
    """A cursor that reads days as well; `worked` tells whether there is anything to work out."""

    def __init__(self, tokens: list[Token], today: date) -> None:
        super().__init__(tokens)
        self.today = today
        self.worked = False

    def day(self) -> date | None:  # noqa: PLR0911 - one for each way to name a day
        """A day that is written out, named, or counted from today; None if none comes."""
        token = self.ahead
        if token.kind == "day":
            self.at += 1
            year, month, number = token.day
            return day_of(year or self.today.year, month, number, token.text, token.start)
        week, length = self.named(words.WEEKS)
        if week and self.word(length) in words.WEEKDAYS:
            number = words.WEEKDAYS[self.word(length)]
            self.at += length + 1
            self.worked = True
            if week.isascii():
                return english_weekday(self.today, week, number)
            return weekday_of_week(self.today, words.WEEKS[week], number)
        feast = words.FEASTS.get(self.word())
        if feast:
            self.at += 1
            return feast_in(self.today, *feast)
        if self.word() in words.DAYS:
            self.at += 1
            return shifted(self.today, words.DAYS[self.word(-1)])
        if self.word() in words.WEEKDAYS:
            self.at += 1
            return next_weekday(self.today, words.WEEKDAYS[self.word(-1)])
        number_after = self.peek()
        if self.word() in words.MONTHS and number_after.how == "whole":
            self.at += 2
            return self.day_with_year(words.MONTHS[self.word(-2)], int(number_after.value))
        return None

    def day_with_year(self, month: int, number: int) -> date:
        """The rest of `Dec 25, 2026` or `25 Dec 2026`; without a year it is this year's."""
        comma = 1 if self.sign_is(",") else 0
        year = self.peek(comma)
        start = self.peek(-1).start
        if year.kind == "number" and year.how == "whole" and 1000 <= year.value <= 9999:
            self.at += comma + 1
            return day_of(int(year.value), month, number, year.text, start)
        return day_of(self.today.year, month, number, f"{month}/{number}", start)
