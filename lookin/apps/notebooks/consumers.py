"""The socket of a notebook page: a thin carrier between one browser and the broker.

Holds no state that matters. Waits on whichever side is slower, so that nothing piles up here.
"""

from __future__ import annotations

import asyncio
from typing import Any

from channels.db import database_sync_to_async

from lookin.apps.accounts.access import is_alone
from lookin.apps.accounts.sockets import SignedInSocket
from lookin.apps.notebooks import access, broker
from lookin.core.lib.errors import LookinError, NotFoundError

MOST_BYTES = 1024 * 1024  # of one frame from a browser
NO_SUCH_NOTEBOOK = 4004
TRY_AGAIN = 1012
TOO_BIG = 1009
NOT_TEXT = 1003
LOOK_AGAIN_SECONDS = 5.0


class NotebookSocket(SignedInSocket):
    """`/ws/notebooks/<uuid>`; frames as in docs/reference/live-notebooks.md, carried verbatim."""

    look_again_seconds = LOOK_AGAIN_SECONDS
    _stream: broker.BrokerConnection | None = None
    _tasks: tuple[asyncio.Task[None], ...] = ()

    async def admitted(self) -> None:
        """Accept, then open the way to the broker; the page learns by the code why not."""
        await self.accept()
        try:
            frame = await self._opening_frame()
            stream = await broker.connect()
            self._stream = stream
            await stream.send(frame)
        except NotFoundError:
            await self.close(code=NO_SUCH_NOTEBOOK)
        except LookinError:
            await self.close(code=TRY_AGAIN)
        else:
            carry = asyncio.create_task(self._carry(stream))
            self._tasks = (carry, asyncio.create_task(self._watch_access(frame)))

    async def dispatch(self, message: dict[str, Any]) -> None:
        """A frame touches no database, so Channels need not look after connections, in a thread,
        before each one: that costs more than carrying the frame."""
        if message["type"] == "websocket.receive":
            await self.websocket_receive(message)
        else:
            await super().dispatch(message)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One frame of the browser."""
        if text_data is None:
            await self.close(code=NOT_TEXT)
        elif len(text_data) > MOST_BYTES or len(text_data.encode(errors="replace")) > MOST_BYTES:
            await self.close(code=TOO_BIG)
        elif self._stream is not None:
            try:
                await self._stream.send(text_data)
            except LookinError:
                await self.close(code=TRY_AGAIN)

    async def disconnect(self, code: int) -> None:
        """The browser has gone, or we close."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._stream is not None:
            await self._stream.close()
        await super().disconnect(code)

    async def _carry(self, stream: broker.BrokerConnection) -> None:
        failed = False
        while (frame := await stream.receive()) is not None:
            failed = frame.startswith('{"t":"failed"')
            await self.send(text_data=frame)
        await self.close(code=NO_SUCH_NOTEBOOK if failed else TRY_AGAIN)

    async def _watch_access(self, before: dict[str, Any]) -> None:
        """Rights may end or change while the page is open: then it must ask again."""
        while True:
            await asyncio.sleep(self.look_again_seconds)
            try:
                now = await self._opening_frame()
            except NotFoundError:
                await self.close(code=NO_SUCH_NOTEBOOK)
                return
            if any(now[right] != before[right] for right in ("role", "alone")):
                await self.close(code=TRY_AGAIN)
                return

    async def _opening_frame(self) -> dict[str, Any]:
        wanted = self.scope["url_route"]["kwargs"]["notebook_id"]

        def find() -> dict[str, Any]:
            notebook = access.notebook_for(self.person, wanted)
            role = access.role_of(self.person, notebook)
            return broker.opening_frame(notebook, self.person, role, alone=is_alone())

        frame: dict[str, Any] = await database_sync_to_async(find)()
        return frame
