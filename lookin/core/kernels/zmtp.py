"""One connection to a ZeroMQ socket over a unix socket: ZMTP 3.0 with the NULL mechanism.

Spoken directly, not through libzmq: a message larger than we show is never held in memory, a slow
reader stops the kernel by not reading, and there is no thread between. Knows no Jupyter message.
Source: https://rfc.zeromq.org/spec/23/.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

_GREETING = b"\xff\0\0\0\0\0\0\0\x01\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
_MORE, _LONG, _COMMAND = 1, 2, 4
_MOST_FRAMES = 1_000  # of one message; what is more is left out
_MOST_UNSENT = 32_000_000  # bytes that wait for somebody who does not read
_TURN = 0.001  # seconds of the loop that one line may take before the others have their turn
_LOOK = 16  # frames between two looks at the clock

Take = Callable[[list[bytes], int], None]


class Line(asyncio.Protocol):
    """Gives each message to `take(frames, left_out)`; `left_out` counts bytes that were not kept.

    A frame that would make its message larger than `limit` bytes arrives empty. `identity` is what
    a ROUTER knows us by; empty: it gives us one for this connection.
    """

    def __init__(self, kind: bytes, limit: int, take: Take, identity: bytes = b"") -> None:
        self._kind, self._identity = kind, identity
        self._limit = limit
        self._take = take
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._greeted = False
        self._ready = False  # whether the other side has named its socket type
        self._early = bytearray()  # asked to be sent before that
        self._paused = False
        self._held = False  # others have their turn
        self._loop = asyncio.get_running_loop()
        self._frames: list[bytes] = []
        self._size = self._left_out = self._skip = 0
        self._last = False  # whether the frame that is being skipped ends its message
        self.closed = asyncio.Event()

    async def connect(self, path: Path) -> None:
        """Raises OSError when nobody listens there."""
        await self._loop.create_unix_connection(lambda: self, str(path))

    def send(self, frames: Sequence[bytes]) -> None:
        """One message. Lost when the line is closed, as it is for one who does not read.

        libzmq breaks with those who send a message before it has said READY itself.
        """
        if self._transport is None or self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() + len(self._early) > _MOST_UNSENT:
            self.close()
            return
        last = len(frames) - 1
        data = b"".join(_frame(0 if i == last else _MORE, frame) for i, frame in enumerate(frames))
        if self._ready:
            self._transport.write(data)
        else:
            self._early += data

    def pause(self) -> None:
        """Take nothing more for now; the other side will have to wait."""
        if not self._paused:
            self._paused = True
            if self._transport is not None:
                self._transport.pause_reading()

    def resume(self) -> None:
        """Go on, first with what has come already."""
        if self._paused:
            self._paused = False
            self._go_on()

    def hold(self, seconds: float = 0.0) -> None:
        """Let others have their turn: take nothing for so long, whatever `resume` says."""
        if not self._held:
            self._held = True
            if self._transport is not None:
                self._transport.pause_reading()
            self._loop.call_later(seconds, self._release)

    def _release(self) -> None:
        self._held = False
        self._go_on()

    def _go_on(self) -> None:
        if self._closing:
            return
        self._parse()
        if not self._paused and not self._held and self._transport is not None:
            self._transport.resume_reading()

    @property
    def _closing(self) -> bool:
        return self._transport is not None and self._transport.is_closing()

    def close(self) -> None:
        """Give nothing more. May be called twice."""
        self._paused = True
        if self._transport is not None:
            self._transport.abort()
        else:
            self.closed.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet and name our socket type; both may be sent before the other side has spoken."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        ready = (
            b"\x05READY"
            + _property(b"Socket-Type", self._kind)
            + _property(b"Identity", self._identity)
        )
        transport.write(_GREETING + _frame(_COMMAND, ready))
        if self._paused or self._held:
            transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        """Bytes of the other side, which may be anybody's."""
        self._buffer += data
        self._parse()

    def connection_lost(self, exc: Exception | None) -> None:
        """The other side is gone, or we are."""
        self.closed.set()

    def _parse(self) -> None:
        position, count, until = 0, 0, self._loop.time() + _TURN
        while not self._paused and not self._held:
            count += 1
            if count % _LOOK == 0 and self._loop.time() > until:
                self.hold(_TURN)
                break
            if not self._greeted:
                following = self._greeting()
            elif self._skip:
                following = self._pass_over(position)
            else:
                following = self._next_frame(position)
            if following is None:
                break
            position = following
        del self._buffer[:position]

    def _greeting(self) -> int | None:
        if len(self._buffer) < len(_GREETING):
            return None
        if self._buffer[0] != 0xFF or self._buffer[10] < 3:
            self.close()
        self._greeted = True
        return len(_GREETING)

    def _pass_over(self, position: int) -> int | None:
        length = min(self._skip, len(self._buffer) - position)
        if not length:
            return None
        self._skip -= length
        if not self._skip and self._last:
            self._finish()
        return position + length

    def _next_frame(self, position: int) -> int | None:
        head = 9 if len(self._buffer) > position and self._buffer[position] & _LONG else 2
        body = position + head
        if len(self._buffer) < body:
            return None
        flags = self._buffer[position]
        size = int.from_bytes(self._buffer[position + 1 : body], "big")
        more = bool(flags & _MORE)
        if self._size + size > self._limit or len(self._frames) >= _MOST_FRAMES:
            return self._leave_out(body, size, more=more)
        if len(self._buffer) < body + size:
            return None
        if flags & _COMMAND:
            self._get_ready()
        else:
            self._size += size
            self._frames.append(bytes(self._buffer[body : body + size]))
            if not more:
                self._finish()
        return body + size

    def _get_ready(self) -> None:
        """Its first command is READY; whatever else it commands later is passed over."""
        self._ready = True
        if self._early and self._transport is not None:
            self._transport.write(bytes(self._early))
            self._early.clear()

    def _leave_out(self, body: int, size: int, *, more: bool) -> int:
        self._left_out += size
        if len(self._frames) < _MOST_FRAMES:
            self._frames.append(b"")
        self._skip, self._last = size, not more
        if not size and not more:
            self._finish()
        return body

    def _finish(self) -> None:
        frames, left_out = self._frames, self._left_out
        self._frames, self._size, self._left_out, self._last = [], 0, 0, False
        self._take(frames, left_out)


def _frame(flags: int, body: bytes) -> bytes:
    if len(body) < 256:
        return bytes((flags, len(body))) + body
    return bytes((flags | _LONG,)) + len(body).to_bytes(8, "big") + body


def _property(name: bytes, value: bytes) -> bytes:
    return bytes((len(name),)) + name + len(value).to_bytes(4, "big") + value
