"""A notebook's place for a kernel: at most one sits there; started, replaced and ended here.

Knows drivers and places, not documents: what happens is told to the room.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Protocol

from lookin.apps.kernels.broker.hearing import Hearing
from lookin.apps.kernels.broker.places import Places, Ticket
from lookin.core.documents import inputs
from lookin.core.kernels.driver import CommMessage, Driver, Heard, Kernel, KernelSpec
from lookin.core.kernels.exits import Exit, explain_exit
from lookin.core.lib.clock import monotonic, now_ms
from lookin.core.lib.errors import LookinError

log = logging.getLogger("lookin.broker")
LONG_SECONDS = 0.003  # to take one report; after more, others have their turn for longer
_WAITS = {
    "machine_full": "All places for kernels are taken. Yours starts by itself as soon as one is "
    "free; place {place} in the line.",
    "own_limit": "You have as many kernels as one person may have here. This one starts as soon as "
    "you end another; place {place} in your line.",
}


class Listener(Protocol):
    """Who is told: the room."""

    def take(self, happening: inputs.Input) -> None:
        """Something happened."""

    def hear(self, kernel: Kernel, number: int) -> None:
        """All that the kernel's reports up to this one mean has been taken."""

    def overhear(self, heard: Heard, cell: str | None) -> bool:
        """A report before it is taken, of `cell`; whether it was for widgets and nobody else."""

    async def breathe(self) -> None:
        """Wait while more has been heard than could be told on."""


@dataclass(frozen=True, slots=True)
class SeatParts:
    """What a seat needs. `spec` makes the spec of a kernel that this person asks for.

    `stdin`: somebody may answer when code asks for a line.
    """

    driver: Driver
    places: Places
    spec: Callable[[str], KernelSpec]
    stdin: bool = True


