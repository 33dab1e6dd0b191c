"""The addresses of shared links: make, list and take back for who may change the notebook; open for
whoever is signed in and has one.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from lookin.apps.accounts.access import person_of
from lookin.apps.accounts.audit import origin_of
from lookin.apps.common.guard import for_people
from lookin.apps.notebooks import access, links
from lookin.apps.notebooks.models import SharedLink
from lookin.core.lib.errors import LookinError


@require_safe
@for_people
def list_links(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """GET /ajax/notebooks/<id>/links → `{"error": 0, "links": [{id, by, made_at, ends_at,
    guests}]}`; times in milliseconds since 1970."""
    notebook = access.writable_notebook_for(person_of(request), notebook_id)
    rows = [_row(link) for link in links.list_links(notebook)]
    return JsonResponse({"error": 0, "links": rows})


@require_POST
@for_people
def make_link(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """POST /ajax/notebooks/<id>/links/new (days: "" or a number) → the row and its `address`."""
    person = person_of(request)
    notebook = access.writable_notebook_for(person, notebook_id)
    made = links.make_link(person, notebook, _days(request), origin_of(request))
    address = request.build_absolute_uri(f"/shared/{made.token}")
    return JsonResponse({"error": 0, "link": _row(made.link), "address": address})


@require_POST
@for_people
def revoke_link(request: HttpRequest, notebook_id: uuid.UUID, link_id: uuid.UUID) -> JsonResponse:
    """POST /ajax/notebooks/<id>/links/<link>/revoke → `{"error": 0}`."""
    notebook = access.writable_notebook_for(person_of(request), notebook_id)
    links.revoke_link(notebook, link_id, origin_of(request))
    return JsonResponse({"error": 0})


@require_safe
@for_people
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET /shared/<token>: to the notebook, which is on the person's desk from now on."""
    notebook = links.open_link(person_of(request), token, origin_of(request))
    response = HttpResponseRedirect(f"/notebooks/{notebook.id}")
    response["Referrer-Policy"] = "no-referrer"
    return response


def _days(request: HttpRequest) -> int | None:
    text = request.POST.get("days", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise LookinError(
            "A link can end after one day up to a year.", "Choose another end.", code="bad_end"
        )
    return int(text)


def _row(link: SharedLink) -> dict[str, Any]:
    ends = int(link.ends_at.timestamp() * 1000) if link.ends_at else None
    return {
        "id": str(link.id),
        "by": link.made_by.shown_name,
        "made_at": int(link.made_at.timestamp() * 1000),
        "ends_at": ends,
        "guests": [guest.person.shown_name for guest in link.guests.all()],
    }
