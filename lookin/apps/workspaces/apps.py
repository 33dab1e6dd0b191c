"""Registers the app with Django. No work at import."""

from __future__ import annotations

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """Label `workspaces`."""

    name = "lookin.apps.workspaces"
    label = "workspaces"
    default_auto_field = "django.db.models.BigAutoField"
