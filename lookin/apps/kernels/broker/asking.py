"""Questions of pages to their kernel: completion, inspection, variables. Answered to who asked.

Bounded in number, time and size, one after another; never starts a kernel. What the frames hold is
read and written in `questions.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from lookin.apps.kernels.broker.questions import Asked, read_question
from lookin.apps.kernels.broker.visitors import Visitor
from lookin.core.kernels.driver import Kernel, KernelBusyError, NotSupportedError
from lookin.core.lib.clock import monotonic
from lookin.core.lib.errors import LookinError

log = logging.getLogger("lookin.broker")
Json = dict[str, Any]
QUESTIONS = frozenset({"complete", "inspect", "variables", "variable"})
MOST_WAITING = 16  # of one notebook
WAIT_SECONDS = 3.0  # in the line
RATE, BURST = 15.0, 30.0  # questions a second of one visitor, and at once


class Seated(Protocol):
    """The seat of the room."""

    kernel: Kernel | None


@dataclass(slots=True)
class _Waiting:
    visitor: Visitor
    ref: int
    op: str
    asked: Asked
    since: float


class Asking:
    """Of one room. `clock` counts seconds."""

    def __init__(self, seat: Seated, clock: Callable[[], float] = monotonic) -> None:
        self._seat = seat
        self._clock = clock
        self._line: deque[_Waiting] = deque()
        self._spoken: dict[Visitor, tuple[float, float]] = {}  # tokens, and when they were counted
        self._work: asyncio.Task[None] | None = None

    def hear(self, visitor: Visitor, frame: Json) -> None:
        """A question. Raises LookinError: bad_frame, no_kernel, kernel_busy, too_large."""
        asked = read_question(frame)
        if self._seat.kernel is None:
            raise _no_kernel()
        if not self._may_speak(visitor) or len(self._line) >= MOST_WAITING:
            raise KernelBusyError
        waiting = _Waiting(visitor, frame["ref"], frame["op"], asked, self._clock())
        self._overtake(waiting)
        self._line.append(waiting)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._answer_all())

    def leave(self, visitor: Visitor) -> None:
        """The visitor has gone, and wants no answer."""
        self._spoken.pop(visitor, None)
        self._line = deque(waiting for waiting in self._line if waiting.visitor is not visitor)

    async def close(self) -> None:
        """Answer no more."""
        self._line.clear()
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    def _overtake(self, newer: _Waiting) -> None:
        """Who types on does not want to know any more what the last word could have become."""
        for old in list(self._line):
            if old.visitor is newer.visitor and old.op == newer.op:
                self._line.remove(old)
                _refuse(old, LookinError("A newer question came before.", code="too_late"))

    def _may_speak(self, visitor: Visitor) -> bool:
        now = self._clock()
        tokens, last = self._spoken.get(visitor, (BURST, now))
        tokens = min(BURST, tokens + (now - last) * RATE)
        self._spoken[visitor] = (max(0.0, tokens - 1), now)
        return tokens >= 1

    async def _answer_all(self) -> None:
        while self._line:
            waiting = self._line.popleft()
            try:
                content = await self._ask(waiting)
                answer = waiting.asked.answer(content)
            except LookinError as error:
                _refuse(waiting, error)
            except Exception:
                log.exception("A question ended in an error of ours")
                _refuse(waiting, KernelBusyError())
            else:
                waiting.visitor.send_json({**answer, "t": "answer", "ref": waiting.ref})

    async def _ask(self, waiting: _Waiting) -> Json:
        kernel = self._seat.kernel
        if kernel is None:
            raise _no_kernel()
        if self._clock() - waiting.since > WAIT_SECONDS:
            raise KernelBusyError
        question = waiting.asked.question
        try:
            return await kernel.ask(question)
        except NotSupportedError:
            if waiting.asked.plain is None:
                raise
            return await kernel.ask(replace(question, kind=waiting.asked.plain, ours=False))


def _no_kernel() -> LookinError:
    return LookinError("No kernel runs here yet.", "Run a cell first.", code="no_kernel")


def _refuse(waiting: _Waiting, error: LookinError) -> None:
    refusal = {"t": "refused", "ref": waiting.ref, "code": error.code}
    waiting.visitor.send_json({**refusal, "message": error.message, "hint": error.hint})
