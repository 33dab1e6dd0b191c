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
quote = json.encoder.encode_basestring_ascii  # text -> JSON of it
_encode = json.JSONEncoder(separators=(",", ":")).encode  # made once: see `birth`


class FrameError(OSError):
    """The other side does not keep to the protocol."""


def pack(frame: Json) -> bytes:
    """The bytes of one frame."""
    return seal(_encode(frame))


def seal(text: str) -> bytes:
    """The bytes of one frame whose JSON is ready."""
    body = text.encode()
    if len(body) > MOST:
        raise FrameError("a frame of more than 1 MiB")
    return _LENGTH.pack(len(body)) + body


def parse(text: str) -> Json:
    """The object in a frame. Raises FrameError or ValueError."""
    frame = json.loads(text)
    if not isinstance(frame, dict):
        raise FrameError("a frame that is no object")
    return frame


def send(stream: socket.socket, frame: Json | bytes, descriptors: tuple[int, ...] = ()) -> None:
    """Send one frame (bytes: packed), with descriptors by SCM_RIGHTS. Blocks; raises OSError."""
    data = frame if isinstance(frame, bytes) else pack(frame)
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
        self._waiting: list[str] = []  # read, but not given out yet

    def read_texts(self) -> list[str] | None:
        """Read once, and give the JSON of what is whole; None at the end. Raises OSError."""
        piece = self.stream.recv(65_536)
        if not piece:
            return None
        self._buffer += piece
        found: list[str] = []
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > MOST:
                raise FrameError("a frame of more than 1 MiB")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                break
            found.append(self._buffer[_LENGTH.size : end].decode())
            del self._buffer[:end]
        return found

    def read(self) -> list[Json] | None:
        """As read_texts, but objects. Raises OSError or ValueError."""
        texts = self.read_texts()
        return None if texts is None else [parse(text) for text in texts]

    def wait(self) -> Json | None:
        """The next frame, blocking; None at the end. For a side that expects one at a time."""
        while not self._waiting:
            texts = self.read_texts()
            if texts is None:
                return None
            self._waiting += texts
        return parse(self._waiting.pop(0))
