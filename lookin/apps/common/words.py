"""A LookinError's sentences in the reader's language. The English source stays in the code."""

from __future__ import annotations

from django.utils.translation import gettext

from lookin.core.lib.errors import LookinError


def words_of(error: LookinError) -> tuple[str, str]:
    """(message, hint): translated first and filled after, so that sentences stay whole."""
    message, hint = (gettext(text) if text else "" for text in (error.message, error.hint))
    if not error.values:
        return message, hint
    return message.format(**error.values), hint.format(**error.values)
