"""The addresses of notebooks: the page, a new one, one by its path, and rename, copy, delete."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from lookin.apps.accounts.models import User
from lookin.apps.common.guard import for_people
from lookin.apps.common.pages import SeeOther
from lookin.apps.notebooks import access, imports, rescues, services
from lookin.apps.notebooks.models import Notebook
from lookin.apps.workspaces import access as workspaces
from lookin.core.documents.ipynb import BrokenNotebookError


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
@for_people
def show_notebook(request: HttpRequest, notebook_id: uuid.UUID) -> HttpResponse:
    """GET /notebooks/<id>: the page; its cells come through the socket."""
    person = _person(request)
    notebook = access.notebook_for(person, notebook_id)
    try:
        services.check_readable(notebook)
    except BrokenNotebookError:
        return _explain(request, notebook)
    services.note_opened(notebook)
    return render(request, "notebooks/page.html", _page(person, notebook))


def _explain(request: HttpRequest, notebook: Notebook) -> HttpResponse:
    """Where the file is broken, and what can be saved of it."""
    person = _person(request)
    context = {
        **_page(person, notebook),
        "broken": rescues.look_into(notebook),
        "rescue_address": f"/notebooks/{notebook.id}/rescue",
    }
    return render(request, "notebooks/broken.html", context, status=422)


@require_POST
@for_people
def rescue_notebook(request: HttpRequest, notebook_id: uuid.UUID) -> HttpResponse:
    """POST /notebooks/<id>/rescue (kind): a new notebook beside the broken one; goes there."""
    notebook = access.writable_notebook_for(_person(request), notebook_id)
    kind = request.POST.get("kind", "")
    made = rescues.rescue_notebook(notebook, kind, get_language() or "en")
    return SeeOther(f"/notebooks/{made.id}")


@require_POST
@for_people
def import_file(request: HttpRequest) -> JsonResponse:
    """POST /ajax/notebooks/import (workspace, path) → `{"error": 0, "id", "title", "path"}`."""
    chosen = request.POST.get("workspace", "")
    workspace = workspaces.writable_workspace_for(_person(request), chosen)
    made = imports.import_file(workspace, request.POST.get("path", ""))
    return JsonResponse({"error": 0, "id": str(made.id), "title": made.title, "path": made.path})


@require_POST
@for_people
def copy_notebook(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """POST /ajax/notebooks/<id>/copy → `{"error": 0, "id", …}`: a copy among one's own files."""
    person = _person(request)
    notebook = access.notebook_for(person, notebook_id)
    copy = services.copy_notebook(notebook, workspaces.personal_workspace(person))
    return JsonResponse({"error": 0, "id": str(copy.id), "title": copy.title, "path": copy.path})


def _page(person: User, notebook: Notebook) -> dict[str, object]:
    files = f"/files/{notebook.workspace_id}/"
    folder = f"{notebook.folder_path}/" if notebook.folder_path else ""
    back = f"/service?workspace={notebook.workspace_id}"
    if notebook.folder_path:
        back += f"&folder={quote(notebook.folder_path)}"
    guest = access.is_guest(person, notebook)
    export = f"/notebooks/{notebook.id}/export/"
    return {
        "notebook": notebook,
        "writable": access.may_write(person, notebook),
        "socket_path": f"/ws/notebooks/{notebook.id}",
        "rename_address": f"/ajax/notebooks/{notebook.id}/rename",
        "duplicate_address": f"/ajax/notebooks/{notebook.id}/duplicate",
        "delete_address": f"/ajax/notebooks/{notebook.id}/delete",
        "copy_address": f"/ajax/notebooks/{notebook.id}/copy",
        "links_address": f"/ajax/notebooks/{notebook.id}/links",
        "export_address": export,
        "guest": guest,
        # A guest sees the notebook and nothing beside it, so no picture of its folder either.
        "download_address": f"{export}ipynb" if guest else files + quote(notebook.path),
        "files_address": "" if guest else files + quote(folder),
        "back_address": "/service" if guest else back,
    }


@require_POST
@for_people
def create_notebook(request: HttpRequest) -> HttpResponse:
    """POST /notebooks/new (workspace, title): makes one and goes there (303)."""
    person = _person(request)
    wanted = request.POST.get("workspace", "")
    own = wanted or str(workspaces.personal_workspace(person).id)
    workspace = workspaces.writable_workspace_for(person, own)
    title = request.POST.get("title", "")
    made = services.create_notebook(workspace, title, get_language() or "en")
    return SeeOther(f"/notebooks/{made.id}")


@require_safe
@for_people
def open_notebook(request: HttpRequest) -> HttpResponse:
    """GET /notebooks/open?workspace=…&path=…: goes to the address of that file."""
    workspace = workspaces.workspace_for(_person(request), request.GET.get("workspace", ""))
    notebook = services.open_notebook_at(workspace, request.GET.get("path", ""))
    return HttpResponseRedirect(f"/notebooks/{notebook.id}")


@require_POST
@for_people
def rename_notebook(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """POST /ajax/notebooks/<id>/rename (title) → `{"error": 0, "title", "path"}`."""
    notebook = access.writable_notebook_for(_person(request), notebook_id)
    renamed = services.rename_notebook(notebook, request.POST.get("title", ""))
    return JsonResponse({"error": 0, "title": renamed.title, "path": renamed.path})


@require_POST
@for_people
def duplicate_notebook(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """POST /ajax/notebooks/<id>/duplicate → `{"error": 0, "id", "title", "path"}`."""
    notebook = access.writable_notebook_for(_person(request), notebook_id)
    copy = services.duplicate_notebook(notebook, get_language() or "en")
    return JsonResponse({"error": 0, "id": str(copy.id), "title": copy.title, "path": copy.path})


@require_POST
@for_people
def delete_notebook(request: HttpRequest, notebook_id: uuid.UUID) -> JsonResponse:
    """POST /ajax/notebooks/<id>/delete → `{"error": 0, "deleted": id}` for the undo."""
    notebook = access.writable_notebook_for(_person(request), notebook_id)
    return JsonResponse({"error": 0, "deleted": str(services.delete_notebook(notebook))})
