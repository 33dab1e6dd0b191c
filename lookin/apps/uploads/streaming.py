"""Django behind ASGI, but with the request's body read while it arrives.

Stock ASGIHandler writes a whole body to a temporary file before any view runs: a stranger's too,
and every upload twice. Here the view, once it knows the person, pulls the bytes it wants.
Only for addresses whose views are synchronous: they run in a thread of their own and may wait.
"""

from __future__ import annotations

import asyncio
import io
from typing import Any

from django.core.handlers.asgi import ASGIHandler

# A client that sends nothing for this long has gone: its thread is wanted elsewhere.
PATIENCE_SECONDS = 60


class ClientGoneError(OSError):
    """The browser went away, or fell silent, before its body was whole."""


class Body(io.RawIOBase):
    """A request's body as a file that blocks the reading thread, never the event loop."""

    def __init__(self, receive: Any, *, patience: float = PATIENCE_SECONDS) -> None:
        self._receive = receive
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._read_to_end = asyncio.Event()
        self._waiting = b""
        self._ended = False

    def readable(self) -> bool:
        """Yes; it cannot be written to, and there is no way back in it."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """At most `size` bytes, b"" at the end; everything when `size` is negative or None.

        Raises ClientGoneError.
        """
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(65_536), b""))
        while not self._waiting and not self._ended:
            self._waiting = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
        taken, self._waiting = self._waiting[:size], self._waiting[size:]
        return taken

    async def disconnected(self) -> dict[str, Any]:
        """The message after the body's last, which Django waits for: the client hung up."""
        await self._read_to_end.wait()
        message: dict[str, Any] = await self._receive()
        return message

    async def _next(self) -> bytes:
        try:
            message = await asyncio.wait_for(self._receive(), self._patience)
        except TimeoutError as error:
            self._ended = True
            raise ClientGoneError("nothing arrived for too long") from error
        if message["type"] == "http.disconnect":
            self._ended = True
            raise ClientGoneError("the client hung up")
        if not message.get("more_body", False):
            self._ended = True
            self._read_to_end.set()
        chunk: bytes = message.get("body", b"")
        return chunk


class StreamingHandler(ASGIHandler):
    """Django's own handler, given a body that is still on its way."""

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """As Django's, with `Body` standing in for both the body and what comes after it."""
        body: Any = Body(receive)
        await super().handle(scope, body, send)

    async def read_body(self, receive: Any) -> Any:
        """Nothing is read yet."""
        return receive

    async def listen_for_disconnect(self, receive: Any) -> None:
        """Only once the body is read: until then the reading thread hears of it first."""
        await super().listen_for_disconnect(receive.disconnected)
