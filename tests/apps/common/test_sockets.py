"""What a line that breaks in the middle of a message leaves behind: nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from lookin.apps.accounts.faces.ceremonies import Places
from lookin.apps.common.sockets import until_gone
from lookin.core.lib.errors import LookinError


async def test_a_line_that_breaks_while_it_is_spoken_to_gives_its_place_back() -> None:
    places, received = Places(), iter(["websocket.receive", "websocket.disconnect"])

    async def consumer(send: Any) -> None:
        places.take("device")
        while next(received) != "websocket.disconnect":
            await send({"type": "websocket.send", "text": "look"})
        places.leave("device")

    async def gone(_message: dict[str, Any]) -> None:
        raise ConnectionResetError

    await consumer(until_gone(gone))
    for _ in range(2):
        places.take("device")
    with pytest.raises(LookinError):
        places.take("device")


async def test_nothing_is_said_after_the_close() -> None:
    said: asyncio.Queue[str] = asyncio.Queue()

    async def line(message: dict[str, Any]) -> None:
        await said.put(message["type"])

    say = until_gone(line)
    for kind in ("websocket.send", "websocket.close", "websocket.send", "websocket.close"):
        await say({"type": kind})
    assert [said.get_nowait() for _ in range(said.qsize())] == ["websocket.send", "websocket.close"]
