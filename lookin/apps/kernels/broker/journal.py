"""From events to everybody: numbered, joined, logged, and only then told.

One flush at a time: at once for what people do, at most RATE times a second for floods of output.
Not for what events mean.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lookin.apps.kernels.broker.eventlog import EventLog, event_line
from lookin.core.documents.document import Event
from lookin.core.lib.clock import monotonic
from lookin.core.lib.files import disk_error

log = logging.getLogger("lookin.broker")

RATE = 20.0  # flushes of output a second that can be kept up
BURST = 8.0  # of those that may follow one another at once
KEPT_BYTES = 4_000_000  # of events for those who come back
FRAME_BYTES = 4_000_000
NO_EVENTS = '{"t":"events","events":[]}'
RETRY_SECONDS = 1.0
_DURABLE = {"cell_inserted", "cell_deleted", "cell_moved", "cell_retyped", "cell_edited"}
_OUTPUT = {"output_added", "stream_extended", "output_replaced"}
Json = dict[str, Any]
Answer = Callable[[int], None]  # told the number of the last event in the log
Capture = Callable[[], Answer]  # called when nothing waits that is not in the flush


@dataclass
class Numbering:
    """The epoch, the last number given out, and the recent events as JSON."""

    epoch: str
    seq: int = 0
    recent: deque[tuple[int, str]] = field(default_factory=deque)
    _bytes: int = 0

    def keep(self, seq: int, line: str) -> None:
        """Remember an event; the oldest are forgotten beyond KEPT_BYTES."""
        self.recent.append((seq, line))
        self.seq = seq
        self._bytes += len(line)
        while self._bytes > KEPT_BYTES and len(self.recent) > 1:
            self._bytes -= len(self.recent.popleft()[1])

    def since(self, epoch: object, seq: object) -> list[str] | None:
        """The events after `seq`, or None when only a snapshot can help."""
        if epoch != self.epoch or type(seq) is not int or not 0 <= seq <= self.seq:
            return None
        if seq == self.seq:
            return []
        if not self.recent or self.recent[0][0] > seq + 1:
            return None
        return [line for number, line in self.recent if number > seq]


class Journal:
    """What waits to be logged and told, and the task that does it."""

    def __init__(
        self, eventlog: EventLog, numbering: Numbering, tell: Callable[[list[str]], None],
        trouble: Callable[[Json | None], None],
    ) -> None:  # fmt: skip
        """`tell` gets the lines of each flush; `trouble` a failure's frame, or None when over."""
        self.numbering = numbering
        self._log = eventlog
        self._tell = tell
        self._trouble = trouble
        self._events: list[Event] = []
        self._answers: list[Answer] = []
        self._captures: list[Capture] = []
        self._waiting_chars = 0
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._calm = asyncio.Event()
        self._calm.set()
        self._flushing = False
        self._synced_at = 0.0
        self._task = asyncio.create_task(self._flush_on())

    def add(self, event: Event) -> None:
        """Queue an event; what is the same kind of news as the last is joined to it."""
        join(self._events, event)
        self._waiting_chars += len(event.get("text", "")) + 200
        if self._waiting_chars > FRAME_BYTES:
            self._calm.clear()
        if event["type"] not in _OUTPUT:
            self._urgent.set()
        self._wake.set()

    def answer(self, answer: Answer) -> None:
        """Call `answer` once everything added before is in the log."""
        self._answers.append(answer)
        self._urgent.set()
        self._wake.set()

    def capture(self, capture: Capture) -> None:
        """Call `capture` at a moment when the next number belongs to exactly what it sees.

        What it returns is called, with that number, once the log has everything up to it.
        """
        self._captures.append(capture)
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

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing is being written."""
        return not (self._events or self._answers or self._captures or self._flushing)

    async def close(self) -> None:
        """Stop. What still waits is not told; call `settle` first."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _flush_on(self) -> None:
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
            self._flushing = True
            try:
                await self._flush()
            except Exception:
                log.exception("A flush failed")
            self._flushing = False

    async def _wait_for_news(self, seconds: float) -> None:
        """Let output gather, unless something happens that somebody waits for."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._urgent.wait(), seconds)

    async def _flush(self) -> None:
        events, answers, captures = self._events, self._answers, self._captures
        self._events, self._answers, self._captures, self._waiting_chars = [], [], [], 0
        answers += [capture() for capture in captures]
        first = self.numbering.seq + 1
        lines = [event_line(seq, event) for seq, event in enumerate(events, first)]
        if lines:
            await self._write(lines, durable=any(e["type"] in _DURABLE for e in events))
        for seq, line in enumerate(lines, first):
            self.numbering.keep(seq, line)
        if lines:
            self._tell(lines)
        self._calm.set()
        for answer in answers:
            answer(self.numbering.seq)

    async def _write(self, lines: list[str], *, durable: bool) -> None:
        """Into the log, however long the disk refuses. Nobody is told of what is not there."""
        failed = False
        while True:
            try:
                self._log.append(lines)
                if durable or monotonic() - self._synced_at > 1.0:
                    await asyncio.to_thread(self._log.sync)
                    self._synced_at = monotonic()
                break
            except OSError as error:
                failed = True
                problem = disk_error(error)
                message = problem.message.format(**problem.values)
                told = {"code": problem.code, "message": message, "hint": problem.hint}
                self._trouble({"t": "save_failed", **told})
                await asyncio.sleep(RETRY_SECONDS)
        if failed:
            self._trouble(None)


def join(events: list[Event], event: Event) -> None:
    """Append `event`, merged into the last one where that gives the same document."""
    last = events[-1] if events else {}
    same_cell = last.get("cell") == event.get("cell")
    if same_cell and last.get("type") == event["type"] == "stream_extended":
        events[-1] = {**last, "text": last["text"] + event["text"]}
    elif (
        same_cell
        and last.get("type") == event["type"] == "output_replaced"
        and last["index"] == event["index"]
    ):
        events[-1] = event
    else:
        events.append(event)


def frames_of(lines: list[str]) -> list[str]:
    """`events` frames that hold the lines, in order, each of a bearable size."""
    frames: list[str] = []
    batch: list[str] = []
    size = 0
    for line in lines:
        if batch and size + len(line) > FRAME_BYTES:
            frames.append(_frame(batch))
            batch, size = [], 0
        batch.append(line)
        size += len(line)
    if batch:
        frames.append(_frame(batch))
    return frames


def _frame(lines: list[str]) -> str:
    return '{"t":"events","events":[' + ",".join(lines) + "]}"
