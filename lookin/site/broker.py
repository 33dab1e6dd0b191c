"""Starts the broker with the options of this installation, without setting Django up."""

from __future__ import annotations

from django.conf import settings

from lookin.apps.kernels.broker.main import BrokerOptions, serve_forever
from lookin.site.places import make_runtime_dir


def serve() -> int:
    """Run until SIGTERM or SIGINT; kernels are shut down and notebooks saved before it ends."""
    make_runtime_dir(settings.RUNTIME_DIR)
    return serve_forever(
        BrokerOptions(
            home=settings.HOME,
            runtime_dir=settings.RUNTIME_DIR,
            kernel_python=settings.KERNEL_PYTHON,
            idle_seconds=settings.KERNEL_IDLE_SECONDS,
        )
    )
