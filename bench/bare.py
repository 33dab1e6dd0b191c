"""A bare ipykernel over ipc with jupyter_client's own client: what a kernel's own time is.

No driver, no broker, no second listener: the floor that nothing in front of a kernel can beat.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any


class BareKernel:
    """One kernel's client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def run(self, code: str) -> None:
        """Ask, and wait for the reply and the end of the output."""
        client = self._client
        request = client.execute(code)
        reply = asyncio.create_task(client.get_shell_msg())
        while True:
            message = await client.get_iopub_msg()
            is_idle = message["content"].get("execution_state") == "idle"
            if is_idle and message["parent_header"].get("msg_id") == request:
                break
        await reply


@asynccontextmanager
async def bare_kernel(python: Path, folder: Path) -> AsyncIterator[BareKernel]:
    """A kernel of `python` with its sockets in `folder` (a short path), and its client."""
    from jupyter_client.asynchronous.client import AsyncKernelClient

    with _process(python, folder) as file:
        client = AsyncKernelClient()
        client.load_connection_file(file)
        client.start_channels(stdin=False, hb=False)
        try:
            await client.wait_for_ready(timeout=60)
            yield BareKernel(client)
        finally:
            client.stop_channels()


@contextmanager
def _process(python: Path, folder: Path) -> Iterator[str]:
    """The kernel's process; its connection file."""
    from jupyter_client.connect import write_connection_file

    folder.mkdir(mode=0o700, parents=True)
    file = str(folder / "connection.json")
    write_connection_file(file, transport="ipc", ip=str(folder / "s"), key=b"bench")
    process = subprocess.Popen(
        [python, "-m", "ipykernel_launcher", "-f", file, "--HistoryManager.hist_file=:memory:"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        start_new_session=True,
    )
    try:
        yield file
    finally:
        process.kill()
        process.wait()
