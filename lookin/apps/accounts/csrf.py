"""Checks the form token inside a view, for forms that come back fresh when they are stale."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware


class _Check(CsrfViewMiddleware):
    """Django's own check, answering with a word instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)


def is_stale(request: HttpRequest) -> bool:
    """Whether a POST lacks this browser's token or comes from elsewhere. For csrf_exempt views."""
    check = _Check(lambda _: HttpResponse())
    check.process_request(request)
    return check.process_view(request, HttpResponse, (), {}) is not None
