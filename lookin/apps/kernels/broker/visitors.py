"""One web connection at a notebook: what waits to be sent to it, bounded.

A visitor that reads too slowly is let go; it comes back and resumes by its last number.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import asdict, dataclass

from lookin.apps.notebooks.framing import pack, pack_json
from lookin.core.documents.roles import VIEWER

MOST_WAITING_BYTES = 16_000_000
AT_ONCE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Who:
    """One open page of a person, who has a visit for each. The web process said the rest."""

    visit: str
    person: str
    name: str
    role: str

    def to_json(self) -> dict[str, object]:
        """As others see it."""
        return asdict(self)


class Visitor:
    """The sending half of a connection."""

    def __init__(self, writer: asyncio.StreamWriter, who: Who) -> None:
        self.who = who
        self.joined = False  # whether it has had its snapshot, and so gets events
        self._writer = writer
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._ending = False
        self._task = asyncio.create_task(self._send_all())

    @property
    def person(self) -> str:
        """Whose page it is."""
        return self.who.person

    @property
    def writable(self) -> bool:
        """Whether it may change the notebook."""
        return self.who.role != VIEWER

    @property
    def behind(self) -> int:
        """Bytes that wait to be sent."""
        return self._bytes

    def send(self, frame: str) -> None:
        """Queue a frame. One that overfills the queue ends the visit; the first may be of any size.

        It is a snapshot then, and what follows must not end the visit while that is on its way.
        """
        if self._ending:
            return
        data = pack(frame)
        if self._waiting and self._behind + len(data) > MOST_WAITING_BYTES:
            self.drop()
            return
        self._waiting.append(data)
        self._bytes += len(data)
        self._wake.set()

    @property
    def _behind(self) -> int:
        """Bytes that wait behind the first frame."""
        return self._bytes - len(self._waiting[0])

    def send_json(self, value: dict[str, object]) -> None:
        """Queue a frame."""
        self.send(pack_json(value)[4:].decode())

    def drop(self) -> None:
        """End the visit now; what waits is not sent."""
        self._ending = True
        self._waiting.clear()
        self._task.cancel()
        self._writer.transport.abort()

    async def finish(self) -> None:
        """End the visit after what waits has been sent, but do not wait long for that."""
        self._ending = True
        self._wake.set()
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(self._task, 2.0)
        self._writer.close()

    async def _send_all(self) -> None:
        with contextlib.suppress(ConnectionError):
            while self._waiting or not self._ending:
                if not self._waiting:
                    self._wake.clear()
                    await self._wake.wait()
                    continue
                self._writer.write(self._next())
                await self._writer.drain()

    def _next(self) -> bytes:
        """The next frame, and small ones behind it: each sending would wake the other side."""
        batch = [self._waiting.popleft()]
        size = len(batch[0])
        while self._waiting and size + len(self._waiting[0]) <= AT_ONCE_BYTES:
            batch.append(self._waiting.popleft())
            size += len(batch[-1])
        self._bytes -= size
        return b"".join(batch)
