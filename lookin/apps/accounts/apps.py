"""Registers the app with Django. No work at import."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Label `accounts`, so that AUTH_USER_MODEL is `accounts.User`."""

    name = "lookin.apps.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
