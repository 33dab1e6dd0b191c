"""The sockets to one kernel: signed Jupyter messages over `ipc` files in a private folder.

Not for processes (`drivers/`). Loopback TCP is never used: any local process could read it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.session import Session

from lookin.core.kernels.driver import Heard
from lookin.core.kernels.messages import Report, read_message, too_large

Json = dict[str, Any]
MESSAGE_BYTES = 64_000_000  # a larger one is not read
_PORTS = {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5}
_WAITING = 64  # reports read ahead; beyond that the kernel itself waits


class Connection:
    """Both ends of a kernel's sockets: writes the file for the kernel, talks to it."""

    def __init__(self, private: Path) -> None:
        """`private` must be a folder of mode 0700 with a short path (AF_UNIX allows 107 bytes)."""
        self.file = private / "connection.json"
        self._base = str(private / "s")
        self._key = secrets.token_hex(32)
        self._session = Session(key=self._key.encode(), username="lookin")
        self._context: zmq.asyncio.Context | None = None
        self._queue: asyncio.Queue[Json | Report] = asyncio.Queue(_WAITING)
        self._pumps: list[asyncio.Task[None]] = []

    def write_file(self) -> None:
        """The connection file that ipykernel reads, for our eyes only."""
        info = {"transport": "ipc", "ip": self._base, "key": self._key, **_PORTS}
        info |= {"signature_scheme": "hmac-sha256", "kernel_name": "python3"}
        descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(info, file)

    def open(self) -> None:
        """Connect; ZMQ waits for the kernel to bind. Subscribes before anything is asked."""
        self._context = zmq.asyncio.Context()
        self._iopub = self._socket(zmq.SUB, "iopub_port")
        self._iopub.setsockopt(zmq.SUBSCRIBE, b"")
        self._shell = self._socket(zmq.DEALER, "shell_port")
        self._control = self._socket(zmq.DEALER, "control_port")
        for socket in (self._iopub, self._shell):
            self._pumps.append(asyncio.create_task(self._pump(socket)))

    def _socket(self, kind: int, port: str) -> zmq.asyncio.Socket:
        assert self._context is not None
        socket = self._context.socket(kind)
        socket.linger = 0
        socket.connect(f"ipc://{self._base}-{_PORTS[port]}")
        return socket

    async def wait_ready(self) -> None:
        """Until both the output socket and the request socket have spoken.

        Without the first, the first output could be lost (protocol 5.5's iopub_welcome; the stock
        server "nudges" for older kernels, and so do we: by asking again).
        """
        heard: set[str] = set()
        while heard != {"iopub", "shell"}:
            await self._send(self._shell, "kernel_info_request", {})
            deadline = asyncio.get_running_loop().time() + 1.0
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(deadline):
                    while heard != {"iopub", "shell"}:
                        message = await self._queue.get()
                        if isinstance(message, dict):
                            is_reply = message.get("msg_type") == "kernel_info_reply"
                            heard.add("shell" if is_reply else "iopub")

    async def execute(self, request: str, code: str) -> None:
        """Send the code under the caller's own id."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,  # the session stops its own queue
        }
        await self._send(self._shell, "execute_request", content, request)

    async def ask_shutdown(self) -> None:
        """Ask the kernel to end by itself."""
        await self._send(self._control, "shutdown_request", {"restart": False})

    async def _send(
        self, socket: zmq.asyncio.Socket, kind: str, content: Json, request: str | None = None
    ) -> None:
        message = self._session.msg(kind, content)
        if request is not None:
            message["header"]["msg_id"] = message["msg_id"] = request
        await socket.send_multipart(self._session.serialize(message))

    async def reports(self, gone: asyncio.Event) -> AsyncIterator[Heard]:
        """Reports until `gone` is set and the sockets are empty."""
        ended = asyncio.create_task(gone.wait())
        try:
            while True:
                message = await self._next(ended)
                if message is None:
                    return
                report = read_message(message) if isinstance(message, dict) else message
                if report is not None:
                    yield Heard(0, report)
        finally:
            ended.cancel()

    async def _next(self, ended: asyncio.Task[bool]) -> Json | Report | None:
        if not self._queue.empty():
            return self._queue.get_nowait()
        getting = asyncio.create_task(self._queue.get())
        await asyncio.wait({getting, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not getting.done():  # gone: give what is still on its way a moment
            await asyncio.wait({getting}, timeout=0.2)
        if getting.done():
            return getting.result()
        getting.cancel()
        return None

    async def _pump(self, socket: zmq.asyncio.Socket) -> None:
        while True:
            frames: list[bytes] = await socket.recv_multipart()
            message = self._read(frames)
            if message is not None:
                await self._queue.put(message)

    def _read(self, frames: list[bytes]) -> Json | Report | None:
        """A message with a true signature; nothing of a forged or garbled one."""
        try:
            found = self._session.feed_identities(frames)[1]
            parts = [part if isinstance(part, bytes) else part.bytes for part in found]
            size = sum(map(len, parts))
            if size > MESSAGE_BYTES:
                parent = json.loads(parts[2])
                return too_large(str(parent.get("msg_id", "")), size)
            return dict(self._session.deserialize(parts))
        except Exception:  # noqa: BLE001 (user code holds the key and may send anything)
            return None

    async def close(self) -> None:
        """Close the sockets; the kernel must be gone. May be called twice."""
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        self._pumps.clear()
        if self._context is not None:
            self._context.destroy(linger=0)
            self._context = None
