"""Frames between the broker and its kernels' processes: 4 bytes of length, then JSON.

A frame may carry descriptors (SCM_RIGHTS). Works on a connected unix socket, in asyncio.
"""

from __future__ import annotations

import array
import asyncio
import json
import os
import socket
from collections import deque
from typing import Any

Json = dict[str, Any]
MOST_BYTES = 1 << 20  # of one frame
_READ = 65_536
_MOST_DESCRIPTORS = 4


class FrameLine:
    """Both directions of one socket. What comes waits until `receive` asks for it."""

    def __init__(self, line: socket.socket) -> None:
        """Takes the socket over."""
        self._socket = line
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._out = bytearray()
        self._descriptors: deque[int] = deque()
        self._frames: deque[Json] = deque()
        self._news = asyncio.Event()
        self._ended = False
        line.setblocking(False)
        self._loop.add_reader(line, self._read)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self._ended

    async def receive(self) -> Json | None:
        """The next frame; None at the end of the line, however it came."""
        while not self._frames:
            if self._ended:
                return None
            self._news.clear()
            await self._news.wait()
        return self._frames.popleft()

    def descriptor(self) -> int | None:
        """The oldest descriptor that came and was not fetched; the caller's to close."""
        return self._descriptors.popleft() if self._descriptors else None

    def send(self, frame: Json) -> None:
        """Lost when the other side is gone, as `receive` will tell."""
        if self._ended:
            return
        data = json.dumps(frame).encode()
        self._out += len(data).to_bytes(4, "big") + data
        self._write()

    def close(self) -> None:
        """May be called twice."""
        if self._socket.fileno() < 0:
            return
        self._end()
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._socket.close()
        while self._descriptors:
            os.close(self._descriptors.popleft())

    def _end(self) -> None:
        self._ended = True
        self._news.set()

    def _read(self) -> None:
        space = socket.CMSG_SPACE(_MOST_DESCRIPTORS * array.array("i").itemsize)
        try:
            data, ancillary, _, _ = self._socket.recvmsg(_READ, space, socket.MSG_CMSG_CLOEXEC)
        except BlockingIOError:
            return
        except OSError:
            data, ancillary = b"", []
        for level, kind, payload in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                numbers = array.array("i")
                numbers.frombytes(payload[: len(payload) - len(payload) % numbers.itemsize])
                self._descriptors.extend(numbers)
        self._buffer += data
        if not data or not self._parse():
            self._loop.remove_reader(self._socket)
            self._end()

    def _parse(self) -> bool:
        """False when the other side does not keep to the frames."""
        while len(self._buffer) >= 4:
            length = int.from_bytes(self._buffer[:4], "big")
            if length > MOST_BYTES:
                return False
            if len(self._buffer) < 4 + length:
                return True
            try:
                frame = json.loads(self._buffer[4 : 4 + length])
            except (ValueError, RecursionError):
                return False
            del self._buffer[: 4 + length]
            if not isinstance(frame, dict):
                return False
            self._frames.append(frame)
            self._news.set()
        return True

    def _write(self) -> None:
        try:
            sent = self._socket.send(self._out)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._out.clear()
            self._loop.remove_writer(self._socket)
            return
        del self._out[:sent]
        if self._out:
            self._loop.add_writer(self._socket, self._write)
        else:
            self._loop.remove_writer(self._socket)
