"""A connection that does not read: bounded, then let go."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from lookin.apps.kernels.broker.visitors import MOST_WAITING_BYTES, Visitor, Who


async def test_a_visitor_that_does_not_read_is_let_go_before_much_piles_up() -> None:
    arrived: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()
    with tempfile.TemporaryDirectory(prefix="lk") as folder:
        path = Path(folder) / "s"
        server = await asyncio.start_unix_server(lambda _, w: arrived.set_result(w), path)
        reader, writer = await asyncio.open_unix_connection(path, limit=1024)
        visitor = Visitor(await arrived, Who("v", "p", "Ann", "editor"))
        frame = "x" * 1_000_000
        for _ in range(MOST_WAITING_BYTES // len(frame) + 5):
            visitor.send(frame)
            await asyncio.sleep(0)
        async with asyncio.timeout(10):
            while await reader.read(65_536):
                pass  # what had been sent, and then the end
        visitor.send("after the end")
        await visitor.finish()
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)
        server.close()
        await server.wait_closed()
