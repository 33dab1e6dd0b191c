"""Which driver a machine gets: forked kernels where they can be, plain processes elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lookin.core.kernels.driver import Driver
from lookin.core.kernels.drivers.fencing import survey
from lookin.core.kernels.drivers.forked import Proxy
from lookin.core.kernels.drivers.languages import LanguageDriver
from lookin.core.kernels.drivers.subprocess import SubprocessDriver
from lookin.core.kernels.drivers.zygote import ZygoteDriver, ZygoteRules
from lookin.core.kernels.kernelspecs import kernelspec_folders
from lookin.core.kernels.sandbox import cgroups
from lookin.core.kernels.sandbox.plan import Limits


@dataclass(frozen=True, slots=True)
class DriverRules:
    """`kind` is auto, zygote or subprocess; `network` off, listed or public."""

    kind: str = "auto"
    zygote: ZygoteRules = field(default_factory=ZygoteRules)
    limits: Limits = field(default_factory=Limits)
    network: str = "off"
    hosts: tuple[str, ...] = ()


async def make_driver(
    python: Path, runtime: Path, rules: DriverRules, folders: Sequence[Path] = ()
) -> Driver:
    """A driver for kernels of `python`, whose folders lie below `folders`.

    Tries the fence first, which takes about a second. Raises ValueError for a bad rule of `hosts`.
    """
    network = "off" if rules.network == "off" else "proxy"
    fencing = await survey(python, rules.limits, network, folders)
    forks = sys.platform == "linux" and hasattr(os, "fork")
    plain = SubprocessDriver(python, runtime, fencing)
    specs = kernelspec_folders(python)
    if rules.kind == "subprocess" or not forks:
        return LanguageDriver(plain, plain, specs)
    proxy = await _start_proxy(rules) if network == "proxy" and fencing.tier == "full" else None
    forked = ZygoteDriver(python, runtime, rules.zygote, fencing, proxy)
    return LanguageDriver(forked, plain, specs)


def take_groups() -> str | None:
    """Make this process's control group able to hold kernels' groups; None where it is not ours."""
    folder = cgroups.delegated()
    if folder is None:
        return None
    try:
        cgroups.take(folder)
    except OSError:
        return None
    return folder


async def _start_proxy(rules: DriverRules) -> Proxy:
    from lookin.core.kernels.proxy.process import (  # noqa: PLC0415 (only who needs a way out)
        ProxyProcess,
        ProxyRules,
    )

    proxy: Proxy = ProxyProcess(ProxyRules(rules.network, rules.hosts), sys.executable)
    await proxy.start()
    return proxy
