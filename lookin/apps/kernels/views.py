"""POST /ajax/runpython: one piece of code in the person's own kernel. Notebooks use the socket."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from lookin.apps.accounts.models import User
from lookin.apps.common.guard import for_people
from lookin.apps.notebooks import broker
from lookin.apps.workspaces.access import personal_workspace


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
        str(person.pk), folder, request.POST.get("code", ""), settings.RUN_SECONDS * 1000
    )
    return JsonResponse({"error": -1 if answer["failed"] else 0, "output": answer["output"]})
