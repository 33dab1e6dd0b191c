"""For admins: who is here, what they may do, invites, and classroom devices."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lookin.apps.accounts import devices, services
from lookin.apps.accounts.access import for_admins
from lookin.apps.accounts.audit import origin_of, record_event
from lookin.apps.accounts.models import Device, Role, User
from lookin.apps.accounts.signals import people_shown
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
@require_POST
def register_device(request: HttpRequest) -> HttpResponse:
    """Make the browser that the admin sits at a classroom device."""
    device = devices.register_classroom_device(request, request.POST.get("label", ""))
    record_event("classroom_device_added", origin_of(request), detail=device.label)
    return _back(request, _("This device belongs to the classroom now."))


@for_admins
@require_POST
def remove_device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """A classroom device is one no longer."""
    devices.remove_classroom_device(str(device_id))
    record_event("classroom_device_removed", origin_of(request))
    return _back(request, _("The device is forgotten."))


def _page(request: HttpRequest, error: LookinError | None = None) -> HttpResponse:
    context = {
        "people": User.objects.all(),
        "roles": Role.choices,
        "classroom_devices": Device.objects.filter(is_classroom=True).order_by("label"),
        "this_device": devices.device_of(request),
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
