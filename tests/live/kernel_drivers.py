"""The real drivers, with a fence and without: what the contract tests run over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lookin.core.kernels.drivers.choice import DriverRules, make_driver
from lookin.core.kernels.drivers.fencing import Fencing
from lookin.core.kernels.drivers.zygote import ZygoteDriver, ZygoteRules
from lookin.core.kernels.sandbox.plan import Limits
from tests.live.broker_process import KERNEL_PYTHON

DRIVERS = ("subprocess", "subprocess-fenced", "zygote", "zygote-fenced")
LIMITS = Limits(
    memory_bytes=1 << 30, processes=256, open_files=1024, file_bytes=1 << 28, tmp_bytes=1 << 26
)


async def make(name: str, folder: Path, **rules: Any) -> Any:
    """The driver `name` for kernels in `folder / "w"`, its own things in `folder / "k"`."""
    kind, _, fenced = name.partition("-")
    if not fenced:
        return await make_unfenced(kind, folder, **rules)
    zygote = ZygoteRules(**{"stock": 0, **rules})
    asked = DriverRules(kind, zygote, LIMITS)
    driver = await make_driver(KERNEL_PYTHON, folder / "k", asked, [folder / "w"])
    if driver.status()["tier"] != "full":
        await driver.close()
        pytest.skip(f"skipped: a fence was not found: {driver.status()['reason']}")
    return driver


async def make_unfenced(kind: str, folder: Path, **rules: Any) -> Any:
    """Without a fence, whatever the machine can do."""
    if kind == "zygote":
        zygote = ZygoteRules(**{"stock": 0, **rules})
        return ZygoteDriver(KERNEL_PYTHON, folder / "k", zygote, Fencing())
    from lookin.core.kernels.drivers.subprocess import SubprocessDriver

    return SubprocessDriver(KERNEL_PYTHON, folder / "k", Fencing())
