"""Bytes from one connection to another: whole tunnels, bodies of known length, chunks.

Nothing of what passes is looked at, kept or logged. A slow reader makes the writer wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import Coroutine
from typing import Any

from lookin.core.kernels.proxy.refusals import RefusedError

PORTION = 64 * 1024
_MOST_TRAILERS = 100
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,12})(;[^\x00-\x08\x0a-\x1f\x7f]*)?\r\n")


class Activity:
    """When bytes last moved in either direction."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.moved()

    def moved(self) -> None:
        """They did just now."""
        self._at = self._loop.time()

    async def until_idle(self, seconds: float) -> None:
        """Returns when nothing has moved for so long."""
        # An event for each byte would cost more than this.
        while (left := self._at + seconds - self._loop.time()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left)


async def tunnel(
    client: tuple[StreamReader, StreamWriter],
    server: tuple[StreamReader, StreamWriter],
    idle_seconds: float,
) -> None:
    """Both ways until both have ended, one has failed, or nothing moved for `idle_seconds`.

    An end in one direction is passed on and leaves the other open (TCP's half-close).
    """
    activity = Activity()
    ways = [
        copy_all(client[0], server[1], activity),
        copy_all(server[0], client[1], activity),
    ]
    await all_or_idle(ways, activity, idle_seconds)


async def all_or_idle(
    ways: list[Coroutine[None, None, None]], activity: Activity, idle_seconds: float
) -> None:
    """Run `ways` to their ends; give up when one fails or nothing moves any more. Raises theirs."""
    idle = asyncio.create_task(activity.until_idle(idle_seconds))
    working = asyncio.gather(*ways)
    both: set[asyncio.Future[Any]] = {idle, working}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
    finally:
        idle.cancel()
        working.cancel()
        await asyncio.gather(idle, working, return_exceptions=True)


async def copy_all(reader: StreamReader, writer: StreamWriter, activity: Activity) -> None:
    """Until the reader's end, which is passed on."""
    while data := await reader.read(PORTION):
        activity.moved()
        writer.write(data)
        await writer.drain()
        activity.moved()
    with contextlib.suppress(OSError):
        writer.write_eof()


async def copy_length(
    reader: StreamReader, writer: StreamWriter, length: int, activity: Activity
) -> None:
    """Exactly `length` bytes. Raises RefusedError when fewer come."""
    while length:
        data = await reader.read(min(length, PORTION))
        if not data:
            raise RefusedError("bad_request")
        activity.moved()
        writer.write(data)
        await writer.drain()
        activity.moved()
        length -= len(data)


async def copy_chunks(reader: StreamReader, writer: StreamWriter, activity: Activity) -> None:
    """A chunked body (RFC 9112, 7.1), its extensions and trailers left out.

    Raises RefusedError for anything else.
    """
    while size := _chunk_size(await _line(reader)):
        writer.write(b"%x\r\n" % size)
        await copy_length(reader, writer, size, activity)
        if await _line(reader) != b"\r\n":
            raise RefusedError("bad_request")
        writer.write(b"\r\n")
    for _ in range(_MOST_TRAILERS):
        if await _line(reader) == b"\r\n":
            writer.write(b"0\r\n\r\n")
            await writer.drain()
            return
    raise RefusedError("head_too_large")


def _chunk_size(line: bytes) -> int:
    found = _CHUNK.fullmatch(line)
    if found is None:
        raise RefusedError("bad_request")
    return int(found[1], 16)


async def _line(reader: StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise RefusedError("bad_request") from error
