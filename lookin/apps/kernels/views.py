"""What runs now, and stopping it; and /ajax/runpython: one piece of code in a kernel of one's own.

Notebooks use the socket.
"""

from __future__ import annotations

import json
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lookin.apps.accounts.access import is_alone, person_of
from lookin.apps.accounts.models import User
from lookin.apps.common.guard import for_people
from lookin.apps.kernels import running
from lookin.apps.notebooks import broker
from lookin.apps.workspaces.access import personal_workspace
from lookin.core.lib.errors import LookinError


@require_POST
@for_people
def run_python(request: HttpRequest) -> JsonResponse:
    """`code` → `{"error": 0, "output"}`, or `{"error": -1, "output": …traceback}`.

    The output is what was printed, verbatim; the page must escape it. Variables stay.
    """
    person = request.user
    assert isinstance(person, User)
    folder = personal_workspace(person).folder
    answer = async_to_sync(broker.run_code)(
        str(person.pk),
        folder,
        request.POST.get("code", ""),
        settings.RUN_SECONDS * 1000,
        alone=is_alone(),
    )
    return JsonResponse({"error": -1 if answer["failed"] else 0, "output": answer["output"]})


@never_cache
@require_safe
@for_people
def show_running(request: HttpRequest) -> HttpResponse:
    """GET /running/: the page; it keeps itself up to date through /ajax/running."""
    person = person_of(request)
    try:
        now = json.dumps(_running(person))
    except LookinError:  # the page says so, and asks again
        now = ""
    return render(request, "kernels/running.html", {"now": now})


@never_cache
@require_safe
@for_people
def list_running(request: HttpRequest) -> JsonResponse:
    """GET /ajax/running → `{"error": 0, "kernels": […], "machine": {…} or null}`: admins get it."""
    return JsonResponse(_running(person_of(request)))


@require_POST
@for_people
def end_kernel(request: HttpRequest, kernel: str) -> JsonResponse:
    """POST /ajax/running/<id>/end → `{"error": 0}`; 404 for somebody else's."""
    async_to_sync(running.stop_kernel)(person_of(request), kernel)
    return JsonResponse({"error": 0})


def _running(person: User) -> dict[str, Any]:
    rows = running.described(person, async_to_sync(running.kernels_for)(person))
    machine = async_to_sync(running.machine)() if person.is_admin else None
    return {"error": 0, "kernels": rows, "machine": machine}
