"""The calculator's answer in the form of the box. Not for how it is worked out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext

from lookin.apps.common.words import words_of
from lookin.core.calculator.answers import Answer, answer
from lookin.core.lib.errors import LookinError


def answer_to(text: str, *, today: date, language: str) -> dict[str, Any] | None:
    """The answer to a sum, or where it is wrong; None for words and for what is half typed."""
    try:
        found = answer(text, today=today, language=language)
    except LookinError as error:
        if error.code == "sum_unfinished":
            return None
        message, hint = words_of(error)
        return {"error": {"message": message, "hint": hint, "at": error.values.get("at")}}
    return None if found is None else as_data(found)


def as_data(found: Answer) -> dict[str, Any]:
    """The answer as JSON data."""
    notes = [gettext(note.message).format(**note.values) for note in found.notes]
    return {
        "text": found.text,
        "plain": found.plain,
        "python": found.python,
        "exact": found.exact,
        "note": " · ".join(notes),
    }


def plain_answer(text: str, *, today: date, language: str) -> dict[str, Any]:
    """The JSON of GET /ajax/calc?q=. Raises LookinError for what is no sum, or a wrong one."""
    found = answer(text, today=today, language=language)
    if found is None:
        raise LookinError(
            "That is not a sum.", "Type one, such as 1.5GB / 30.", code="not_a_sum", status=400
        )
    return {"error": 0, "result": found.plain, **as_data(found)}
