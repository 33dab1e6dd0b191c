"""Addresses that are printed on a terminal: where Lookin answers, and one-time links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from lookin.apps.accounts import services

if TYPE_CHECKING:
    from lookin.apps.accounts.models import User


def address() -> str:
    """Where a browser finds this place."""
    if settings.HTTPS:
        return f"https://{settings.ALLOWED_HOSTS[0]}"
    name = "localhost" if settings.BIND in {"127.0.0.1", "0.0.0.0", "::", "::1"} else settings.BIND  # noqa: S104
    return f"http://{name}:{settings.PORT}"


def setup_address() -> str:
    """A fresh one-time link that creates the first admin."""
    return f"{address()}/start/{services.make_setup_token()}"


def invite_address(person: User) -> str:
    """A fresh one-time link with which `person` chooses a password."""
    return f"{address()}/invite/{services.make_invite_token(person)}"
