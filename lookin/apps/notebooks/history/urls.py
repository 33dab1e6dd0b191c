"""The addresses of a notebook's history."""

from __future__ import annotations

from django.urls import path

from lookin.apps.notebooks.history import views

_PAGE = "notebooks/<uuid:notebook_id>/history"

urlpatterns = [
    path(_PAGE, views.show_history, name="history"),
    path(f"{_PAGE}/blobs/<str:digest>", views.show_blob, name="history_blob"),
    path(f"ajax/{_PAGE}", views.list_versions, name="history_versions"),
    path(f"ajax/{_PAGE}/compare", views.compare_versions, name="history_compare"),
    path(f"ajax/{_PAGE}/outputs", views.show_outputs, name="history_outputs"),
    path(f"ajax/{_PAGE}/runs", views.list_runs, name="history_runs"),
    path(f"ajax/{_PAGE}/sources/<str:digest>", views.show_source, name="history_source"),
    path(f"ajax/{_PAGE}/keep", views.keep_version, name="keep_version"),
    path(f"ajax/{_PAGE}/name", views.rename_version, name="name_version"),
    path(f"ajax/{_PAGE}/restore", views.restore_version, name="restore_version"),
    path(f"ajax/{_PAGE}/forget", views.forget_history, name="forget_history"),
]
