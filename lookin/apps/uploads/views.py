"""POST /ajax/upload: a file from a form, streamed into the signed-in person's workspace."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from lookin.apps.accounts.models import User
from lookin.apps.common.guard import for_people
from lookin.apps.uploads import services
from lookin.apps.uploads.handlers import WorkspaceUploadHandler
from lookin.apps.uploads.places import place_for
from lookin.core.lib.folders import held_folder


# Checking the CSRF token reads the form, and that reads the file: so the person is checked first,
# the handler is set second, and the token is checked by the inner view (Django's own pattern).
@csrf_exempt
@require_POST
@for_people
def upload_file(request: HttpRequest) -> HttpResponse:
    """Field `file1`, in the address `workspace` and `folder` → `{"error": 0, "name", "size"}`."""
    assert isinstance(request.user, User)
    if request.content_type != "multipart/form-data":  # Django would keep any other body in memory
        raise services.no_file()
    workspace = services.workspace_for_upload(request.user, request.GET.get("workspace", ""))
    wanted = request.GET.get("folder", "")
    with place_for(request.user.id), held_folder(workspace.folder, wanted) as folder:
        handler = WorkspaceUploadHandler(request, folder, limit=settings.UPLOAD_LIMIT_BYTES)
        request.upload_handlers = [handler]
        try:
            return _keep_file(request, handler)
        finally:
            handler.discard()


@csrf_protect
def _keep_file(request: HttpRequest, handler: WorkspaceUploadHandler) -> HttpResponse:
    request.FILES  # noqa: B018 - this is what reads the body, also when the token was a header
    arrived = handler.finish()
    if arrived is None:
        raise services.no_file()
    return JsonResponse({"error": 0, "name": arrived.name, "size": arrived.size})
