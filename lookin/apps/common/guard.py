"""Who may pass: every page and JSON view behind the sign-in wears one of these two.

Not about rows: each app's access.py says which rows a person may see.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from lookin.apps.common.failures import as_response, wants_json
from lookin.core.lib.errors import NotSignedInError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_people(view: View[P]) -> View[P]:
    """A stranger's browser goes to /login?next=…, a stranger's program gets 401."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return turn_away(request)

    return guarded


def turn_away(request: HttpRequest) -> HttpResponse:
    """The answer to somebody who is not signed in."""
    if wants_json(request):
        return as_response(request, NotSignedInError("You are not signed in.", "Sign in first."))
    back = request.get_full_path() if request.method == "GET" else "/service"
    return HttpResponseRedirect(f"/login?next={quote(back, safe='/')}")


def safe_next(request: HttpRequest, wanted: str, default: str = "/service") -> str:
    """`wanted` when it is a path of this very place, else `default`.

    Control characters and backslashes are refused before Django's own check, since browsers
    drop the first and read the second as a slash.
    """
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return default
    if any(ord(character) < 33 for character in wanted):
        return default
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return default
    return default if wanted.split("?", maxsplit=1)[0] in {"/login", "/logout"} else wanted
