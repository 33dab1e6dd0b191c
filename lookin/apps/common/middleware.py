"""Two small layers round every view: errors become sentences, and a person's language holds."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from lookin.apps.common.failures import as_response
from lookin.core.lib.errors import LookinError

Next = Callable[[HttpRequest], HttpResponse]


class FailureMiddleware:
    """A LookinError that a view raised becomes its page or its JSON."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do on the way in."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer for our own errors; None lets Django handle every other."""
        return as_response(request, error) if isinstance(error, LookinError) else None


class PersonLanguageMiddleware:
    """Somebody signed in reads their own language, whatever this browser prefers."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the person's language for this request."""
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if language:
            response.headers["Content-Language"] = language
        return response
