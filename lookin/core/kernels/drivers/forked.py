"""One kernel that was forked from a zygote: its sockets, its warden, its private folder."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any, Protocol

from lookin.core.kernels.connection import Connection
from lookin.core.kernels.driver import (
    KernelSpec,
    KernelStartError,
    Resumed,
    Usage,
)
from lookin.core.kernels.drivers.spoken import SpokenKernel
from lookin.core.kernels.drivers.warden import Warden
from lookin.core.kernels.exits import REASONS, Exit, explain, explain_exit
from lookin.core.kernels.meter import Meter
from lookin.core.kernels.processes import MemoryKills
from lookin.core.kernels.sandbox.cgroups import Group

Json = dict[str, Any]
_RESUME_SECONDS = 10.0
_KILLED = -9


class Proxy(Protocol):
    """The way out of the fences, where there is one (`proxy/`)."""

    async def start(self) -> None:
        """Once, before the first `serve`."""

    async def serve(self, kernel: str, listener: int) -> None:
        """Accept for this kernel; the descriptor stays the caller's."""

    async def drop(self, kernel: str) -> None:
        """No more for this kernel."""

    async def close(self) -> None:
        """End it."""


class ForkedKernel(SpokenKernel):
    """See the module. Unclaimed at first: complete, and nobody's."""

    def __init__(
        self,
        private: Path,
        connection: Connection,
        warden: Warden,
        *,
        proxy: Proxy | None,
        group: Group | None,
        kills: MemoryKills,
    ) -> None:
        """`group`: the control group that it is in, if any."""
        super().__init__(connection)
        self.id = private.name
        self.label: Json = {}
        self.exit: Exit | None = None
        self._private = private
        self._warden = warden
        self._proxy = proxy
        self._group = group
        self._kills = kills
        self._meter = Meter(warden.processes)
        self._stop_seconds = 0.0
        self._ending = asyncio.Lock()
        self._follow = asyncio.create_task(self._see_end())

    @property
    def pid(self) -> int | None:
        """The kernel's own process as this machine sees it."""
        return self._warden.kernel_pid

    @property
    def gone(self) -> bool:
        """Whether it has ended."""
        return self._gone.is_set()

    async def get_ready(self) -> None:
        """Until it is complete and its output reaches us. Raises KernelStartError."""
        opening = asyncio.create_task(self._subscribe())
        try:
            await self._warden.until("ready", "claimed")
            await asyncio.wait({opening, self._follow}, return_when=asyncio.FIRST_COMPLETED)
            if not opening.done():
                await self._warden.until("never")  # raises: it is gone
            opening.result()
        finally:
            opening.cancel()

    async def _subscribe(self) -> None:
        await self._connection.open()
        await self._connection.wait_subscribed()

    async def claim(self, spec: KernelSpec, environment: dict[str, str]) -> None:
        """Give it its folder. Raises KernelStartError. Never for a second time."""
        self._stop_seconds = spec.stop_seconds
        self.relabel(spec.label)
        proxied = self._proxy is not None
        listener = await self._warden.claim(spec.folder, environment, proxy=proxied)
        await self._let_out(listener)

    async def _let_out(self, listener: int | None) -> None:
        if listener is None:
            return
        try:
            if self._proxy is not None:
                await self._proxy.serve(self.id, listener)
        finally:
            os.close(listener)

    async def is_claimed(self, seconds: float) -> bool:
        """Whether it is somebody's already. False also when its warden says nothing in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._warden.until("ready", "claimed", "starting")
        except (TimeoutError, KernelStartError):
            return False
        return self._warden.state == "claimed"

    async def adopt(self, label: Json, stop_seconds: float) -> None:
        """Take over one that another broker claimed."""
        self.label, self._stop_seconds = label, stop_seconds
        if self._proxy is not None:
            await self._let_out(await self._warden.proxy_listener())

    async def resume(self, after: int) -> Resumed:
        """See driver.Kernel."""
        resuming = asyncio.create_task(self._connection.resume(after))
        await asyncio.wait(
            {resuming, self._follow},
            timeout=_RESUME_SECONDS,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if resuming.done():
            return resuming.result()
        resuming.cancel()
        await asyncio.gather(resuming, return_exceptions=True)
        why = explain("adoption_failed")
        raise KernelStartError(why.message, code=why.reason)

    def relabel(self, label: Json) -> None:
        """Keep another label in the private folder."""
        self.label = dict(label)
        written = self._private / ".label"
        written.write_text(json.dumps(self.label))
        written.chmod(0o600)
        written.replace(self._private / "label.json")

    async def usage(self) -> Usage | None:
        """What it and all it started use now."""
        if self.gone:
            return None
        self._kills.look(time.monotonic())
        return await self._meter.read()

    async def interrupt(self) -> None:
        """SIGINT to the kernel and what it started."""
        await self._warden.interrupt()

    async def shutdown(self) -> None:
        """Ask, wait, insist; then remove the sockets and the folder."""
        async with self._ending:
            if (
                not self.gone
            ):  # should the broker die meanwhile, the next must not wonder at its end
                (self._private / "label.json").unlink(missing_ok=True)
            if not self.gone and self._stop_seconds and self._warden.state == "claimed":
                await self._connection.ask_shutdown()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._gone.wait(), self._stop_seconds)
            await self._warden.end()
            await self.leave()
            if self._proxy is not None:
                await self._proxy.drop(self.id)
            if self._group is not None:
                with contextlib.suppress(OSError):
                    self._group.remove()
            shutil.rmtree(self._private, ignore_errors=True)

    async def leave(self) -> None:
        """Let go of what has ended; its folder stays."""
        await self._follow
        await self._warden.close()
        await self._connection.close()

    async def _see_end(self) -> None:
        await self._warden.gone.wait()
        self.exit = self._explain()
        self._gone.set()

    def _explain(self) -> Exit:
        warden = self._warden
        if warden.why in REASONS:
            return explain(warden.why)
        status = _KILLED if warden.status is None else warden.status  # a warden takes all with it
        return explain_exit(status, out_of_memory=self._out_of_memory())

    def _out_of_memory(self) -> bool:
        if self._group is not None:
            with contextlib.suppress(OSError, ValueError, KeyError):
                return self._group.oom_kills() > 0
        return self._kills.recently(time.monotonic())
