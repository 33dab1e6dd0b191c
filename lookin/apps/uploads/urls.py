"""The addresses of the uploads app. The site gives /ajax/upload to `streaming.StreamingHandler`."""

from __future__ import annotations

from django.urls import path

from lookin.apps.uploads import views

urlpatterns = [path("ajax/upload", views.upload_file, name="upload_file")]