class Seat:
    """See the module. All methods return at once, except `empty`."""

    def __init__(self, parts: SeatParts, listener: Listener) -> None:
        self._parts = parts
        self._listener = listener
        self._life: asyncio.Task[None] | None = None
        self._ticket: Ticket | None = None
        self._verdict: Exit | None = None
        self._adopted = False
        self._hearing = Hearing()
        self._sending: set[asyncio.Task[None]] = set()
        self.kernel: Kernel | None = None
        self.since = 0  # when the kernel was asked for, in milliseconds since 1970

    @property
    def taken(self) -> bool:
        """Whether a kernel runs, starts, ends or waits here."""
        return self._life is not None and not self._life.done()

    @property
    def ticket(self) -> Ticket | None:
        """The kernel's place, or its place in the line."""
        return self._ticket

    def start(self, person: str) -> None:
        """Start a kernel for `person`; a running one is ended first, and this one has its place.

        Tells KernelReady or KernelLost, and before it KernelWaiting and KernelStarting.
        """
        before = self._life
        if before is not None:
            before.cancel()
        if self._ticket is None:
            self._ticket = self._parts.places.line_up(person, self._told_to_wait)
        self._begin(self._live(before, self._ticket))

    def adopt(self, kernel: Kernel, person: str, requests: Iterable[tuple[str, str]]) -> None:
        """Go on with a kernel that was resumed; `requests` are (request, cell) that it may name."""
        self._ticket = self._parts.places.take(person)
        self._adopted = True
        self.kernel, self._hearing = kernel, Hearing()
        for request, cell in requests:
            self._hearing.expect(request, cell)
        self._begin(self._go_on(kernel))

    def _begin(self, life: Coroutine[object, object, None]) -> None:
        self.since, self._verdict = now_ms(), None
        self._life = asyncio.create_task(life)
        self._life.add_done_callback(self._leave)

    def _leave(self, life: asyncio.Task[None]) -> None:
        """A life is over; its place is free, unless another life goes on in it."""
        if self._ticket is not None and (self._life is None or self._life is life):
            ticket, self._ticket = self._ticket, None
            self._parts.places.leave(ticket)

    def execute(self, cell: str, code: str, request: str) -> None:
        """Give the kernel the code of `cell`."""
        if self.kernel is not None:
            self._hearing.expect(request, cell)
            stdin = self._parts.stdin
            self._send(self.kernel.execute(request, code, again=self._adopted, stdin=stdin))

    def answer(self, request: str, text: str) -> None:
        """Give the kernel the line that it asked for."""
        if self.kernel is not None:
            self._send(self.kernel.answer(request, text))

    def send_comm(self, message: CommMessage) -> None:
        """Tell a widget something."""
        if self.kernel is not None:
            self._send(self.kernel.send_comm(message))

    def interrupt(self) -> None:
        """Interrupt what runs."""
        if self.kernel is not None:
            self._send(self.kernel.interrupt())

    def relabel(self, label: dict[str, object]) -> None:
        """The kernel's notebook has another name."""
        if self.kernel is not None:
            self.kernel.relabel(label)

    def end(self, why: Exit, *, at_once: bool = False) -> None:
        """End the kernel, or its wait; tells KernelLost with `why`. `at_once` asks it nothing."""
        if not self.taken or self._verdict is not None:
            return
        self._verdict = why
        if self.kernel is None:
            self.cancel()
            self._listener.take(inputs.KernelLost(why.reason, why.message, why.values))
            return
        if at_once:
            _kill(self.kernel)
        self._send(self.kernel.shutdown())

    def cancel(self) -> None:
        """End whatever life there is, soon. Tells nobody."""
        life, self._life = self._life, None
        if life is not None:
            life.cancel()

    async def empty(self) -> None:
        """End the kernel; nothing of it remains. Tells nobody."""
        life = self._life
        self.cancel()
        if life is not None:
            await asyncio.gather(life, return_exceptions=True)

    def _send(self, coroutine: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(coroutine)
        self._sending.add(task)
        task.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A kernel could not be told something: %r", error)

    def _told_to_wait(self, reason: str, place: int) -> None:
        sentence = _WAITS[reason].format(place=place)
        self._listener.take(inputs.KernelWaiting(reason, sentence, {"place": place}))

    async def _live(self, before: asyncio.Task[None] | None, ticket: Ticket) -> None:
        if before is not None:
            await asyncio.gather(before, return_exceptions=True)
        if not ticket.admitted.is_set():
            await ticket.admitted.wait()
            self._listener.take(inputs.KernelStarting())
        try:
            self.kernel = None
            kernel = await self._parts.driver.start(self._parts.spec(ticket.person))
        except LookinError as error:
            self._lose(Exit(error.code, error.sentence(), error.values))
        except Exception:
            log.exception("A kernel's start ended in an error of ours")
            self._lose(explain_exit(None))
        else:
            self.kernel, self._hearing, self._adopted = kernel, Hearing(), False
            await self._go_on(kernel, fresh=True)

    async def _go_on(self, kernel: Kernel, *, fresh: bool = False) -> None:
        why: Exit | None = None
        try:
            if fresh:
                self._listener.take(inputs.KernelReady())
            await self._hear(kernel)
            why = kernel.exit
        except Exception:
            log.exception("A kernel's life ended in an error of ours")
        finally:
            if self.kernel is kernel:
                self.kernel = None
            await _thoroughly(kernel.shutdown())
        self._lose(why or explain_exit(None))

    def _lose(self, why: Exit) -> None:
        if self._life is asyncio.current_task():  # nobody has asked for another meanwhile
            why = self._verdict or why
            self._listener.take(inputs.KernelLost(why.reason, why.message, why.values))

    async def _hear(self, kernel: Kernel) -> None:
        async for heard in kernel.reports():
            in_order = heard.number > 0
            began = monotonic()
            cell = self._hearing.cell_of(getattr(heard.report, "parent", ""))
            if not self._listener.overhear(heard, cell):
                for happening in self._hearing.happenings(heard.report, in_order=in_order):
                    self._listener.take(happening)
            if in_order:
                self._listener.hear(kernel, heard.number)
            spent = monotonic() - began
            await self._listener.breathe()
            # Other notebooks want their turn too, in a flood and after something huge.
            await asyncio.sleep(2 * spent if spent > LONG_SECONDS else 0)


def _kill(kernel: Kernel) -> None:
    """Without asking: it takes what others need. Its children follow with its shutdown."""
    if kernel.pid is not None and kernel.exit is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(kernel.pid, signal.SIGKILL)


async def _thoroughly(ending: Coroutine[object, object, None]) -> None:
    """Finish `ending` even when whoever waits for it is cancelled meanwhile."""
    task = asyncio.ensure_future(ending)
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(task)
    task.result()
