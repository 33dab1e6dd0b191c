"""One's own account: name, language, light, password, devices, sessions. The face: face.py."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from lookin.apps.accounts import devices, profile, sessions, signin
from lookin.apps.accounts.access import person_of
from lookin.apps.accounts.preferences import LIGHT, keep_preferences
from lookin.apps.accounts.views.face import face_context
from lookin.apps.common.guard import for_people
from lookin.apps.common.pages import SeeOther
from lookin.apps.common.words import words_of
from lookin.core.lib.errors import LookinError


@never_cache
@for_people
@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    """Everything about one's own account."""
    return show_account(request)


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
        return show_account(request, "profile", error)
    response = _back(request, _("Saved."))
    # The same for the sign-in page of this device.
    chosen = {settings.LANGUAGE_COOKIE_NAME: person.language, LIGHT: person.appearance}
    keep_preferences(response, chosen)
    return response


@for_people
@sensitive_post_parameters("password", "new_password")
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password: this session goes on, all others end."""
    try:
        signin.confirm_password(request, request.POST.get("password", ""))
        profile.change_password(request, person_of(request), request.POST.get("new_password", ""))
    except LookinError as error:
        return show_account(request, "password", error)
    return _back(request, _("Your password is changed. Everywhere else you are signed out."))


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


def show_account(
    request: HttpRequest, section: str = "", error: LookinError | None = None
) -> HttpResponse:
    """The account page; `section` is the one that `error` belongs to."""
    person = person_of(request)
    person.refresh_from_db()
    trusts = person.trusts.select_related("device").order_by("-device__seen_at")
    context = {
        "person": person,
        **face_context(person),
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


def _back(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words, extra_tags="finished")
    return SeeOther("/account/")
