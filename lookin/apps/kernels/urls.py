"""The addresses of the kernels app."""

from __future__ import annotations

from django.urls import path

from lookin.apps.kernels import views

urlpatterns = [path("ajax/runpython", views.run_python, name="run_python")]
