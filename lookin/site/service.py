"""/service, the desk: the last notebooks, the files, the class. Composed from the apps' services.

It spans workspaces and notebooks, so it stands in the site ring. Changes go to the apps' own
addresses; this page only shows.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from lookin.apps.accounts.models import User
from lookin.apps.common.guard import for_people
from lookin.apps.notebooks import access as notebooks
from lookin.apps.workspaces import access, files
from lookin.apps.workspaces.models import Workspace
from lookin.apps.workspaces.previews import preview_of
from lookin.apps.workspaces.recent import recent_notebooks

MOST_CARDS = 5  # with "New" they fill two rows of three
MOST_PEOPLE = 60
MOST_SHARED = 100


@require_safe
@for_people
def show_service(request: HttpRequest) -> HttpResponse:
    """GET /service?workspace=…&folder=…; without a workspace, the person's own."""
    assert isinstance(request.user, User)
    person, wanted = request.user, request.GET.get("workspace", "")
    own = access.personal_workspace(person)
    chosen = access.workspace_for(person, wanted) if wanted else own
    listing = files.list_files(chosen, request.GET.get("folder", ""))
    context = {
        "cards": _cards(person),
        "own": own,
        "chosen": chosen,
        "workspaces": _own_first(person, own.id),
        "listing": listing,
        "trail": _trail(listing.folder),
        "writable": access.may_write(person, chosen),
        "shared": notebooks.shared_notebooks(person)[:MOST_SHARED],
        "people": access.classmates_of(person)[:MOST_PEOPLE],
        "upload_limit": settings.UPLOAD_LIMIT_BYTES,
    }
    return render(request, "service.html", context)


def _cards(person: User) -> list[dict[str, Any]]:
    found = recent_notebooks(access.workspaces_for(person), most=MOST_CARDS)
    return [
        {"notebook": n, "preview": preview_of(n.workspace, n.path, n.modified_ns)} for n in found
    ]


def _own_first(person: User, own: uuid.UUID) -> list[Workspace]:
    return sorted(access.workspaces_for(person), key=lambda w: (w.id != own, w.name))


def _trail(folder: str) -> list[dict[str, str]]:
    """The folders from the top down to `folder`, each with its name and path."""
    parts = folder.split("/") if folder else []
    return [{"name": part, "path": "/".join(parts[: n + 1])} for n, part in enumerate(parts)]


urlpatterns = [path("service", show_service, name="service")]
