"""The cookies by which a browser keeps a language and a light, before and after anybody signs in.

Not for what a person chose for their account: profile.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from lookin.apps.accounts.devices import COOKIE_SECONDS

LIGHT = "appearance"  # read by the page's first lines, so that it does not flash
_NAMES = (settings.LANGUAGE_COOKIE_NAME, LIGHT)


def kept_preferences(request: HttpRequest) -> dict[str, str]:
    """What this browser keeps, by the cookies' names; "" where it keeps nothing."""
    return {name: request.COOKIES.get(name, "") for name in _NAMES}


def keep_preferences(response: HttpResponse, preferences: Mapping[str, str]) -> None:
    """Let the browser keep these instead, and forget what is "" or left out."""
    for name in _NAMES:
        value = preferences.get(name, "")
        if not value:
            response.delete_cookie(name, samesite="Lax")
            continue
        response.set_cookie(
            name,
            value,
            max_age=COOKIE_SECONDS,
            samesite="Lax",
            secure=settings.HTTPS,
            httponly=name != LIGHT,
        )
