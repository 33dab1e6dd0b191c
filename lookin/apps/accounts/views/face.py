"""One's own face: consent before the camera, what is stored, the download, the end of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from lookin.apps.accounts import sessions
from lookin.apps.accounts.access import person_of
from lookin.apps.accounts.audit import origin_of, record_event
from lookin.apps.accounts.faces import store
from lookin.apps.accounts.faces.consent import consent_of, give_consent, take_back_consent
from lookin.apps.accounts.faces.engine import faces_problem
from lookin.apps.accounts.faces.switch import faces_are_off, refuse_when_off
from lookin.apps.accounts.models import User
from lookin.apps.accounts.views.proof import prove_again
from lookin.apps.common.guard import for_people
from lookin.apps.common.pages import SeeOther
from lookin.apps.common.words import words_of
from lookin.core.lib.errors import LookinError

_SECTION = "/account/#face"


@never_cache
@for_people
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def face_page(request: HttpRequest) -> HttpResponse:
    """What is stored and the ways to change it; or consent first, and the camera after it."""
    if request.method != "POST":
        return _page(request)
    try:
        refuse_when_off()
        if "agree" not in request.POST:
            raise _no_consent()
        prove_again(request)
    except LookinError as error:
        return _page(request, error)
    give_consent(request.session)
    origin = origin_of(request)
    detail = f"consent {store.CONSENT_VERSION}, {get_language()}"
    record_event("face_consent", origin, person=person_of(request), detail=detail)
    return SeeOther("/account/face")


@for_people
@sensitive_post_parameters("password")
@require_POST
def prove(request: HttpRequest) -> HttpResponse:
    """Show that it is you, and come back to what one may do then."""
    try:
        prove_again(request)
    except LookinError as error:
        return _page(request, error)
    return SeeOther("/account/face")


@for_people
@sensitive_post_parameters("password")
@require_POST
def forget_face(request: HttpRequest) -> HttpResponse:
    """Delete the stored face, at once and for good."""
    try:
        prove_again(request)
    except LookinError as error:
        return _page(request, error)
    store.forget_face(person_of(request), origin_of(request))
    take_back_consent(request.session)
    messages.success(
        request, _("Your face is deleted. Nothing of it is kept."), extra_tags="finished"
    )
    return SeeOther(_SECTION)


@never_cache
@for_people
@sensitive_post_parameters("password")
@require_POST
def export_face(request: HttpRequest) -> HttpResponse:
    """Everything that is stored of one's own face, as a JSON file."""
    try:
        prove_again(request)
        content = store.export_face(person_of(request), origin_of(request))
    except LookinError as error:
        return _page(request, error)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response.headers["Content-Disposition"] = 'attachment; filename="lookin-face.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@for_people
@sensitive_post_parameters("password")
@require_POST
def choose_more(request: HttpRequest) -> HttpResponse:
    """Whether a look alone is enough for this person."""
    try:
        prove_again(request)
    except LookinError as error:
        return _page(request, error)
    store.choose_more(person_of(request), "more" in request.POST, origin_of(request))
    messages.success(request, _("Saved."), extra_tags="finished")
    return SeeOther("/account/face")


def face_context(person: User) -> dict[str, Any]:
    """What the pages show of a person's face and of face sign-in here."""
    row = store.face_of(person)
    return {
        "face": row,
        "has_face": row is not None,
        "face_ends_at": store.ends_at(row) if row else None,
        "face_looks": store.count_looks(person) if row else 0,
        "face_is_old": row is not None and row.consent_version != store.CONSENT_VERSION,
        "faces_ready": not faces_problem(),
        "faces_off": faces_are_off(),
        "liveness": settings.FACE_LIVENESS,
        "retention_days": settings.FACE_RETENTION.days,
    }


def _page(request: HttpRequest, error: LookinError | None = None) -> HttpResponse:
    person, confirmed = person_of(request), sessions.is_confirmed(request.session)
    context = {
        **face_context(person),
        "agreed": confirmed and consent_of(request.session, person) is not None,
        "confirmed": confirmed,
        "again": "again" in request.GET or _is_consent(request),
        "failure": words_of(error) if error else None,
    }
    return render(request, "accounts/face.html", context, status=error.status if error else 200)


def _is_consent(request: HttpRequest) -> bool:
    return request.method == "POST" and request.path == "/account/face"


def _no_consent() -> LookinError:
    return LookinError(
        "Without your consent the camera stays closed.",
        "Tick the box if you agree. If not, your password works just as well.",
        code="no_consent",
    )
