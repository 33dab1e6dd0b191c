"""What goes between driver, zygote, warden and kernel: JSON objects with their length before them.

4 bytes, big-endian, then UTF-8 JSON of at most 1 MiB. Descriptors ride on the first byte.
"""

from __future__ import annotations

import array
import json
import socket
import struct
from typing import Any

Json = dict[str, Any]
MOST = 1 << 20
_LENGTH = struct.Struct(">I")
_encode = json.JSONEncoder(separators=(",", ":")).encode  # made once: see `birth`


class FrameError(OSError):
    """The other side does not keep to the protocol."""


def pack(frame: Json) -> bytes:
    """The bytes of one frame."""
    body = _encode(frame).encode()
    if len(body) > MOST:
        raise FrameError("a frame of more than 1 MiB")
    return _LENGTH.pack(len(body)) + body


def send(stream: socket.socket, frame: Json, descriptors: tuple[int, ...] = ()) -> None:
    """Send one frame, with descriptors by SCM_RIGHTS. Blocks; raises OSError."""
    data = pack(frame)
    if descriptors:
        rights = array.array("i", descriptors)
        sent = stream.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
        data = data[sent:]
    stream.sendall(data)


class Frames:
    """Takes frames out of a stream, however it is cut."""

    def __init__(self, stream: socket.socket) -> None:
        self.stream = stream
        self._buffer = bytearray()

    def read(self) -> list[Json] | None:
        """Read once, and give what is whole; None at the end of the stream. Raises OSError."""
        piece = self.stream.recv(65_536)
        if not piece:
            return None
        self._buffer += piece
        found: list[Json] = []
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > MOST:
                raise FrameError("a frame of more than 1 MiB")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                break
            frame = json.loads(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            if not isinstance(frame, dict):
                raise FrameError("a frame that is no object")
            found.append(frame)
        return found

    def wait(self) -> Json | None:
        """The next frame, blocking; None at the end. For a side that expects one at a time."""
        while True:
            frames = self.read()
            if frames is None or frames:
                return frames[0] if frames else None
