"""The addresses of the workspaces app."""

from __future__ import annotations

from django.urls import path

from lookin.apps.workspaces import views

urlpatterns = [
    path("files/<uuid:workspace_id>/<path:path>", views.download_file, name="download_file"),
    path("ajax/files/restore/<uuid:deleted_id>", views.restore_file, name="restore_file"),
    path("ajax/files/<uuid:workspace_id>", views.list_files, name="list_files"),
    path("ajax/files/<uuid:workspace_id>/picture", views.show_picture, name="show_picture"),
    path("ajax/files/<uuid:workspace_id>/rename", views.rename_file, name="rename_file"),
    path("ajax/files/<uuid:workspace_id>/delete", views.delete_file, name="delete_file"),
]
