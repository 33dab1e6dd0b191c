"""Our drivers without a broker: a kernel that is started, asked and ended, for benchmarks."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from lookin.apps.kernels.broker.drivers import make_driver
from lookin.apps.kernels.broker.rules import KernelRules
from lookin.core.kernels.driver import Driver, Kernel, KernelSpec
from lookin.core.kernels.drivers.subprocess import SubprocessDriver
from lookin.core.kernels.messages import Idle, Output, Report
from lookin.site.env import ROOT

KERNEL_PYTHON = ROOT / ".venv-kernels" / "bin" / "python"
IMPORTS = "import numpy, pandas, matplotlib.pyplot"


class Runs(Protocol):
    """Anything that runs code to its end."""

    async def run(self, code: str) -> None: ...


class DrivenKernel:
    """One kernel of a driver. `pid` is its process."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._heard: asyncio.Queue[Report] = asyncio.Queue()
        self._reader = asyncio.create_task(self._read())
        self._numbers = itertools.count(1)

    @property
    def pid(self) -> int:
        """The kernel's own process."""
        return self._kernel.pid or 0

    async def run(self, code: str, until: type[Idle | Output] = Idle) -> None:
        """Run `code` until the first report of the kind `until`."""
        request = f"bench.{next(self._numbers)}"
        await self._kernel.execute(request, code)
        while True:
            report = await self._heard.get()
            if isinstance(report, until) and report.parent == request:
                return

    async def end(self) -> None:
        """End it, and the reading of what it says."""
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        await self._kernel.shutdown()

    async def _read(self) -> None:
        async for heard in self._kernel.reports():
            self._kernel.acknowledge(heard.number)
            self._heard.put_nowait(heard.report)


class OpenDriver:
    """A driver; `kernel()` starts one and ends it afterwards."""

    def __init__(self, driver: Driver, folder: Path) -> None:
        self._driver, self._folder = driver, folder
        self.shares = not isinstance(driver, SubprocessDriver)  # memory between its kernels

    async def start(self) -> DrivenKernel:
        """A kernel that the caller must end."""
        return DrivenKernel(await self._driver.start(KernelSpec(self._folder)))

    @asynccontextmanager
    async def kernel(self) -> AsyncIterator[DrivenKernel]:
        """A kernel for a while."""
        kernel = await self.start()
        try:
            yield kernel
        finally:
            await kernel.end()

    @asynccontextmanager
    async def kernels(self, number: int) -> AsyncIterator[list[DrivenKernel]]:
        """Several, started one after another and each with the usual packages imported."""
        started: list[DrivenKernel] = []
        try:
            for _ in range(number):
                started.append(await self.start())
                await started[-1].run(IMPORTS)
            yield started
        finally:
            await asyncio.gather(*(kernel.end() for kernel in started))


@asynccontextmanager
async def open_driver(folder: Path) -> AsyncIterator[OpenDriver]:
    """The driver that the broker would have here, with its files in `folder` (a short path)."""
    home = folder / "d"
    (home / "workspaces").mkdir(parents=True)
    driver = await make_driver(KERNEL_PYTHON, home / "k", home, KernelRules())
    try:
        await driver.found()
        yield OpenDriver(driver, home / "workspaces")
    finally:
        await driver.close()
        shutil.rmtree(home, ignore_errors=True)  # another group may want the place
