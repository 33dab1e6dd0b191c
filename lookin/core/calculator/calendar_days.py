"""Days of the calendar: by number, by name, counted on. The Gregorian one, years 1 to 9999."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from lookin.core.calculator import failures


def day_of(year: int, month: int, day: int, shown: str, at: int) -> date:
    """That day. Raises SumError (`sum_no_such_date`) for 30 February."""
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        raise failures.no_such_date(shown, at) from None


def shifted(day: date, days: int) -> date:
    """So many days later. Raises SumError (`sum_no_such_date`) beyond the year 9999."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise failures.beyond_calendar() from None


def months_later(day: date, months: int) -> date:
    """So many months later, on the last day of a month that is too short for the day's number."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    if not 1 <= year <= 9999:
        raise failures.beyond_calendar()
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def weekday_of_week(today: date, weeks: int, weekday: int) -> date:
    """The weekday (Monday is 0) of the week `weeks` after this one; a week begins on Monday."""
    return shifted(today, weeks * 7 + weekday - today.weekday())


def english_weekday(today: date, word: str, weekday: int) -> date:
    """`this` Friday is the first from today on, `last` Friday the one before today."""
    if word == "this":
        return shifted(today, (weekday - today.weekday()) % 7)
    if word == "last":
        return shifted(today, -((today.weekday() - weekday - 1) % 7 + 1))
    return weekday_of_week(today, 1, weekday)


def next_weekday(today: date, weekday: int) -> date:
    """The first such weekday after today."""
    return shifted(today, (weekday - today.weekday() - 1) % 7 + 1)


def feast_in(today: date, month: int, day: int) -> date:
    """The next such day, today included."""
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)
