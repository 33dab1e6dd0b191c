"""Classroom devices for admins, and the attendance list for teachers and admins."""

from __future__ import annotations

from datetime import date, timedelta, tzinfo
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lookin.apps.accounts import devices
from lookin.apps.accounts.access import for_admins, for_teachers
from lookin.apps.accounts.classroom import registration
from lookin.apps.accounts.classroom.attendance import Lesson, attendance_of, read_lesson
from lookin.apps.accounts.classroom.spreadsheet import attendance_csv
from lookin.apps.common.pages import SeeOther
from lookin.apps.common.words import words_of
from lookin.core.lib.clock import now
from lookin.core.lib.errors import LookinError


@for_admins
@require_POST
def register_device(request: HttpRequest) -> HttpResponse:
    """Make the browser that the admin sits at a classroom device."""
    try:
        registration.register_device(request, _terms(request))
    except LookinError as error:
        return _failed(request, error)
    return _back(request, _("This device belongs to the classroom now."))


@for_admins
@require_POST
def change_device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Another name, last day or quiet time."""
    try:
        registration.change_device(request, str(device_id), _terms(request))
    except LookinError as error:
        if error.status == 404:
            raise
        return _failed(request, error)
    return _back(request, _("Saved."))


@for_admins
@require_POST
def remove_device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """A classroom device is one no longer; who is signed in there is signed out."""
    registration.remove_device(request, str(device_id))
    return _back(request, _("The device is forgotten."))


@never_cache
@for_teachers
@require_safe
def attendance_page(request: HttpRequest) -> HttpResponse:
    """Who was at the classroom's devices: on a day, or in one lesson of it."""
    failure = None
    try:
        lesson = _lesson(request)
    except LookinError as error:
        failure, lesson = error, read_lesson("", "", "", today=_today(), zone=_zone())
    context = {
        "lesson": lesson,
        "is_today": lesson.day == _today(),
        "people": attendance_of(lesson, now()),
        "zone": str(_zone()),
        "file_query": _query(lesson),
        "failure": words_of(failure) if failure else None,
    }
    status = failure.status if failure else 200
    return render(request, "accounts/classroom/attendance.html", context, status=status)


@never_cache
@for_teachers
@require_safe
def attendance_file(request: HttpRequest) -> HttpResponse:
    """The same list as a CSV file."""
    lesson = _lesson(request)
    text = attendance_csv(_heads(), attendance_of(lesson, now()), _zone())
    response = HttpResponse(text.encode(), content_type="text/csv; charset=utf-8")
    name = f"{_('attendance')}-{lesson.day.isoformat()}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _heads() -> tuple[str, ...]:
    who = (_("Day"), _("Name"), _("Sign-in name"))
    return (*who, _("Came"), _("Left"), _("Minutes"), _("Device"))


def devices_context(request: HttpRequest) -> dict[str, Any]:
    """What the part `accounts/classroom_devices.html` of a page needs."""
    return {
        "classroom_devices": registration.classroom_devices(now(), _zone()),
        "this_device": devices.device_of(request),
        "first_day": _today(),
        "proposed_day": _today() + timedelta(days=settings.CLASSROOM_DAYS),
        "proposed_idle": registration.IDLE_MINUTES,
        "most_idle": registration.MOST_IDLE_MINUTES,
    }


def _terms(request: HttpRequest) -> registration.Terms:
    label, until, idle = (request.POST.get(name, "") for name in ("label", "until", "idle"))
    return registration.read_terms(
        label, until, idle, today=_today(), days=settings.CLASSROOM_DAYS, zone=_zone()
    )


def _lesson(request: HttpRequest) -> Lesson:
    day, begins, ends = (request.GET.get(name, "")[:20] for name in ("day", "from", "to"))
    return read_lesson(day, begins, ends, today=_today(), zone=_zone())


def _query(lesson: Lesson) -> str:
    asked = {"day": lesson.day.isoformat()}
    if not lesson.is_whole_day:
        asked |= {"from": f"{lesson.begins:%H:%M}"}
        asked |= {"to": f"{lesson.ends:%H:%M}"} if lesson.ends.date() == lesson.day else {}
    return urlencode(asked)


def _zone() -> tzinfo:
    return get_default_timezone()


def _today() -> date:
    return now().astimezone(_zone()).date()


def _failed(request: HttpRequest, error: LookinError) -> HttpResponse:
    messages.error(request, " ".join(words_of(error)), extra_tags="failed")
    return SeeOther("/people/#devices")


def _back(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words, extra_tags="finished")
    return SeeOther("/people/#devices")
