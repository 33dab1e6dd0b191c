"""Registers the app with Django. No work at import."""

from __future__ import annotations

from django.apps import AppConfig


class NotebooksConfig(AppConfig):
    """Label `notebooks`."""

    name = "lookin.apps.notebooks"
    label = "notebooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow files that are renamed or deleted."""
        from lookin.apps.notebooks import following  # noqa: PLC0415

        following.connect()
