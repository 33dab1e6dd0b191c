"""From events to everybody: numbered, joined, logged, and only then told.

Two stages. Writing: at once for what people do, at most RATE times a second for floods of output.
Telling: in order, after the disk has what must not be lost. Not for what events mean.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from lookin.apps.kernels.broker.eventlog import EventLog, append_line, event_line
from lookin.apps.kernels.broker.numbering import FRAME_BYTES, Numbering, join
from lookin.core.documents.document import Event
from lookin.core.documents.outputs import added_chars
from lookin.core.lib.clock import monotonic
from lookin.core.lib.files import disk_error

log = logging.getLogger("lookin.broker")

RATE = 20.0  # flushes of output a second that can be kept up
BURST = 8.0  # of those that may follow one another at once
RETRY_SECONDS = 1.0
HEARD_SECONDS = 0.1  # until a kernel may forget what led to no event
SYNC_SECONDS = 1.0  # between syncs of what need not be on the disk before it is told
_DURABLE = {
    "cell_inserted",
    "cell_deleted",
    "cell_restored",
    "cell_moved",
    "cell_retyped",
    "cell_edited",
    "cell_noted",
    "cell_attached",
    "outputs_set",
    "notebook_noted",
}
_OUTPUT = {"output_added", "stream_extended", "stream_rewritten", "output_replaced"}
Json = dict[str, Any]
Answer = Callable[[int], None]  # told the number of the last event in the log
Capture = Callable[[], Answer]  # called when nothing waits that is not in the flush
Done = Callable[[], None]
T = TypeVar("T")


@dataclass(slots=True)
class Heard:
    """A kernel's last report that was taken, and how to tell it that we need no more of it."""

    kernel: str
    number: int
    acknowledge: Callable[[int], None]


@dataclass(slots=True)
class _Batch:
    """What goes through both stages together."""

    events: list[Event] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    seq: int = 0  # of the last line
    chars: int = 0
    logged: list[Done] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.events or self.logged or self.answers or self.captures)

    @property
    def durable(self) -> bool:
        return any(event["type"] in _DURABLE for event in self.events)


class Audience(Protocol):
    """The room, as far as the journal needs it."""

    def tell(self, lines: list[str]) -> None:
        """Events, as JSON, that are in the log now."""

    def trouble(self, frame: Json | None) -> None:
        """The disk refuses (a frame for people), or takes things again (None)."""

    def notes(self) -> Json:
        """What the log should know besides events: see core/documents/resuming.py."""


