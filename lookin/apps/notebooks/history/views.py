"""The addresses of a notebook's history: its page, what it shows, and what people do there."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from lookin.apps.accounts.models import User
from lookin.apps.common.guard import for_people
from lookin.apps.notebooks import access
from lookin.apps.notebooks.contents import TEXT, YEAR_SECONDS, shown_type
from lookin.apps.notebooks.history import services
from lookin.apps.notebooks.models import Notebook
from lookin.core.documents.roles import OWNER
from lookin.core.lib.errors import LookinError


@require_safe
@for_people
def show_history(request: HttpRequest, notebook_id: uuid.UUID) -> HttpResponse:
    """GET /notebooks/<id>/history: the page; what it shows comes by the addresses below."""
    person, notebook = _reader(request, notebook_id)
    role = access.role_of(person, notebook)
    return render(request, "notebooks/history.html", {"notebook": notebook, "role": role})


@require_safe
@for_people
def list_versions(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """GET /ajax/notebooks/<id>/history?before=… → `{versions, people, more}`."""
    _, notebook = _reader(request, notebook_id)
    return JsonResponse(services.list_versions(notebook, request.GET.get("before", "")))


@require_safe
@for_people
def compare_versions(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """GET /ajax/notebooks/<id>/history/compare?old=…&new=… (a version or "now") → `{rows}`."""
    person, notebook = _reader(request, notebook_id)
    sides = request.GET.get("old", ""), request.GET.get("new", services.NOW)
    return JsonResponse(services.compare_versions(person, notebook, *sides))


@require_safe
@for_people
def show_outputs(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """GET /ajax/notebooks/<id>/history/outputs?version=…&cell=… → `{outputs}`."""
    person, notebook = _reader(request, notebook_id)
    side, cell = request.GET.get("version", ""), request.GET.get("cell", "")
    return JsonResponse({"outputs": services.outputs_of(person, notebook, side, cell)})


@require_safe
@for_people
def show_blob(request: HttpRequest, notebook_id: uuid.UUID, digest: str) -> HttpResponse:
    """GET /notebooks/<id>/history/blobs/<sha256>?mime=…: as /notebooks/<id>/blobs, of any time."""
    _, notebook = _reader(request, notebook_id)
    content_type = shown_type(request.GET.get("mime", ""))
    response = HttpResponse(services.read_blob(notebook, digest), content_type=content_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = f"private, max-age={YEAR_SECONDS}, immutable"
    return response


@require_safe
@for_people
def list_runs(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """GET /ajax/notebooks/<id>/history/runs?cell=… → `{runs, people}`."""
    _, notebook = _reader(request, notebook_id)
    return JsonResponse(services.list_runs(notebook, request.GET.get("cell", "")))


@require_safe
@for_people
def show_source(request: HttpRequest, notebook_id: uuid.UUID, digest: str) -> HttpResponse:
    """GET /ajax/notebooks/<id>/history/sources/<sha256>: the text that a run ran, as text."""
    _, notebook = _reader(request, notebook_id)
    text = services.run_source(notebook, digest)
    return HttpResponse(text.encode("utf-8", "replace"), content_type=TEXT)


@require_POST
@for_people
def keep_version(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """POST /ajax/notebooks/<id>/history/keep (name) → `{"error": 0, "version"}`."""
    person, notebook = _writer(request, notebook_id)
    version = services.keep_version(person, notebook, request.POST.get("name", ""))
    return JsonResponse({"error": 0, "version": version})


@require_POST
@for_people
def rename_version(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """POST /ajax/notebooks/<id>/history/name (version, name; "" takes it away)."""
    person, notebook = _writer(request, notebook_id)
    version, name = request.POST.get("version", ""), request.POST.get("name", "")
    services.rename_version(person, notebook, version, name)
    return JsonResponse({"error": 0})


@require_POST
@for_people
def restore_version(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """POST /ajax/notebooks/<id>/history/restore (version, cell) → `{"error": 0, before, lost}`."""
    person, notebook = _writer(request, notebook_id)
    version, cell = request.POST.get("version", ""), request.POST.get("cell", "")
    done = services.restore_version(person, notebook, version, cell)
    return JsonResponse({"error": 0, "before": done["before"], "lost": done["lost"]})


@require_POST
@for_people
def forget_history(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """POST /ajax/notebooks/<id>/history/forget: all versions and runs, for good. Owners only."""
    person, notebook = _writer(request, notebook_id)
    if access.role_of(person, notebook) != OWNER:
        raise LookinError(
            "Only the owner can delete the history of this notebook.",
            "Ask the owner of this workspace.",
            code="not_owner",
            status=403,
        )
    services.forget_history(person, notebook)
    return JsonResponse({"error": 0})


def _reader(request: HttpRequest, notebook_id: uuid.UUID) -> tuple[User, Notebook]:
    assert isinstance(request.user, User)
    return request.user, access.members_notebook_for(request.user, notebook_id)


def _writer(request: HttpRequest, notebook_id: uuid.UUID) -> tuple[User, Notebook]:
    assert isinstance(request.user, User)
    return request.user, access.writable_notebook_for(request.user, notebook_id)
