"""One plain HTTP request and its answer; then both connections are closed.

So nothing that follows on either of them can be taken for another's request or answer.
"""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Coroutine

from lookin.core.kernels.proxy.heads import END, Request, read_answer
from lookin.core.kernels.proxy.refusals import RefusedError
from lookin.core.kernels.proxy.relaying import (
    Activity,
    copy_all,
    copy_chunks,
    copy_length,
)

ANSWER_HEAD_BYTES = 60 * 1024
_INTERIM = 8  # answers of the 1xx kind before the real one
Pair = tuple[StreamReader, StreamWriter]


class Exchange:
    """`client` has sent the head of `request`; `server` is connected."""

    def __init__(self, request: Request, client: Pair, server: Pair) -> None:
        self._request, self._client, self._server = request, client, server
        self._activity = Activity()
        self._begun = False

    async def run(self, idle_seconds: float) -> None:
        """To the end of the answer. Raises RefusedError while the client has heard nothing yet."""
        sending, answering, idle = map(
            asyncio.create_task,
            (self._send(), self._answer(), self._activity.until_idle(idle_seconds)),
        )
        try:
            await self._wait(sending, answering, idle)
        except RefusedError as error:
            if not self._begun:
                raise RefusedError(
                    error.code, host=self._request.host, port=self._request.port
                ) from error
        finally:
            for task in (sending, answering, idle):
                task.cancel()
            await asyncio.gather(sending, answering, idle, return_exceptions=True)

    async def _wait(
        self, sending: asyncio.Task[None], answering: asyncio.Task[None], idle: asyncio.Task[None]
    ) -> None:
        waiting = {sending, answering, idle}
        while not answering.done():
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if idle.done():
                raise RefusedError("too_slow")
            if sending in waiting and sending.done():
                waiting.discard(sending)
                await self._sent(sending)
        await answering

    async def _sent(self, sending: asyncio.Task[None]) -> None:
        """A body that broke off ends the exchange; an unwanted one may still be answered."""
        try:
            await sending
        except (BrokenPipeError, ConnectionResetError):
            return

    def _send(self) -> Coroutine[None, None, None]:
        reader, writer = self._client[0], self._server[1]
        writer.write(self._request.head)
        if self._request.length is None:
            return copy_chunks(reader, writer, self._activity)
        return copy_length(reader, writer, self._request.length, self._activity)

    async def _answer(self) -> None:
        reader, writer = self._server[0], self._client[1]
        for _ in range(_INTERIM):
            answer = read_answer(await self._head(reader), self._request.method)
            self._begun = self._begun or answer.status >= 200
            writer.write(answer.head)
            await writer.drain()
            if answer.status < 200:
                continue
            if answer.length is None:
                return await copy_all(reader, writer, self._activity)
            return await copy_length(reader, writer, answer.length, self._activity)
        raise RefusedError("bad_answer")

    async def _head(self, reader: StreamReader) -> bytes:
        try:
            head = await reader.readuntil(END)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
            raise RefusedError("bad_answer") from error
        self._activity.moved()
        if len(head) > ANSWER_HEAD_BYTES:
            raise RefusedError("bad_answer")
        return head
