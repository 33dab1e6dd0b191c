"""One's own account: name, language, light, password, face, devices, sessions."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lookin.apps.accounts import devices, profile, sessions, signin
from lookin.apps.accounts.access import person_of
from lookin.apps.accounts.audit import origin_of
from lookin.apps.accounts.faces import store
from lookin.apps.accounts.faces.engine import faces_problem
from lookin.apps.common.guard import for_people
from lookin.apps.common.pages import SeeOther
from lookin.apps.common.words import words_of
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError

_COOKIE_SECONDS = 400 * 24 * 3600
_CONSENT_LASTS = timedelta(minutes=10)


@never_cache
@for_people
@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    """Everything about one's own account."""
    return _page(request)


@for_people
@require_POST
def change_profile(request: HttpRequest) -> HttpResponse:
    """Display name, language and light."""
    person = person_of(request)
    try:
        profile.change_profile(
            person,
            display_name=request.POST.get("display_name", ""),
            language=request.POST.get("language", ""),
            appearance=request.POST.get("appearance", ""),
        )
    except LookinError as error:
        return _page(request, "profile", error)
    return _with_preferences(_back(request, _("Saved.")), person.language, person.appearance)


@for_people
@sensitive_post_parameters("password", "new_password")
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password: this session goes on, all others end."""
    try:
        signin.confirm_password(request, request.POST.get("password", ""))
        profile.change_password(request, person_of(request), request.POST.get("new_password", ""))
    except LookinError as error:
        return _page(request, "password", error)
    return _back(request, _("Your password is changed. Everywhere else you are signed out."))


@never_cache
@for_people
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def face_page(request: HttpRequest) -> HttpResponse:
    """Consent first, the camera after it."""
    if request.method != "POST":
        return _face_page(request)
    try:
        if "agree" not in request.POST:
            raise _no_consent()
        _confirm(request)
    except LookinError as error:
        return _face_page(request, error)
    request.session[sessions.CONSENT] = {
        "version": store.CONSENT_VERSION,
        "at": now().timestamp(),
    }
    return SeeOther("/account/face")


@for_people
@sensitive_post_parameters("password")
@require_POST
def forget_face(request: HttpRequest) -> HttpResponse:
    """Delete the stored face; asks for the password when it was not proved just now."""
    try:
        _confirm(request)
    except LookinError as error:
        return _page(request, "face", error)
    store.forget_face(person_of(request), origin_of(request))
    request.session.pop(sessions.CONSENT, None)
    return _back(request, _("Your face is deleted. Nothing of it is kept."))


@for_people
@require_POST
def forget_device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """End the trust in a device. Whoever sits at another one is signed out."""
    devices.forget_device(person_of(request), str(device_id))
    sessions.end_other_sessions(request, person_of(request))
    return _back(request, _("The device is forgotten. Everywhere else you are signed out."))


@for_people
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    sessions.end_other_sessions(request, person_of(request))
    return _back(request, _("Everywhere else you are signed out."))


def _page(
    request: HttpRequest, section: str = "", error: LookinError | None = None
) -> HttpResponse:
    person = person_of(request)
    person.refresh_from_db()
    trusts = person.trusts.select_related("device").order_by("-device__seen_at")
    context = {
        "person": person,
        "has_face": store.has_face(person),
        "faces_ready": not faces_problem(),
        "confirmed": sessions.is_confirmed(request.session),
        "devices": [trust.device for trust in trusts],
        "this_device": devices.device_of(request),
        "languages": settings.LANGUAGES,
        "typed": request.POST,
        "section": section,
        "failure": words_of(error) if error else None,
    }
    status = error.status if error else 200
    return render(request, "accounts/account.html", context, status=status)


def _face_page(request: HttpRequest, error: LookinError | None = None) -> HttpResponse:
    consent = request.session.get(sessions.CONSENT) or {}
    fresh = now().timestamp() - consent.get("at", 0) < _CONSENT_LASTS.total_seconds()
    confirmed = sessions.is_confirmed(request.session)
    agreed = consent.get("version") == store.CONSENT_VERSION and fresh and confirmed
    context = {
        "agreed": agreed,
        "confirmed": confirmed,
        "faces_ready": not faces_problem(),
        "has_face": store.has_face(person_of(request)),
        "failure": words_of(error) if error else None,
    }
    return render(request, "accounts/face.html", context, status=error.status if error else 200)


def _confirm(request: HttpRequest) -> None:
    if not sessions.is_confirmed(request.session):
        signin.confirm_password(request, request.POST.get("password", ""))


def _back(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words, extra_tags="finished")
    return SeeOther("/account/")


def _with_preferences(response: HttpResponse, language: str, appearance: str) -> HttpResponse:
    """The same choice for the sign-in page of this device, and without a flash at loading."""
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, language), ("appearance", appearance)):
        if value:
            response.set_cookie(
                name,
                value,
                max_age=_COOKIE_SECONDS,
                samesite="Lax",
                secure=settings.HTTPS,
                httponly=name != "appearance",
            )
        else:
            response.delete_cookie(name, samesite="Lax")
    return response


def _no_consent() -> LookinError:
    return LookinError(
        "Without your consent the camera stays closed.",
        "Tick the box if you agree. If not, your password works just as well.",
        code="no_consent",
    )
