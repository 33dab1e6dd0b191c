"""The proxy itself: one listener for each kernel, one request for each connection.

Connections of different kernels share nothing but the process. Every limit is an argument.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass, field
from functools import partial

from lookin.core.kernels.proxy.forwarding import Exchange
from lookin.core.kernels.proxy.heads import END, read_request
from lookin.core.kernels.proxy.reaching import Reach
from lookin.core.kernels.proxy.refusals import Ledger, RefusedError, write_refusal
from lookin.core.kernels.proxy.relaying import PORTION, tunnel
from lookin.core.kernels.proxy.rules import HostRules

log = logging.getLogger("lookin.proxy")
_BY_RULE = ("host", "port", "address")


@dataclass(frozen=True, slots=True)
class ProxyLimits:
    """`connections` of one kernel and of all, bytes and seconds for a head, idle seconds."""

    connections: int = 64
    all_connections: int = 2_000
    head_bytes: int = 16 * 1024
    head_seconds: float = 10.0
    idle_seconds: float = 300.0
    goodbye_seconds: float = 1.0


@dataclass
class _Door:
    """What belongs to one kernel."""

    server: asyncio.Server
    busy: set[asyncio.Task[None]] = field(default_factory=set)


class Proxy:
    """See the module."""

    def __init__(self, rules: HostRules, reach: Reach, limits: ProxyLimits) -> None:
        self._rules, self._reach, self._limits = rules, reach, limits
        self._doors: dict[str, _Door] = {}
        self._ledger = Ledger()

    async def serve(self, kernel: str, listener: socket.socket) -> None:
        """Accept on a listening stream socket for `kernel`; another one takes its place."""
        await self.drop(kernel)
        listener.setblocking(False)
        server = await asyncio.start_server(
            partial(self._accepted, kernel), sock=listener, limit=PORTION
        )
        self._doors[kernel] = _Door(server)

    async def drop(self, kernel: str) -> None:
        """Close the listener and all connections of `kernel`, if there are any."""
        door = self._doors.pop(kernel, None)
        if door is None:
            return
        door.server.close()
        for task in door.busy:
            task.cancel()
        await asyncio.gather(*door.busy, return_exceptions=True)
        self._ledger.forget(kernel)
        self._reach.forget(kernel)

    async def close(self) -> None:
        """Drop every kernel."""
        await asyncio.gather(*map(self.drop, list(self._doors)))
        self._reach.close()

    def _accepted(self, kernel: str, reader: StreamReader, writer: StreamWriter) -> None:
        """A task of ours: asyncio's own complains in its log when it is cancelled."""
        door = self._doors.get(kernel)
        if door is None:
            writer.transport.abort()
            return
        task = asyncio.create_task(self._attend(kernel, door, reader, writer))
        door.busy.add(task)
        task.add_done_callback(door.busy.discard)

    async def _attend(
        self, kernel: str, door: _Door, reader: StreamReader, writer: StreamWriter
    ) -> None:
        try:
            self._check_room(door)
            await self._converse(kernel, reader, writer)
        except RefusedError as error:
            self._tell(kernel, error)
            await self._refuse(reader, writer, error)
        except (OSError, asyncio.IncompleteReadError):
            pass  # one of the two hung up
        except Exception:
            log.exception("a connection of kernel=%s failed", kernel)
        finally:
            writer.close()

    def _check_room(self, door: _Door) -> None:
        total = sum(len(each.busy) for each in self._doors.values())
        if len(door.busy) > self._limits.connections or total > self._limits.all_connections:
            raise RefusedError("too_many")

    async def _converse(self, kernel: str, reader: StreamReader, writer: StreamWriter) -> None:
        limits = self._limits
        request = read_request(await self._head(reader, limits.head_bytes))
        why = self._rules.judge(request.host, request.port)
        if why is not None:
            raise RefusedError(why, host=request.host, port=request.port)
        theirs = await self._reach.connect(kernel, request.host, request.port)
        try:
            if request.is_tunnel:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await tunnel((reader, writer), theirs, limits.idle_seconds)
            else:
                await Exchange(request, (reader, writer), theirs).run(limits.idle_seconds)
        finally:
            theirs[1].close()

    async def _head(self, reader: StreamReader, most: int) -> bytes:
        """Everything up to the empty line."""
        try:
            async with asyncio.timeout(self._limits.head_seconds):
                head = await reader.readuntil(END)
        except TimeoutError as error:
            raise RefusedError("late_head") from error
        except asyncio.LimitOverrunError as error:
            raise RefusedError("head_too_large") from error
        if len(head) > most:
            raise RefusedError("head_too_large")
        return head

    def _tell(self, kernel: str, error: RefusedError) -> None:
        """A line for what a rule refused: the host, never the address of a page."""
        what = f"{error.host}:{error.port}"
        now = asyncio.get_running_loop().time()
        if error.code in _BY_RULE and self._ledger.is_news(kernel, what, now):
            log.warning("refused kernel=%s host=%s rule=%s", kernel, what, error.code)

    async def _refuse(
        self, reader: StreamReader, writer: StreamWriter, error: RefusedError
    ) -> None:
        """Answer, and take what is still on its way: a closed door would swallow the answer."""
        with contextlib.suppress(OSError, TimeoutError):
            writer.write(write_refusal(error))
            writer.write_eof()
            async with asyncio.timeout(self._limits.goodbye_seconds):
                while await reader.read(PORTION):
                    pass
