"""Registers the app with Django, and what follows a change of its rows. No work at import."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Label `accounts`, so that AUTH_USER_MODEL is `accounts.User`."""

    name = "lookin.apps.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A face that is deleted or replaced, by whatever way, leaves this process's memory."""
        from lookin.apps.accounts.faces.gallery import watch_faces  # noqa: PLC0415 (models first)

        watch_faces()
