"""Two layers that every answer passes: sessions end in time, and a new device gets its cookie."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lookin.apps.accounts import sessions, signin
from lookin.apps.accounts.devices import set_device_cookie

Next = Callable[[HttpRequest], HttpResponse]


class SessionLifetimeMiddleware:
    """Signs out a session that is older than the absolute limit. Django knows only idle time."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check before the view runs."""
        if request.user.is_authenticated and sessions.is_too_old(request.session):
            signin.close_session(request)
        return self.get_response(request)


class DeviceCookieMiddleware:
    """Sends the cookie of a device that was made while the view ran."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing on the way in."""
        response = self.get_response(request)
        set_device_cookie(request, response)
        return response
