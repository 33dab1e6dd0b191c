"""For admins: who is here, what they may do, invites. Classroom devices: classroom.py."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from lookin.apps.accounts import services, sessions
from lookin.apps.accounts.access import for_admins
from lookin.apps.accounts.audit import origin_of, record_event
from lookin.apps.accounts.faces import store, switch
from lookin.apps.accounts.models import FaceTemplate, Role, User
from lookin.apps.accounts.signals import people_shown
from lookin.apps.accounts.views.classroom import devices_context
from lookin.apps.accounts.views.proof import prove_again
from lookin.apps.common.pages import SeeOther
from lookin.apps.common.words import words_of
from lookin.core.lib.errors import LookinError

_INVITE = "fresh_invite"  # in the session until the page showed it once


@never_cache
@for_admins
@require_safe
def people_page(request: HttpRequest) -> HttpResponse:
    """The list, and once the link of a person just invited."""
    return _page(request)


@for_admins
@require_POST
def add_person(request: HttpRequest) -> HttpResponse:
    """A new person, who gets a link to choose a password."""
    try:
        person = services.add_person(
            request.POST.get("name", ""),
            request.POST.get("role", ""),
            display_name=request.POST.get("display_name", ""),
            origin=origin_of(request),
        )
    except LookinError as error:
        return _page(request, error)
    return _invite(request, person)


@for_admins
@require_POST
def invite_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A new link; the earlier one stops working. Also for who forgot the password."""
    person = services.person_by_id(person_id)
    record_event("invited", origin_of(request), person=person)
    return _invite(request, person)


@for_admins
@require_POST
def change_role(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What a person may do from now on."""
    person, role = services.person_by_id(person_id), request.POST.get("role", "")
    try:
        services.change_role(person, role, origin=origin_of(request))
    except LookinError as error:
        return _page(request, error)
    return _back(request, _("Saved."))


@for_admins
@require_POST
def set_active(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Let a person in, or not any more."""
    person, active = services.person_by_id(person_id), request.POST.get("active") == "yes"
    try:
        services.set_active(person, active, origin=origin_of(request))
    except LookinError as error:
        return _page(request, error)
    if active:
        return _back(request, _("{name} can sign in again.").format(name=person.shown_name))
    words = _("{name} is signed out everywhere and cannot sign in. The files stay.")
    return _back(request, words.format(name=person.shown_name))


@for_admins
@sensitive_post_parameters("password")
@require_POST
def switch_faces(request: HttpRequest) -> HttpResponse:
    """Face sign-in off for everybody, or on again; what is stored stays."""
    off = request.POST.get("faces") != "on"
    try:
        prove_again(request)
    except LookinError as error:
        return _page(request, error, section="faces")
    switch.switch_faces(off, origin=origin_of(request))
    return _back(request, _("Face sign-in is off.") if off else _("Face sign-in is on."))


@for_admins
@sensitive_post_parameters("password")
@require_POST
def purge_faces(request: HttpRequest) -> HttpResponse:
    """Switch face sign-in off and delete every stored face."""
    try:
        if "sure" not in request.POST:
            raise _not_sure()
        prove_again(request)
    except LookinError as error:
        return _page(request, error, section="faces")
    count = store.purge_faces(origin_of(request))
    words = ngettext(
        "{n} face is deleted. Nothing of it is kept.",
        "{n} faces are deleted. Nothing of them is kept.",
        count,
    )
    return _back(request, words.format(n=count))


def _page(
    request: HttpRequest, error: LookinError | None = None, *, section: str = ""
) -> HttpResponse:
    context = {
        "section": section,
        "confirmed": sessions.is_confirmed(request.session),
        "faces_off": switch.faces_are_off(),
        "face_count": FaceTemplate.objects.count(),
        "people": User.objects.all(),
        "roles": Role.choices,
        **devices_context(request),
        "invite": request.session.pop(_INVITE, None),
        "typed": request.POST,
        "failure": words_of(error) if error else None,
        "warnings": [words for _, words in people_shown.send(User) if words],
    }
    status = error.status if error else 200
    return render(request, "accounts/people.html", context, status=status)


def _invite(request: HttpRequest, person: User) -> HttpResponse:
    address = request.build_absolute_uri(f"/invite/{services.make_invite_token(person)}")
    request.session[_INVITE] = {"name": person.shown_name, "address": address}
    return SeeOther("/people/#invite")


def _back(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words, extra_tags="finished")
    return SeeOther("/people/")


def _not_sure() -> LookinError:
    return LookinError(
        "Nothing was deleted.",
        "Tick the box if the faces of everybody here are to go.",
        code="not_sure",
    )
