"""Starts the broker with the options of this installation, without setting Django up."""

from __future__ import annotations

import logging
import threading
from logging.config import dictConfig
from typing import cast

from django.conf import settings

from lookin.apps.kernels.broker.main import BrokerOptions, serve_forever
from lookin.apps.kernels.broker.rules import DriverName, HouseRules, KernelRules, Network
from lookin.site.fencing import found_fence
from lookin.site.places import make_runtime_dir

log = logging.getLogger("lookin.broker")


def serve() -> int:
    """Run until SIGTERM or SIGINT; kernels are shut down and notebooks saved before it ends."""
    dictConfig(settings.LOGGING)
    make_runtime_dir(settings.RUNTIME_DIR)
    threading.Thread(target=_log_fence, daemon=True).start()
    return serve_forever(
        BrokerOptions(
            home=settings.HOME,
            runtime_dir=settings.RUNTIME_DIR,
            kernel_python=settings.KERNEL_PYTHON,
            rules=house_rules(),
            kernels=kernel_rules(),
        )
    )


def _log_fence() -> None:
    fence = found_fence()
    level = logging.INFO if fence.tier == "full" else logging.WARNING
    log.log(level, "Fence: %s. %s", fence.tier, fence.line())


def house_rules() -> HouseRules:
    """How many kernels there may be and when one is ended, as this installation chose it."""
    return HouseRules(
        idle_seconds=settings.KERNEL_IDLE_SECONDS,
        most_kernels=settings.KERNELS,
        kernels_per_person=settings.KERNELS_PER_PERSON,
        cell_seconds=settings.CELL_SECONDS,
        memory_reserve_bytes=settings.MEMORY_RESERVE_BYTES,
        workspace_bytes=settings.WORKSPACE_BYTES,
        disk_reserve_bytes=settings.DISK_RESERVE_BYTES,
        history_bytes=settings.HISTORY_BYTES,
    )


def kernel_rules() -> KernelRules:
    """How kernels are made and fenced, as this installation chose it."""
    return KernelRules(
        driver=cast(DriverName, settings.KERNEL_DRIVER),
        stock=settings.KERNEL_STOCK,
        forks=settings.ZYGOTE_FORKS,
        imports=settings.KERNEL_IMPORTS,
        memory_bytes=settings.KERNEL_MEMORY_BYTES,
        processes=settings.KERNEL_PROCESSES,
        open_files=settings.KERNEL_OPEN_FILES,
        file_bytes=settings.KERNEL_FILE_BYTES,
        tmp_bytes=settings.KERNEL_TMP_BYTES,
        network=cast(Network, settings.NETWORK),
        hosts=settings.NETWORK_HOSTS,
        orphan_seconds=settings.ORPHAN_SECONDS,
        unfenced=settings.UNFENCED,
    )
