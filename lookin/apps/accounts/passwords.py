"""Which new passwords are taken: length, not too common, not made of names that everybody knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lookin.apps.accounts.models import User
from lookin.core.lib.errors import LookinError

LONGEST = 1024  # characters; nobody types more, and hashing time stays bounded
SHORTEST = 8


class ContextWordsValidator:
    """Refuses a password that is little more than the product's, the place's or the person's name.

    ASVS 5.0 §6.1.2 and §6.2.11. For Django's AUTH_PASSWORD_VALIDATORS.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError with code `password_context`."""
        words = ["lookin", "jupyter", "notebook", settings.PLACE_NAME]
        if user is not None:
            words += [user.username, user.display_name]
        if len(without_words(password, words)) < SHORTEST and any(
            _fold(word) in _fold(password) for word in words if len(word) >= 3
        ):
            raise ValidationError(self.get_help_text(), code="password_context")

    def get_help_text(self) -> str:
        """The rule as a sentence."""
        return _("Do not build the password from your name or the name of this place.")


def without_words(password: str, words: Iterable[str]) -> str:
    """`password`, folded, with every word of three characters or more taken out."""
    rest = _fold(password)
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= 3:
            rest = rest.replace(_fold(word), "")
    return rest


def check_new_password(password: str, person: User) -> None:
    """Raises LookinError (code `weak_password`) with a sentence that says what to do."""
    if len(password) > LONGEST:
        raise _weak("That password is longer than {limit} characters.", limit=LONGEST)
    try:
        validate_password(password, person)
    except ValidationError as error:
        codes = {str(e.code) for e in error.error_list}
        raise _weak(_sentence(codes)) from error


def _sentence(codes: set[str]) -> str:
    if "password_too_short" in codes:
        return "That password is shorter than {shortest} characters."
    if codes & {"password_context", "password_too_similar"}:
        return "That password is built from a name that everybody here knows."
    return "That password is one of the first that others would guess."


def _weak(message: str, **values: object) -> LookinError:
    return LookinError(
        message,
        "Choose a longer one; a short sentence is easy to remember.",
        code="weak_password",
        values={"shortest": SHORTEST, **values},
    )


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
