"""What every page knows (language, light, place) and the doors that belong to no app."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST, require_safe

from lookin.apps.common.guard import safe_next


class SeeOther(HttpResponseRedirect):
    """303: after a POST, so that reloading the next page never sends the form again."""

    status_code = 303


def page_context(request: HttpRequest) -> dict[str, Any]:
    """For every template: the name of the place, and the light this device asked for."""
    person = getattr(request, "user", None)  # none yet when a request is refused at the door
    chosen = request.COOKIES.get("appearance", "") or getattr(person, "appearance", "")
    return {
        "place_name": settings.PLACE_NAME,
        "appearance": chosen if chosen in {"light", "dark"} else "",
    }


@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """The bare address: to the desk, or to the sign-in."""
    return HttpResponseRedirect("/service" if request.user.is_authenticated else "/login")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language on this device, and with the person when one is signed in."""
    language = request.POST.get("language", "")
    response = SeeOther(safe_next(request, request.POST.get("next", ""), default="/"))
    if language not in dict(settings.LANGUAGES) or not check_for_language(language):
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=34_560_000,
        samesite="Lax",
        httponly=True,
        secure=settings.HTTPS,
    )
    if request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
    return response
