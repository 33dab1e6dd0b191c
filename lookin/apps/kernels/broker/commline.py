"""Words to a kernel's widgets, one after another: who drags a slider does not fill the kernel.

While one is under way the next ones wait, and updates of one widget become one.
"""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lookin.apps.kernels.broker.hearing import widget_request
from lookin.core.kernels.driver import CommMessage, KernelBusyError
from lookin.core.kernels.widgets import joined
from lookin.core.lib.clock import monotonic

Json = dict[str, Any]
MOST_WAITING = 100
MOST_CHARS = 4_000_000  # of all that waits, for a kernel may be busy for hours
PATIENCE_SECONDS = 0.5  # a kernel in an async cell does not say when it is done with a word


@dataclass(slots=True)
class _Word:
    cell: str | None
    comm: str
    data: Json
    buffers: tuple[bytes, ...]
    chars: int


class CommLine:
    """Of one kernel's life. `clock` counts seconds."""

    def __init__(
        self, say: Callable[[CommMessage], None], clock: Callable[[], float] = monotonic
    ) -> None:
        self._say, self._clock = say, clock
        self._waiting: deque[_Word] = deque()
        self._under_way: str | None = None
        self._since = 0.0
        self._count = itertools.count(1)

    def send(
        self, cell: str | None, comm: str, data: Json, buffers: tuple[bytes, ...] = ()
    ) -> None:
        """Now or in its turn. Raises KernelBusyError when too many or too much wait."""
        last = self._waiting[-1] if self._waiting else None
        if last is not None and (last.cell, last.comm) == (cell, comm) and not buffers:
            both = joined(last.data, data) if not last.buffers else None
            if both is not None:
                chars = len(json.dumps(both))
                self._check_room(chars - last.chars)
                last.data, last.chars = both, chars
                return
        if len(self._waiting) >= MOST_WAITING:
            raise KernelBusyError
        chars = len(json.dumps(data)) + sum(map(len, buffers))
        self._check_room(chars)
        self._waiting.append(_Word(cell, comm, data, buffers, chars))
        self._pump()

    def _check_room(self, more: int) -> None:
        if sum(word.chars for word in self._waiting) + more > MOST_CHARS:
            raise KernelBusyError

    def idle(self, request: str) -> None:
        """The kernel is done with this request."""
        if request == self._under_way:
            self._under_way = None
        self._pump()

    def _pump(self) -> None:
        patient = self._clock() - self._since < PATIENCE_SECONDS
        if not self._waiting or (self._under_way is not None and patient):
            return
        word = self._waiting.popleft()
        name = str(next(self._count))
        self._under_way = widget_request(word.cell, name) if word.cell else f"lookin-comm-{name}"
        self._since = self._clock()
        self._say(CommMessage(self._under_way, word.comm, word.data, word.buffers))
