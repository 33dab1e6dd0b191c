"""Registers the app with Django. No work at import."""

from __future__ import annotations

from django.apps import AppConfig


class UploadsConfig(AppConfig):
    """Label `uploads`. Has no tables: a file on disk is the whole record of itself."""

    name = "lookin.apps.uploads"
    label = "uploads"
