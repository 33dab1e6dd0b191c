"""Kernels forked from a zygote: most starts are no more than a claim of one that is ready.

Knows when a zygote is needed, replaced and ended. Making a kernel is `forge.py`, finding those of
a broker that died is `adoption.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookin.core.kernels.driver import Kernel, KernelSpec, KernelStartError, not_started
from lookin.core.kernels.drivers.adoption import find_kernels
from lookin.core.kernels.drivers.fencing import Fencing
from lookin.core.kernels.drivers.forge import Forge, Ground, check_folder
from lookin.core.kernels.drivers.forked import ForkedKernel, Proxy
from lookin.core.kernels.drivers.generation import Generation
from lookin.core.kernels.drivers.packages import fingerprint
from lookin.core.kernels.drivers.zygote_process import ZygoteProcess
from lookin.core.kernels.environment import kernel_environment, proxy_environment
from lookin.core.kernels.processes import MemoryKills

Json = dict[str, Any]
log = logging.getLogger("lookin.kernels")
_LOOK_SECONDS = 2.0  # between two looks at the packages
_AGAIN_SECONDS = 5.0  # after a zygote or a fork for the stock that failed


@dataclass(frozen=True, slots=True)
class ZygoteRules:
    """`stock` kernels wait ready; a zygote is replaced after `forks` of them.

    `orphan_seconds`: how long a claimed kernel waits for a new broker before it ends itself.
    `groups`: a delegated control group that `cgroups.take` has prepared. `scratch`: a folder for
    the zygote's caches that outlives it.
    """

    stock: int = 2
    forks: int = 200
    imports: tuple[str, ...] = ()
    orphan_seconds: float = 60.0
    groups: str | None = None
    scratch: Path | None = None


class ZygoteDriver:
    """See the module. Folders of kernels (0700) stand in `runtime`."""

    def __init__(
        self,
        python: Path,
        runtime: Path,
        rules: ZygoteRules,
        fencing: Fencing,
        proxy: Proxy | None = None,
    ) -> None:
        self.python = python
        self.runtime = runtime
        self._rules = rules
        self._proxy = proxy
        self._forge = Forge(
            Ground(runtime, fencing, rules.orphan_seconds, proxy, rules.groups, MemoryKills())
        )
        self._fencing = fencing
        self._generation: Generation | None = None
        self._preparing: asyncio.Task[Generation] | None = None
        self._tending: asyncio.Task[None] | None = None
        self._wish = asyncio.Event()
        self._starting = 0
        self._print = fingerprint(python)
        self._looked_at = time.monotonic()
        self._missing: list[Json] = []
        self._why = ""

    async def start(self, spec: KernelSpec) -> Kernel:
        """See driver.Driver."""
        if spec.argv is not None:
            raise not_started("only Python kernels can be forked")
        check_folder(spec.folder)
        self._tend_from_now_on()
        self._starting += 1
        try:
            async with asyncio.timeout(spec.start_seconds):
                return await self._start(spec)
        except TimeoutError:
            raise not_started("it took too long") from None
        except OSError as error:  # no room for its folder, or no descriptor left
            raise not_started(error.strerror or type(error).__name__) from error
        finally:
            self._starting -= 1
            self._wish.set()

    async def _start(self, spec: KernelSpec) -> ForkedKernel:
        failures = 0
        while True:  # a zygote, and every kernel that waited, may die under our hands
            kernel = None
            try:
                generation = await self._current()
                kernel = generation.take()
                return await self._claimed(kernel or await self._forked(generation, spec), spec)
            except KernelStartError as error:
                failures += kernel is None  # those that waited are fewer with each failure
                if failures > 1 or error.code not in ("zygote_lost", "not_started"):
                    raise
                log.warning("A kernel did not start at once: %s", error.sentence())

    async def _forked(self, generation: Generation, spec: KernelSpec) -> ForkedKernel:
        # The folder must be known early where no stock is kept.
        return await generation.fork(None if self._stocks else spec.folder)

    async def _claimed(self, kernel: ForkedKernel, spec: KernelSpec) -> ForkedKernel:
        try:
            await kernel.claim(spec, self._environment(spec, kernel))
        except BaseException:
            await kernel.shutdown()
            raise
        return kernel

    @property
    def _stocks(self) -> bool:
        return self._fencing.tier != "reduced"

    def _environment(self, spec: KernelSpec, kernel: ForkedKernel) -> dict[str, str]:
        home, temporary = self._fencing.places(spec.folder, self.runtime / kernel.id)
        made = kernel_environment(os.environ, self.python, home, temporary)
        return made if self._proxy is None else made | proxy_environment()

    async def _current(self) -> Generation:
        """The generation to fork from: a new one when packages changed or the zygote died."""
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = now
            found = fingerprint(self.python)
            if found != self._print:
                self._print = found
                self._retire()
        if self._generation is not None and self._generation.lives:
            return self._generation
        return await self._prepare()

    def _retire(self) -> None:
        before, self._generation = self._generation, None
        if before is not None:
            _let_end(before.close())

    async def _prepare(self) -> Generation:
        """A new generation, made once for all who wait for it."""
        if self._preparing is None:
            self._retire()
            self._preparing = asyncio.create_task(self._make_generation())
        preparing = self._preparing
        try:
            made = await asyncio.shield(preparing)
        except BaseException:
            if preparing.done() and self._preparing is preparing:
                self._preparing = None
            raise
        if self._preparing is preparing:
            self._preparing, self._generation = None, made
        return made

    async def _make_generation(self) -> Generation:
        scratch = self._rules.scratch or self.runtime / "zygote"
        for folder in (self.runtime, scratch):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            zygote = await ZygoteProcess.spawn(self.python, self._rules.imports, scratch)
        except KernelStartError as error:
            self._why = error.sentence()
            raise
        self._missing, self._why = zygote.missing, ""
        for entry in zygote.missing:
            log.warning("Kernels start without %s: %s", entry.get("module"), entry.get("why"))
        return Generation(zygote, self._forge)

    def _tend_from_now_on(self) -> None:
        if self._tending is None:
            self._tending = asyncio.create_task(self._tend())
            self._wish.set()

    async def _tend(self) -> None:
        """In the background: keep a zygote and a full stock, but let starts go first."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_AGAIN_SECONDS):  # somebody may have killed something
                    await self._wish.wait()
            self._wish.clear()
            try:
                await self._improve()
            except KernelStartError as error:
                log.warning("Kernels cannot be kept ready: %s", error.sentence())
                await asyncio.sleep(_AGAIN_SECONDS)
            except Exception:
                log.exception("Keeping kernels ready failed")
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _improve(self) -> None:
        generation = await self._current()
        if generation.forks >= self._rules.forks:
            generation = await self._renew(generation)
        wanted = self._rules.stock if self._stocks else 0
        while generation.lives and generation.stock < wanted and not self._starting:
            await generation.add_to_stock()

    async def _renew(self, before: Generation) -> Generation:
        """The next one is complete before the one before it goes."""
        following = await self._make_generation()
        try:
            for _ in range(self._rules.stock if self._stocks else 0):
                await following.add_to_stock()
        except BaseException:
            await following.close()
            raise
        if self._generation is not before:  # it was retired meanwhile, and has a successor
            await following.close()
            return await self._current()
        self._generation = following
        await before.close()
        return following

    async def found(self) -> list[Kernel]:
        """See driver.Driver. From now on kernels are kept ready."""
        found = await find_kernels(self.runtime, self._forge)
        self._tend_from_now_on()
        return found

    def status(self) -> Json:
        """For the doctor and the admin."""
        generation = self._generation
        status = self._fencing.status()
        return status | {
            "driver": "zygote",
            "reason": self._why or self._fencing.reason,
            "stock": generation.stock if generation else 0,
            "forks": generation.forks if generation else 0,
            "missing": self._missing,
            "network": self._fencing.network if self._fencing.tier == "full" else "off",
        }

    async def close(self) -> None:
        """End the zygote and the stock; nothing of them remains. Claimed kernels live on."""
        for task in (self._tending, self._preparing):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self._tending = self._preparing = None
        if self._generation is not None:
            await self._generation.close()
            self._generation = None
        await asyncio.gather(*_ENDING, return_exceptions=True)
        if self._proxy is not None:
            await self._proxy.close()
        with contextlib.suppress(OSError):
            shutil.rmtree(self.runtime / "zygote", ignore_errors=True)
            self.runtime.rmdir()  # unless claimed kernels live on


_ENDING: set[asyncio.Task[None]] = set()  # asyncio itself holds tasks only weakly


def _let_end(ending: Any) -> None:
    task: asyncio.Task[None] = asyncio.ensure_future(ending)
    _ENDING.add(task)
    task.add_done_callback(_ENDING.discard)
