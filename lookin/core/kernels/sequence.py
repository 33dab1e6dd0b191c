"""The order of what a kernel says: duplicates dropped, gaps seen, safety told. Pure; no socket.

A kernel of ours counts its output messages from 1 and keeps them until they are acknowledged; other
kernels do not count (number 0), and all they say passes as it comes.
"""

from __future__ import annotations

from collections.abc import Iterator

from lookin.core.kernels.wire import Message

_MOST_BYTES, _MOST = 16_000_000, 40_000  # kept beyond a gap; a kernel of ours keeps less itself


class Sequence:
    """Of one kernel's output as one broker hears it."""

    def __init__(self, after: int | None = None) -> None:
        """`after`: everything up to that number is in safety from before. None for a new kernel."""
        self._last = after
        self._beyond: dict[int, Message] = {}
        self._beyond_bytes = 0
        self._asked = False
        self._handed_on = self._passed_over = self._safe = self._told = after or 0

    @property
    def counting(self) -> bool:
        """Whether this kernel counts."""
        return self._last is not None

    @property
    def gap(self) -> bool:
        """Whether something is missing that has not been asked for."""
        return bool(self._beyond) and not self._asked

    def ask_again(self) -> bytes:
        """The frame that makes a counting kernel repeat everything we have not heard."""
        self._asked = True
        return b"R%d" % (self._last or 0)

    def take(self, message: Message) -> Iterator[Message]:
        """The messages that may be read now, in order."""
        number = message.number
        if not number:
            yield message
            return
        if self._last is None:
            self._last = number - 1
        if number == self._last + 1:
            self._last = number
            yield message
            yield from self._following()
        elif number > self._last:
            self._keep(message)

    def replayed(self, forgotten: int) -> Iterator[Message]:
        """The kernel has repeated what it has; what is missing still is lost, and we go on.

        It no longer keeps anything up to `forgotten`, which may be after what we were told is in
        safety: numbers that nobody needed are acknowledged without being written down.
        """
        self._asked = False
        while self._beyond:
            self._last = min(self._beyond) - 1
            yield from self._following()
        self._last = max(self._last or 0, forgotten)

    def _following(self) -> Iterator[Message]:
        assert self._last is not None
        while (following := self._beyond.pop(self._last + 1, None)) is not None:
            self._last += 1
            self._beyond_bytes -= following.size
            yield following

    def _keep(self, message: Message) -> None:
        full = self._beyond_bytes > _MOST_BYTES or len(self._beyond) > _MOST
        if not full and message.number not in self._beyond:
            self._beyond[message.number] = message
            self._beyond_bytes += message.size

    def hand_on(self, number: int) -> None:
        """Somebody will acknowledge this one."""
        self._handed_on = max(self._handed_on, number)

    def pass_over(self, number: int) -> None:
        """Nobody needs this one."""
        self._passed_over = max(self._passed_over, number)

    def acknowledge(self, number: int) -> None:
        """Everything that was handed on up to `number` is in safety."""
        self._safe = max(self._safe, number)

    def acknowledgement(self) -> bytes | None:
        """The frame that lets the kernel forget, when there is something new to say."""
        safe = self._safe
        if safe >= self._handed_on:
            safe = max(safe, self._passed_over)
        if safe <= self._told:
            return None
        self._told = safe
        return b"A%d" % safe
