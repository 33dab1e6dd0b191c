"""One-time links: the first admin of a new place, and an invited person's own password."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lookin.apps.accounts import services, signin
from lookin.apps.accounts.audit import origin_of
from lookin.apps.accounts.models import OneTimeToken, User
from lookin.apps.accounts.tokens import Purpose
from lookin.apps.common.pages import SeeOther
from lookin.apps.common.words import words_of
from lookin.core.lib.errors import LookinError


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def start_page(request: HttpRequest, secret: str) -> HttpResponse:
    """GET shows who is invited; POST uses the link up and signs in."""
    link = services.look_at_link(secret[:200])
    if request.method != "POST":
        return _page(request, link)
    try:
        person = _use(request, link, secret)
    except LookinError as error:
        if error.status == 410:
            raise
        return _page(request, link, error)
    signin.open_session(request, person, factor="setup")
    return SeeOther("/service")


def _use(request: HttpRequest, link: OneTimeToken, secret: str) -> User:
    password, origin = request.POST.get("password", ""), origin_of(request)
    if link.purpose == Purpose.INVITE:
        return services.accept_invite(secret, password, origin=origin)
    language = (get_language() or "")[:2]
    name = request.POST.get("username", "")
    return services.start_place(secret, name, password, language=language, origin=origin)


def _page(
    request: HttpRequest, link: OneTimeToken, error: LookinError | None = None
) -> HttpResponse:
    context = {
        "invited": link.person,
        "name": request.POST.get("username", "")[:64],
        "failure": words_of(error) if error else None,
        "wrong": error.code if error else "",
    }
    return render(request, "accounts/start.html", context, status=error.status if error else 200)
