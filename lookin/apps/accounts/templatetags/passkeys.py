"""What the passkey parts of a page need to know, so that no view has to remember to say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from lookin.apps.accounts.models import Passkey, User
from lookin.apps.accounts.passkeys.address import passkey_problem
from lookin.apps.accounts.passkeys.registration import refuse_everybodys_device
from lookin.apps.common.words import words_of
from lookin.core.lib.errors import LookinError

register = template.Library()


@register.simple_tag(takes_context=True)
def why_no_passkeys(context: Mapping[str, Any]) -> str:
    """Why no passkey works at this address, in the reader's language; "" where they work."""
    problem = passkey_problem(context["request"])
    return " ".join(words_of(problem)) if problem else ""


@register.simple_tag(takes_context=True)
def why_no_new_passkey(context: Mapping[str, Any]) -> str:
    """Why this device may keep no passkey, though it may use one; "" where it may."""
    try:
        refuse_everybodys_device(context["request"])
    except LookinError as error:
        return " ".join(words_of(error))
    return ""


@register.simple_tag(takes_context=True)
def passkeys_of_person(context: Mapping[str, Any]) -> Iterable[Passkey]:
    """The passkeys of who is signed in, the oldest first."""
    person = context["request"].user
    return person.passkeys.order_by("created_at") if isinstance(person, User) else ()
