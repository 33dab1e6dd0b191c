"""A network between browsers and the web process that can be cut, or lose all for a while."""

from __future__ import annotations

import asyncio
import contextlib


class Wire:
    """Listens on `port` of this machine and carries bytes to `target`, while it holds."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self._holds = asyncio.Event()
        self._holds.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def lose(self) -> None:
        """From now on nothing arrives, in either direction, and nobody is told."""
        self._holds.clear()

    def heal(self) -> None:
        """What was on its way arrives."""
        self._holds.set()

    def cut(self) -> None:
        """Every connection ends at once; what was on its way is lost."""
        for writer in list(self._open):
            writer.transport.abort()
        self.heal()

    async def close(self) -> None:
        self._server.close()
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._holds.wait()
        try:
            there = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, there[1]}
        both = [
            asyncio.create_task(self._pour(*ends))
            for ends in ((reader, there[1]), (there[0], writer))
        ]
        self._tasks |= set(both)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait(both)
        self._tasks -= set(both)
        for end in (writer, there[1]):
            self._open.discard(end)
            end.transport.abort()

    async def _pour(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while data := await reader.read(65536):
                await self._holds.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
