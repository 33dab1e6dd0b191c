"""From a host's name to a connection: looked up once, checked, and that very address connected to.

A name is not asked for twice, so that it cannot mean something else the second time.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from asyncio import StreamReader, StreamWriter
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from lookin.core.kernels.proxy.addresses import may_connect
from lookin.core.kernels.proxy.refusals import RefusedError
from lookin.core.kernels.proxy.relaying import PORTION
from lookin.core.kernels.proxy.rules import is_address

Resolve = Callable[[str, int], list[str]]
_THREADS = 64
_LOOKUPS = 4  # of one kernel at a time: a slow name server is asked for others meanwhile
_TRIES = 4  # addresses of one name


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system orders them. Blocks. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


@dataclass
class Reach:
    """How names become connections; a test brings its own `resolve` and `may_connect`."""

    resolve: Resolve = resolve
    may_connect: Callable[[str], bool] = may_connect
    seconds: float = 10.0  # for the name, and again for each address
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS))
    _turns: defaultdict[str, asyncio.Semaphore] = field(
        default_factory=lambda: defaultdict(lambda: asyncio.Semaphore(_LOOKUPS))
    )

    async def connect(self, kernel: str, host: str, port: int) -> tuple[StreamReader, StreamWriter]:
        """A connection to `host` (normal). Raises RefusedError, and then connected to nothing."""
        addresses = await self._look_up(kernel, host, port)
        allowed = [address for address in addresses if self.may_connect(address)]
        if not allowed:
            raise RefusedError("address", host=host, port=port)
        slow = False
        for address in allowed[:_TRIES]:
            try:
                async with asyncio.timeout(self.seconds):
                    return await asyncio.open_connection(address, port, limit=PORTION)
            except TimeoutError:
                slow = True
            except OSError:
                continue
        raise RefusedError("too_slow" if slow else "unreachable", host=host, port=port)

    async def _look_up(self, kernel: str, host: str, port: int) -> list[str]:
        if is_address(host):
            return [str(ipaddress.ip_address(host))]
        try:
            async with asyncio.timeout(self.seconds):
                return await self._resolved(kernel, host, port)
        except TimeoutError as error:
            raise RefusedError("too_slow", host=host, port=port) from error
        except (OSError, UnicodeError) as error:
            raise RefusedError("not_found", host=host, port=port) from error

    async def _resolved(self, kernel: str, host: str, port: int) -> list[str]:
        """In a thread. The kernel's turn ends with the thread, also when nobody waits any more."""
        turn = self._turns[kernel]
        await turn.acquire()

        def ended(asking: asyncio.Future[list[str]]) -> None:
            turn.release()
            if not asking.cancelled():
                asking.exception()  # it is told to whoever still waits

        loop = asyncio.get_running_loop()
        asking = loop.run_in_executor(self._pool, self.resolve, host, port)
        asking.add_done_callback(ended)
        return await asyncio.shield(asking)

    def forget(self, kernel: str) -> None:
        """The kernel is gone."""
        self._turns.pop(kernel, None)

    def close(self) -> None:
        """Wait for no thread."""
        self._pool.shutdown(wait=False, cancel_futures=True)
