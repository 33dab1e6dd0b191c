"""What the calculator's tests share: a fixed day, and an answer as one line of text."""

from __future__ import annotations

from datetime import date

from lookin.core.calculator.answers import Answer, answer

SUNDAY = date(2026, 11, 22)


def ask(text: str, language: str = "en") -> Answer | None:
    """The answer on Sunday, 22 November 2026."""
    return answer(text, today=SUNDAY, language=language)


def line(text: str, language: str = "en") -> str:
    """`= 5 km` for an exact answer, `≈ 3.1 mi` for a rounded one, and nothing for no sum."""
    found = ask(text, language)
    return "" if found is None else f"{'=' if found.exact else '≈'} {found.text}"
