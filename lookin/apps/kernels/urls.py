"""The addresses of the kernels app."""

from __future__ import annotations

from django.urls import path

from lookin.apps.kernels import views

urlpatterns = [
    path("ajax/runpython", views.run_python, name="run_python"),
    path("running/", views.show_running, name="running"),
    path("ajax/running", views.list_running, name="list_running"),
    path("ajax/running/<str:kernel>/end", views.end_kernel, name="end_kernel"),
]
