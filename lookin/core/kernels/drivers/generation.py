"""One zygote and the unclaimed kernels that were forked from it: they come and go together.

Not for when there is need of another (`zygote.py`).
"""

from __future__ import annotations

import asyncio
from collections import deque
from pathlib import Path

from lookin.core.kernels.drivers.forge import Forge
from lookin.core.kernels.drivers.forked import ForkedKernel
from lookin.core.kernels.drivers.zygote_process import ZygoteProcess


class Generation:
    """See the module."""

    def __init__(self, zygote: ZygoteProcess, forge: Forge) -> None:
        self.zygote = zygote
        self.forks = 0
        self._forge = forge
        self._stock: deque[ForkedKernel] = deque()
        self._closed = False

    @property
    def lives(self) -> bool:
        """Whether it can fork."""
        return not self._closed and not self.zygote.gone.is_set()

    @property
    def stock(self) -> int:
        """How many unclaimed kernels are ready."""
        return sum(not kernel.gone for kernel in self._stock)

    def take(self) -> ForkedKernel | None:
        """A ready kernel, never given twice; None when there is none."""
        while self._stock:
            kernel = self._stock.popleft()
            if not kernel.gone:
                return kernel
            self._bury(kernel)
        return None

    async def fork(self, folder: Path | None = None) -> ForkedKernel:
        """A fresh one. Raises KernelStartError."""
        self.forks += 1
        return await self._forge.make(self.zygote, folder)

    async def add_to_stock(self) -> None:
        """One more ready kernel. Raises KernelStartError."""
        for kernel in [kernel for kernel in self._stock if kernel.gone]:
            self._stock.remove(kernel)
            self._bury(kernel)
        kernel = await self.fork()
        if self._closed:
            await kernel.shutdown()
        else:
            self._stock.append(kernel)

    def _bury(self, kernel: ForkedKernel) -> None:
        task = asyncio.create_task(kernel.shutdown())
        _BURYING.add(task)
        task.add_done_callback(_BURYING.discard)

    async def close(self) -> None:
        """End the zygote and what nobody claimed. Claimed kernels live on."""
        self._closed = True
        await asyncio.gather(*(kernel.shutdown() for kernel in self._stock))
        self._stock.clear()
        await self.zygote.close()


_BURYING: set[asyncio.Task[None]] = set()  # asyncio itself holds tasks only weakly
