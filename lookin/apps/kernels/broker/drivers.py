"""The driver that the rules and the machine ask for, from the broker's options."""

from __future__ import annotations

from pathlib import Path

from lookin.apps.kernels.broker.rules import KernelRules
from lookin.core.kernels.driver import Driver
from lookin.core.kernels.drivers import choice
from lookin.core.kernels.drivers.zygote import ZygoteRules
from lookin.core.kernels.sandbox.plan import Limits


async def make_driver(python: Path, runtime: Path, home: Path, rules: KernelRules) -> Driver:
    """The driver, ready to find the kernels of a broker that died and to start others."""
    zygote = ZygoteRules(
        stock=rules.stock,
        forks=rules.forks,
        imports=tuple(rules.imports),
        orphan_seconds=rules.orphan_seconds,
        groups=choice.take_groups(),
        scratch=home / "cache" / "zygote",
    )
    limits = Limits(
        memory_bytes=rules.memory_bytes,
        processes=rules.processes,
        open_files=rules.open_files,
        file_bytes=rules.file_bytes,
        tmp_bytes=rules.tmp_bytes,
    )
    wanted = choice.DriverRules(rules.driver, zygote, limits, rules.network, tuple(rules.hosts))
    return await choice.make_driver(python, runtime, wanted, [home / "workspaces"])
