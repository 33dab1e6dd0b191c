"""Registers the app with Django. No work at import."""

from __future__ import annotations

from django.apps import AppConfig


class KernelsConfig(AppConfig):
    """Label `kernels`. Has no tables: kernels belong to the broker, which has no database."""

    name = "lookin.apps.kernels"
    label = "kernels"

    def ready(self) -> None:
        """Follow people who come and go."""
        from lookin.apps.kernels import following  # noqa: PLC0415

        following.connect()
