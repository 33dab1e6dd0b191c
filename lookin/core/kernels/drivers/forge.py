"""Makes unclaimed kernels: folder, fork, warden, sockets. A few at a time, the first asked first.

Not for whose they become (`zygote.py`) nor for which zygote they come from (`generation.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookin.core.kernels.connection import Connection
from lookin.core.kernels.driver import KernelStartError, not_started
from lookin.core.kernels.drivers.fencing import Fencing
from lookin.core.kernels.drivers.forked import ForkedKernel, Proxy
from lookin.core.kernels.drivers.warden import Warden
from lookin.core.kernels.drivers.zygote_process import ZygoteProcess
from lookin.core.kernels.processes import MemoryKills
from lookin.core.kernels.sandbox.cgroups import Group

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ground:
    """What all kernels of a driver stand on. `groups`: a delegated control group, if any."""

    runtime: Path
    fencing: Fencing
    orphan_seconds: float
    proxy: Proxy | None
    groups: str | None
    kills: MemoryKills


class Forge:
    """See the module."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        # More at once would make all of them late; one more than there are processors keeps
        # these busy while a kernel is being met.
        self._gate = asyncio.Semaphore((os.cpu_count() or 2) + 1)

    async def make(self, zygote: ZygoteProcess, folder: Path | None = None) -> ForkedKernel:
        """An unclaimed, complete kernel. Raises KernelStartError; then nothing remains of it.

        `folder` must be named where the fence has to know it beforehand.
        """
        async with self._gate:
            return await self._make(zygote, folder)

    async def _make(self, zygote: ZygoteProcess, folder: Path | None) -> ForkedKernel:
        private = self._make_folder()
        kernel: ForkedKernel | None = None
        try:
            connection = Connection(private)
            connection.write_file()
            plan = self.ground.fencing.plan(private)
            order: Json = {
                "id": private.name,
                "private": str(private),
                "connection": connection.info,
                "plan": plan.to_json(),
                "orphan_seconds": self.ground.orphan_seconds,
                "folder": None if folder is None else str(folder),
            }
            await zygote.fork(order)
            kernel = await self.meet(private, connection)
            await kernel.get_ready()
        except BaseException as error:
            if kernel is not None:
                await kernel.shutdown()
            shutil.rmtree(private, ignore_errors=True)
            if isinstance(error, OSError):
                raise not_started(error.strerror or type(error).__name__) from error
            raise
        return kernel

    async def meet(self, private: Path, connection: Connection) -> ForkedKernel:
        """The kernel behind the warden in `private`. Raises OSError when nobody answers."""
        warden = await Warden.meet(private)
        return ForkedKernel(
            private,
            connection,
            warden,
            proxy=self.ground.proxy,
            group=self._group(warden, private.name),
            kills=self.ground.kills,
        )

    def _group(self, warden: Warden, name: str) -> Group | None:
        """Into its own control group, before anybody's code runs. None where that fails."""
        if self.ground.groups is None:
            return None
        limits = self.ground.fencing.limits
        group = Group(Path(self.ground.groups) / name)
        with contextlib.suppress(OSError):
            if not group.folder.exists():
                group = Group.create(self.ground.groups, name)
                group.limits(limits.memory_bytes, limits.processes)
                for pid in (warden.pid, *warden.processes()):
                    group.add(pid)
            return group
        return None

    def _make_folder(self) -> Path:
        private = self.ground.runtime / secrets.token_hex(8)
        try:
            for folder in (private, private / "tmp"):
                folder.mkdir(mode=0o700)
        except OSError as error:
            raise not_started(error.strerror or "no folder could be made") from error
        return private


def check_folder(folder: Path) -> None:
    """Raises KernelStartError when a kernel could not work there."""
    if not folder.is_dir():
        raise KernelStartError(
            "The workspace's folder is not there. Your notebook is as it was.",
            "Go back to your files and open the notebook again.",
            code="folder_gone",
        )
