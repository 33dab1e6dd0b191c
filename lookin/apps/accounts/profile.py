"""What people change about themselves: names, preferences, the password."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest

from lookin.apps.accounts import sessions
from lookin.apps.accounts.audit import origin_of, record_event
from lookin.apps.accounts.models import User
from lookin.apps.accounts.passwords import check_new_password
from lookin.apps.accounts.services import APPEARANCES, LANGUAGES, clean_display_name


def change_profile(person: User, *, display_name: str, language: str, appearance: str) -> None:
    """Keep what the person chose; an unknown language or light means "as the system".

    Raises LookinError (code `bad_name`).
    """
    person.display_name = clean_display_name(display_name)
    person.language = language if language in LANGUAGES else ""
    person.appearance = appearance if appearance in APPEARANCES else ""
    person.save(update_fields=["display_name", "language", "appearance"])


@transaction.atomic
def change_password(request: HttpRequest, person: User, password: str) -> None:
    """A new password for `person`, who just proved the old one. Every other session ends.

    Raises LookinError (code `weak_password`).
    """
    check_new_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    sessions.end_other_sessions(request, person)
    record_event("password_changed", origin_of(request), person=person)
