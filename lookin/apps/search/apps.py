"""Registers the app with Django. No work at import."""

from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Label `search`."""

    name = "lookin.apps.search"
    label = "search"

    def ready(self) -> None:
        """Follow workspaces that are deleted."""
        from lookin.apps.search.indexer import following  # noqa: PLC0415

        following.connect()
