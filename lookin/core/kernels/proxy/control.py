"""Frames with descriptors over a unix socket: 4 bytes of length, JSON, one descriptor at most.

Both ends are ours; still nothing is read that is larger than a frame may be.
"""

from __future__ import annotations

import array
import asyncio
import contextlib
import json
import os
import socket
import struct
from collections import deque
from typing import Any

FRAME_BYTES = 1024 * 1024
_LENGTH = struct.Struct(">I")
_MOST_AT_ONCE = 16  # descriptors in one piece of the stream
Json = dict[str, Any]


class ControlLink:
    """One end. Frames come in order, and each descriptor with the frame it was sent with."""

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self._socket = end
        self._loop = asyncio.get_running_loop()
        self._data = bytearray()
        self._descriptors: deque[int] = deque()
        self._sending = asyncio.Lock()

    async def send(self, frame: Json, descriptor: int | None = None) -> None:
        """Send a frame whole. Raises OSError when the other end is gone."""
        body = json.dumps(frame).encode()
        data = _LENGTH.pack(len(body)) + body
        async with self._sending:
            sent = await self._first(data, descriptor)
            await self._loop.sock_sendall(self._socket, data[sent:])

    async def _first(self, data: bytes, descriptor: int | None) -> int:
        if descriptor is None:
            return 0
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
        while True:
            try:
                return self._socket.sendmsg([data], rights)
            except BlockingIOError:
                await self._until(self._loop.add_writer, self._loop.remove_writer)

    async def receive(self) -> Json | None:
        """The next frame; None at the end. Raises ValueError for what is not a frame."""
        while True:
            frame = self._cut()
            if frame is not None:
                return frame
            if not await self._more():
                return None

    def take_descriptor(self) -> int | None:
        """The descriptor that came with the last frame, now the caller's; None without one."""
        return self._descriptors.popleft() if self._descriptors else None

    def _cut(self) -> Json | None:
        if len(self._data) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._data)
        if length > FRAME_BYTES:
            raise ValueError("a frame is too long")
        if len(self._data) < _LENGTH.size + length:
            return None
        frame = json.loads(self._data[_LENGTH.size : _LENGTH.size + length])
        del self._data[: _LENGTH.size + length]
        if not isinstance(frame, dict):
            raise ValueError("a frame is no object")
        return frame

    async def _more(self) -> bool:
        """Take the next piece; False at the end."""
        size = socket.CMSG_SPACE(_MOST_AT_ONCE * 4)
        while True:
            try:
                data, rights, _, _ = self._socket.recvmsg(65_536, size, socket.MSG_CMSG_CLOEXEC)
                break
            except BlockingIOError:
                await self._until(self._loop.add_reader, self._loop.remove_reader)
            except ConnectionResetError:
                return False
        for level, kind, payload in rights:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                whole = len(payload) - len(payload) % 4
                self._descriptors.extend(array.array("i", payload[:whole]))
        self._data += data
        return bool(data)

    async def _until(self, add: Any, remove: Any) -> None:
        """Until the socket can be used in the direction that `add` watches."""
        ready = asyncio.Event()
        add(self._socket, ready.set)
        try:
            await ready.wait()
        finally:
            remove(self._socket)

    def close(self) -> None:
        """Close the socket and what nobody took."""
        self._socket.close()
        while self._descriptors:
            with contextlib.suppress(OSError):
                os.close(self._descriptors.popleft())
