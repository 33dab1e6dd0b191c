"""A notebook's place for a kernel: at most one sits there; started, replaced and ended here.

Knows drivers, not documents: what happens is told to the room.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import Protocol

from lookin.apps.kernels.broker.hearing import Hearing
from lookin.core.documents import inputs
from lookin.core.kernels.driver import Driver, Kernel, KernelSpec
from lookin.core.kernels.exits import explain_exit
from lookin.core.lib.errors import LookinError

log = logging.getLogger("lookin.broker")


class Listener(Protocol):
    """Who is told: the room."""

    def take(self, happening: inputs.Input) -> None:
        """Something happened."""

    async def breathe(self) -> None:
        """Wait while more has been heard than could be told on."""


class Seat:
    """See the module. All methods return at once, except `empty`."""

    def __init__(self, driver: Driver, spec: KernelSpec, listener: Listener) -> None:
        self._driver = driver
        self._spec = spec
        self._listener = listener
        self._life: asyncio.Task[None] | None = None
        self._kernel: Kernel | None = None
        self._hearing = Hearing()
        self._count = 0
        self._sending: set[asyncio.Task[None]] = set()

    @property
    def taken(self) -> bool:
        """Whether a kernel runs, starts or ends here."""
        return self._life is not None and not self._life.done()

    def start(self) -> None:
        """Start a kernel; a running one is ended first. Tells KernelReady or KernelLost."""
        before = self._life
        if before is not None:
            before.cancel()
        self._life = asyncio.create_task(self._live(before))

    def execute(self, cell: str, code: str) -> None:
        """Give the kernel the code of `cell`."""
        if self._kernel is None:
            return
        self._count += 1
        request = f"{cell}.{self._count}"
        self._hearing.expect(request, cell)
        self._send(self._kernel.execute(request, code))

    def interrupt(self) -> None:
        """Interrupt what runs."""
        if self._kernel is not None:
            self._send(self._kernel.interrupt())

    async def empty(self) -> None:
        """End the kernel; nothing of it remains. Tells nobody."""
        life, self._life = self._life, None
        if life is not None:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)

    def _send(self, coroutine: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(coroutine)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _live(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.gather(before, return_exceptions=True)
        kernel: Kernel | None = None
        try:
            kernel = await self._driver.start(self._spec)
            self._kernel, self._hearing = kernel, Hearing()
            self._listener.take(inputs.KernelReady())
            await self._hear(kernel)
            why = kernel.exit or explain_exit(None)
            lost = inputs.KernelLost(why.reason, why.message)
        except LookinError as error:
            lost = inputs.KernelLost(error.code, error.sentence())
        except Exception:
            log.exception("A kernel's life ended in an error of ours")
            why = explain_exit(None)
            lost = inputs.KernelLost(why.reason, why.message)
        finally:
            self._kernel = None
            if kernel is not None:
                await _thoroughly(kernel.shutdown())
        if self._life is asyncio.current_task():  # nobody has asked for another meanwhile
            self._listener.take(lost)

    async def _hear(self, kernel: Kernel) -> None:
        async for heard in kernel.reports():
            for happening in self._hearing.happenings(heard.report):
                self._listener.take(happening)
            kernel.acknowledge(heard.number)
            await self._listener.breathe()
            await asyncio.sleep(0)  # other notebooks want their turn in a flood too


async def _thoroughly(ending: Coroutine[object, object, None]) -> None:
    """Finish `ending` even when whoever waits for it is cancelled meanwhile."""
    task = asyncio.ensure_future(ending)
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(task)
    task.result()
