"""The addresses of a workspace's files: a list, a download, rename, delete and undo.

Not the page: /service spans apps and stands in lookin/site/service.py.
"""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_POST, require_safe

from lookin.apps.accounts.models import User
from lookin.apps.common.guard import for_people
from lookin.apps.workspaces import access, files, previews
from lookin.apps.workspaces.downloads import as_download


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
@for_people
def list_files(request: HttpRequest, workspace_id: uuid.UUID) -> HttpResponse:
    """GET /ajax/files/<workspace>?folder=… → `{"error": 0, "folder", "entries", "more"}`."""
    workspace = access.workspace_for(_person(request), workspace_id)
    listing = files.list_files(workspace, request.GET.get("folder", ""))
    return JsonResponse({"error": 0, **listing.as_data()})


@require_safe
@for_people
def download_file(
    request: HttpRequest, workspace_id: uuid.UUID, path: str
) -> StreamingHttpResponse:
    """GET /files/<workspace>/<path>: saved by the browser, never run in our origin."""
    workspace = access.workspace_for(_person(request), workspace_id)
    return as_download(files.read_file(workspace, path))


@require_safe
@for_people
def show_picture(request: HttpRequest, workspace_id: uuid.UUID) -> HttpResponse:
    """GET /ajax/files/<workspace>/picture?path=…: the first picture of a notebook, for its card."""
    workspace = access.workspace_for(_person(request), workspace_id)
    picture = previews.picture_of(workspace, request.GET.get("path", ""))
    headers = {
        "Cache-Control": "private, max-age=86400",  # the address changes when the file does
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return HttpResponse(picture, content_type="image/png", headers=headers)


@require_POST
@for_people
def rename_file(request: HttpRequest, workspace_id: uuid.UUID) -> HttpResponse:
    """POST /ajax/files/<workspace>/rename (path, name) → `{"error": 0, "path"}`."""
    workspace = access.writable_workspace_for(_person(request), workspace_id)
    path = files.rename_file(workspace, request.POST.get("path", ""), request.POST.get("name", ""))
    return JsonResponse({"error": 0, "path": path})


@require_POST
@for_people
def delete_file(request: HttpRequest, workspace_id: uuid.UUID) -> HttpResponse:
    """POST /ajax/files/<workspace>/delete (path) → `{"error": 0, "deleted": id}` for the undo."""
    workspace = access.writable_workspace_for(_person(request), workspace_id)
    deleted = files.delete_file(workspace, request.POST.get("path", ""))
    return JsonResponse({"error": 0, "deleted": str(deleted.id)})


@require_POST
@for_people
def restore_file(request: HttpRequest, deleted_id: uuid.UUID) -> HttpResponse:
    """POST /ajax/files/restore/<id> → `{"error": 0, "path"}`."""
    deleted = access.deleted_file_for(_person(request), deleted_id)
    return JsonResponse({"error": 0, "path": files.restore_file(deleted)})