class Journal:
    """What waits to be logged and told, and the tasks that do it."""

    def __init__(self, eventlog: EventLog, numbering: Numbering, audience: Audience) -> None:
        self.numbering = numbering
        self.heard: Heard | None = None
        self.mark: tuple[str, int] | None = None  # a kernel's last report that is in the log
        self._log = eventlog
        self._audience = audience
        self._next = _Batch()
        self._written: deque[_Batch] = deque()
        self._seq = numbering.seq  # of the last event that is in the log
        self._hearing: asyncio.TimerHandle | None = None
        self._acknowledged: tuple[str, int] | None = None
        self._waiting_chars = 0
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._told = asyncio.Event()
        self._calm = asyncio.Event()
        self._calm.set()
        self._writing = asyncio.Lock()
        self._telling = False
        self._synced_at = monotonic()
        self._sync: asyncio.Task[None] | None = None
        self._tasks = [asyncio.create_task(self._write_on()), asyncio.create_task(self._tell_on())]

    @property
    def seq(self) -> int:
        """Of the last event that is in the log."""
        return self._seq

    @property
    def quiet(self) -> bool:
        """Whether no event waits to be written: the log holds what the session is."""
        return not self._next.events

    def add(self, event: Event) -> None:
        """Queue an event; what is the same kind of news as the last is joined to it."""
        join(self._next.events, event)
        chars = (added_chars(event) if event["type"] in _OUTPUT else 0) + 200
        self._next.chars += chars
        self._waiting_chars += chars
        if self._waiting_chars > FRAME_BYTES:
            self._calm.clear()
        if event["type"] not in _OUTPUT:
            self._urgent.set()
        self._wake.set()

    def hear(self, heard: Heard) -> None:
        """All events of the kernel's reports up to this number have been added."""
        self.heard = heard
        loop = asyncio.get_running_loop()
        if self._hearing is None or self._hearing.when() < loop.time():
            # Events wake the writing by themselves; this is for reports that led to none.
            self._hearing = loop.call_later(HEARD_SECONDS, self._wake.set)

    def logged(self, done: Done) -> None:
        """Call `done` once everything added before is in the log. It may not be synced yet."""
        self._next.logged.append(done)
        self._hurry()

    def answer(self, answer: Answer) -> None:
        """Call `answer` once everything added before is in the log and told."""
        self._next.answers.append(answer)
        self._hurry()

    def capture(self, capture: Capture) -> None:
        """Call `capture` at a moment when the next number belongs to exactly what it sees.

        What it returns is called, with that number, once everything up to it has been told.
        """
        self._next.captures.append(capture)
        self._hurry()

    def _hurry(self) -> None:
        self._urgent.set()
        self._wake.set()

    async def breathe(self) -> None:
        """Wait while too much waits."""
        await self._calm.wait()

    async def settle(self) -> None:
        """Until all that was added has been logged and told."""
        done = asyncio.Event()
        self.answer(lambda _: done.set())
        await done.wait()

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Nothing is written to the log meanwhile."""
        async with self._writing:
            yield

    async def close(self) -> None:
        """Stop. What still waits is not told; call `settle` first."""
        if self._hearing is not None:
            self._hearing.cancel()
        for task in self._tasks:
            task.cancel()
        syncing = [self._sync] if self._sync else []
        await asyncio.gather(*self._tasks, *syncing, return_exceptions=True)

    # ---- writing

    async def _write_on(self) -> None:
        tokens, last = BURST, monotonic()
        while True:
            await self._wake.wait()
            now = monotonic()
            tokens, last = min(BURST, tokens + (now - last) * RATE), now
            if tokens < 1:
                await self._wait_for_news((1 - tokens) / RATE)
            tokens -= 0 if self._urgent.is_set() else 1
            self._wake.clear()
            self._urgent.clear()
            try:
                async with self._writing:
                    await self._write()
            except Exception:
                log.exception("A flush failed")

    async def _wait_for_news(self, seconds: float) -> None:
        """Let output gather, unless something happens that somebody waits for."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._urgent.wait()

    async def _write(self) -> None:
        batch, self._next = self._next, _Batch()
        batch.answers += [answer for c in batch.captures if (answer := _called(c)) is not None]
        heard, notes = self.heard, self._audience.notes()
        first = self._seq + 1
        batch.lines = [event_line(seq, event) for seq, event in enumerate(batch.events, first)]
        batch.seq = self._seq = self._seq + len(batch.lines)
        if batch.lines or notes:
            mark = (heard.kernel, heard.number) if heard else self.mark
            await self._append(append_line(batch.lines, mark, notes))
            self.mark = mark
        if heard and (heard.kernel, heard.number) != self._acknowledged:
            self._acknowledged = (heard.kernel, heard.number)
            heard.acknowledge(heard.number)
        for done in batch.logged:
            _called(done)
        if not batch.empty:
            self._written.append(batch)
            self._told.set()

    async def _append(self, line: str) -> None:
        """Into the log. Nobody is told of what is not there."""

        async def append() -> None:
            self._log.append(line)

        await self._insist(append)

    async def _insist(self, do: Callable[[], Awaitable[None]]) -> None:
        """Until the disk has done it, however long it refuses; people are told meanwhile."""
        failed = False
        while True:
            try:
                await do()
                break
            except OSError as error:
                failed = True
                self._audience.trouble(refused(error))
                await asyncio.sleep(RETRY_SECONDS)
        if failed:
            self._audience.trouble(None)

    # ---- telling

    async def _tell_on(self) -> None:
        while True:
            await self._told.wait()
            self._told.clear()
            self._telling = True
            try:
                await self._tell()
            except Exception:
                log.exception("Telling failed")
            self._telling = False

    async def _tell(self) -> None:
        """Everything written so far; one sync is enough for all of it."""
        batches = [self._written.popleft() for _ in range(len(self._written))]
        if any(batch.durable for batch in batches):
            await self._sync_now()
        elif monotonic() - self._synced_at > SYNC_SECONDS and (not self._sync or self._sync.done()):
            self._sync = asyncio.create_task(self._sync_now())
        for batch in batches:
            for seq, line in enumerate(batch.lines, batch.seq - len(batch.lines) + 1):
                self.numbering.keep(seq, line)
            if batch.lines:
                self._audience.tell(batch.lines)
            self._waiting_chars -= batch.chars
            for answer in batch.answers:
                _called(partial(answer, batch.seq))
        if self._waiting_chars <= FRAME_BYTES:
            self._calm.set()

    async def _sync_now(self) -> None:
        async def sync() -> None:
            self._synced_at = monotonic()
            await asyncio.to_thread(self._log.sync)

        await self._insist(sync)


def _called(function: Callable[[], T]) -> T | None:
    """What it returns; an error of one must not keep the others from their turn."""
    try:
        return function()
    except Exception:
        log.exception("Something after a flush failed")
        return None


def refused(error: OSError) -> Json:
    """The frame that tells people what the disk said."""
    problem = disk_error(error)
    message = problem.message.format(**problem.values)
    told = {"code": problem.code, "message": message, "hint": problem.hint}
    return {"t": "save_failed", **told}
