"""Which driver makes the kernels, as the rules and the machine have it."""

from __future__ import annotations

from pathlib import Path

from lookin.apps.kernels.broker.rules import KernelRules
from lookin.core.kernels.driver import Driver
from lookin.core.kernels.drivers.subprocess import SubprocessDriver


async def make_driver(python: Path, runtime: Path, rules: KernelRules) -> Driver:
    """The driver, ready to start kernels and to find those of a broker that died."""
    return SubprocessDriver(python, runtime)
