"""Our drivers without a broker: a kernel that is started, asked and ended, for benchmarks."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lookin.core.kernels.driver import KernelSpec
from lookin.core.kernels.drivers.subprocess import SubprocessDriver
from lookin.core.kernels.messages import Idle, Output
from lookin.site.env import ROOT

KERNEL_PYTHON = ROOT / ".venv-kernels" / "bin" / "python"
IMPORTS = "import numpy, pandas, matplotlib.pyplot"


class DrivenKernel:
    """One kernel of a driver. `pid` is its process."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._heard: asyncio.Queue[Any] = asyncio.Queue()
        self._reader = asyncio.create_task(self._read())
        self._numbers = itertools.count(1)

    @property
    def pid(self) -> int:
        """The kernel's own process."""
        return int(self._kernel.pid)

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
            self._heard.put_nowait(getattr(heard, "report", heard))


class OpenDriver:
    """A driver; `kernel()` starts one and ends it afterwards."""

    def __init__(self, driver: Any, folder: Path) -> None:
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
    """The driver that this machine gets, with its files under `folder` (a short path)."""
    (folder / "w").mkdir()
    driver = SubprocessDriver(KERNEL_PYTHON, folder / "k")
    try:
        yield OpenDriver(driver, folder / "w")
    finally:
        close = getattr(driver, "close", None)
        if close is not None:
            await close()
