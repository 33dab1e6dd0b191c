"""The one translator of errors: LookinError and Django's own become a page, JSON or a socket frame.

Never a traceback to a person; an unexpected error shows a reference that is also in the log.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lookin.apps.common.words import words_of
from lookin.core.lib.errors import LookinError, NotFoundError

log = logging.getLogger("lookin.failures")


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: an /ajax/ call, or one that accepts JSON and not a page."""
    if request.path.startswith("/ajax/") and request.path != "/ajax/":
        return True
    accept = request.headers.get("Accept", "")
    return "application/json" in accept and "text/html" not in accept


def as_data(error: LookinError) -> dict[str, Any]:
    """The body of a refusal: `{"error": -1, "code", "message", "hint"}`."""
    message, hint = words_of(error)
    return {"error": -1, "code": error.code, "message": message, "hint": hint}


def as_response(request: HttpRequest, error: LookinError) -> HttpResponse:
    """A page for a person, JSON for a program."""
    if wants_json(request):
        return JsonResponse(as_data(error), status=error.status)
    message, hint = words_of(error)
    context = {"message": message, "hint": hint, "status": error.status}
    return render(request, "common/failure.html", context, status=error.status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What does not exist, or may not be known to."""
    return as_response(
        request, NotFoundError("There is no such page.", "Check the address, or go to your desk.")
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What Django would not even read."""
    error = LookinError("The request could not be read.", "Go back and try once more.")
    return as_response(request, error)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What this person may not do."""
    error = LookinError(
        "You may not do that here.",
        "Ask the person who runs this place.",
        status=403,
        code="forbidden",
    )
    return as_response(request, error)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without this page's token: mostly a page left open for too long.

    `reason` is Django's; what follows its dash is the visitor's address, which may hold a secret.
    """
    log.info("Refused a form of %s: %s", _route_of(request), reason.split(" - ", maxsplit=1)[0])
    error = LookinError(
        "This page was open for too long to send the form safely. Nothing was changed.",
        "Reload the page and send it once more.",
        status=403,
        code="stale_form",
    )
    return as_response(request, error)


def server_error(request: HttpRequest) -> HttpResponse:
    """A bug of ours: a sentence and a reference, never a traceback.

    The log gets the traceback and the address's pattern: an address itself may hold a secret.
    """
    reference = secrets.token_hex(4)
    route = _route_of(request)
    log.error("Reference %s: %s %s failed", reference, request.method, route, exc_info=True)
    error = LookinError(
        "Something went wrong on our side. Your files are as they were.",
        "Try again. If it goes on, tell the person who runs this place: reference {reference}.",
        status=500,
        code="server_error",
        values={"reference": reference},
    )
    try:
        return as_response(request, error)
    except Exception:  # noqa: BLE001 - what failed, such as the database, fails the page as well
        return HttpResponse(error.sentence(), status=500, content_type="text/plain; charset=utf-8")


def _route_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.route if match else "an unknown address"
