"""A proxy on loopback with names of its own, and servers of a few lines behind it."""

from __future__ import annotations

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from lookin.core.kernels.proxy.reaching import Reach
from lookin.core.kernels.proxy.rules import HostRules
from lookin.core.kernels.proxy.server import Proxy, ProxyLimits

SECONDS = 20.0
Handler = Callable[[StreamReader, StreamWriter], Awaitable[None]]
NAMES = {
    "good.example": ["127.0.0.1"],
    "two.example": ["10.0.0.1", "127.0.0.1"],
    "inner.example": ["10.0.0.1", "169.254.169.254", "::1"],
    "closed.example": ["127.0.0.1"],
}


def find(host: str, _: int) -> list[str]:
    """The addresses of a name of these tests."""
    if host not in NAMES:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")
    return NAMES[host]


@dataclass
class Door:
    """A served kernel: `port` is where its proxy listens."""

    proxy: Proxy
    port: int

    async def connect(self) -> tuple[StreamReader, StreamWriter]:
        """As code in the kernel does."""
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, data: bytes) -> bytes:
        """Send and take everything until the end."""
        reader, writer = await self.connect()
        async with asyncio.timeout(SECONDS):
            writer.write(data)
            answer = await reader.read(-1)
        writer.close()
        return answer


def listening() -> socket.socket:
    """A listening socket on a free port."""
    return socket.create_server(("127.0.0.1", 0))


@asynccontextmanager
async def door(*hosts: str, reach: Reach | None = None, **limits: float) -> AsyncIterator[Door]:
    """A proxy that takes 127.0.0.1 for public, with one kernel `k`."""
    rules = HostRules.read("listed", hosts)
    reach = reach or Reach(find, lambda address: address == "127.0.0.1")
    proxy = Proxy(rules, reach, ProxyLimits(**limits))  # type: ignore[arg-type]
    listener = listening()
    port = listener.getsockname()[1]
    await proxy.serve("k", listener)
    try:
        yield Door(proxy, port)
    finally:
        await proxy.close()


@asynccontextmanager
async def upstream(handler: Handler) -> AsyncIterator[int]:
    """A server on loopback; its port."""

    async def handle(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await handler(reader, writer)
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def wait_until(condition: Callable[[], object]) -> None:
    """Until `condition` holds, or fail."""
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 (it is not ours to set an event)
            await asyncio.sleep(0.005)
