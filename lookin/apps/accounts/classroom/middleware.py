"""What holds for every answer to somebody who is signed in at a classroom device.

The stay ends in time, nothing stays in the browser's cache, and the page can show a way to leave.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from lookin.apps.accounts import signin
from lookin.apps.accounts.classroom import visits
from lookin.apps.accounts.models import ClassroomVisit
from lookin.apps.accounts.preferences import keep_preferences
from lookin.core.lib.clock import now

Next = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True)
class Classroom:
    """What a page at a classroom device knows of its stay."""

    label: str
    idle_minutes: int
    template: str = "accounts/classroom/leave.html"


class ClassroomMiddleware:
    """Signs out who has been quiet too long, notes who is not, and leaves nothing behind."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check before the view runs; clean up after it."""
        if not _is_signed_in(request) or visits.VISIT not in request.session:
            return self.get_response(request)
        of_the_device = request.session.get(visits.PREFERENCES, {})
        self._continue(request)
        response = self.get_response(request)
        response.headers["Cache-Control"] = "private, no-store"
        if not _is_signed_in(request):
            # Drafts, copied cells, open tabs' notes: not for the next person. (Ignored by browsers
            # on plain HTTP, where web/src/classroom/door.ts does the same.)
            response.headers["Clear-Site-Data"] = '"storage"'
            keep_preferences(response, of_the_device)
        return response

    def _continue(self, request: HttpRequest) -> None:
        visit, moment = visits.visit_in(request.session), now()
        if visit is None or visits.is_over(visit, moment):
            signin.close_session(request)
            return
        if _is_somebody(request):
            visits.note_sign_of_life(visit, moment)
        request.classroom = _classroom_of(visit)  # type: ignore[attr-defined]


def _is_signed_in(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated)


def _classroom_of(visit: ClassroomVisit) -> Classroom:
    minutes = visit.device.idle_minutes if visit.device else 0
    return Classroom(visit.device_label, minutes)


def _is_somebody(request: HttpRequest) -> bool:
    """Whether a hand is behind this request: a page opened or something changed. What pages ask
    for by themselves (/ajax/, pictures, pieces of a page) keeps nobody signed in."""
    if request.method == "POST":
        return True
    mode = request.headers.get("Sec-Fetch-Mode", "")
    return mode == "navigate" if mode else not request.path.startswith("/ajax/")
