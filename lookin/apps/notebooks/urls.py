"""The addresses of the notebooks app."""

from __future__ import annotations

from typing import Any

from django.urls import path

from lookin.apps.notebooks import linkpages, views
from lookin.apps.notebooks.consumers import NotebookSocket
from lookin.apps.notebooks.contents import show_blob, show_text
from lookin.apps.notebooks.exportpages import export_notebook
from lookin.apps.notebooks.formatting import format_code
from lookin.apps.notebooks.frames import show_output_frame
from lookin.apps.notebooks.history.urls import urlpatterns as history
from lookin.apps.notebooks.libraries import list_libraries, send_library

urlpatterns = [
    *history,
    path("notebooks/new", views.create_notebook, name="create_notebook"),
    path("notebooks/open", views.open_notebook, name="open_notebook"),
    path("frame/output", show_output_frame, name="output_frame"),
    path("frame/libraries", list_libraries, name="libraries"),
    path("frame/library/<slug:name>/<str:version>/<str:file>", send_library, name="library"),
    path("notebooks/<uuid:notebook_id>", views.show_notebook, name="notebook"),
    path("notebooks/<uuid:notebook_id>/rescue", views.rescue_notebook, name="rescue_notebook"),
    path("notebooks/<uuid:notebook_id>/export/<slug:form>", export_notebook, name="export"),
    path("shared/<str:token>", linkpages.open_link, name="open_link"),
    path("ajax/notebooks/import", views.import_file, name="import_file"),
    path("ajax/notebooks/<uuid:notebook_id>/copy", views.copy_notebook, name="copy_notebook"),
    path("ajax/notebooks/<uuid:notebook_id>/links", linkpages.list_links, name="list_links"),
    path("ajax/notebooks/<uuid:notebook_id>/links/new", linkpages.make_link, name="make_link"),
    path(
        "ajax/notebooks/<uuid:notebook_id>/links/<uuid:link_id>/revoke",
        linkpages.revoke_link,
        name="revoke_link",
    ),
    path("notebooks/<uuid:notebook_id>/blobs/<str:digest>", show_blob, name="blob"),
    path("ajax/notebooks/<uuid:notebook_id>/format", format_code, name="format_code"),
    path("notebooks/<uuid:notebook_id>/cells/<str:cell>/text", show_text, name="cell_text"),
    path("ajax/notebooks/<uuid:notebook_id>/rename", views.rename_notebook, name="rename_notebook"),
    path(
        "ajax/notebooks/<uuid:notebook_id>/duplicate",
        views.duplicate_notebook,
        name="duplicate_notebook",
    ),
    path("ajax/notebooks/<uuid:notebook_id>/delete", views.delete_notebook, name="delete_notebook"),
]

websocket_urlpatterns: list[Any] = [
    path("ws/notebooks/<uuid:notebook_id>", NotebookSocket.as_asgi()),
]
