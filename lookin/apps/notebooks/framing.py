"""Frames on the stream between web and broker: 4 bytes of length, big-endian, then UTF-8 JSON.

Plain Python: both processes use it, and the broker has no Django.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

TO_BROKER_BYTES = 2 * 1024 * 1024
FROM_BROKER_BYTES = 64 * 1024 * 1024
_HEAD = 4


class FrameTooLargeError(ValueError):
    """The other side announced more than it may send. The stream cannot be read on."""


def pack(text: str) -> bytes:
    """The bytes of one frame."""
    data = text.encode()
    return len(data).to_bytes(_HEAD, "big") + data


def pack_json(value: Any) -> bytes:
    """The bytes of one frame that holds `value`. Escapes non-ASCII, so half characters survive."""
    return pack(json.dumps(value, allow_nan=False, separators=(",", ":")))


async def read_frame(reader: asyncio.StreamReader, most: int) -> bytes | None:
    """The next frame's bytes, or None at the end of the stream.

    Raises FrameTooLargeError for more than `most` bytes.
    """
    try:
        size = int.from_bytes(await reader.readexactly(_HEAD), "big")
        if size > most:
            raise FrameTooLargeError(size)
        return await reader.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def read_json(data: bytes | str) -> Any:
    """The JSON in a frame. Raises ValueError for whatever is wrong with it."""
    try:
        return json.loads(data, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def token_file(socket: Path) -> Path:
    """Where the secret lies whose content is the first frame of every connection to `socket`."""
    return socket.with_name("broker.token")
