"""What code in a kernel may say in its kernel's name, having its key: none of it may cost much."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from lookin.core.kernels.connection import Connection
from lookin.core.kernels.messages import Began, Replied, read_content
from lookin.core.kernels.wire import Wire


def content(raw: bytes) -> object:
    wire = Wire("key")
    frames = wire.pack("display_data", {})
    frames[-1] = raw
    frames[1] = wire._sign(frames[2:])
    message = wire.unpack(frames)
    assert message is not None
    return message.content


def test_content_of_too_many_parts_is_left_out_unread() -> None:
    assert content(b'{"data":[' + b"[]," * 300_000 + b"1]}") is None
    assert content(b'{"data":[' + b"1," * 2_000_000 + b"1]}") is None
    assert content(b'{"data":[' + b"1.5," * 100_000 + b"1]}") is not None
    assert content(b'{"text":"' + b"x" * 5_000_000 + b'"}') is not None


def test_a_reply_has_a_bounded_number_of_pages() -> None:
    page = {"source": "page", "data": {"text/plain": "x"}}
    report = read_content("lookin_reply", "c.1", {"status": "ok", "payload": [page] * 50_000})
    assert isinstance(report, Replied)
    assert len(report.pages) == 100


@pytest.mark.parametrize("count", [-1, 10**30, 1.5, "1", True])
def test_a_count_that_is_none_is_nobodys(count: object) -> None:
    assert read_content("execute_input", "c.1", {"execution_count": count}) == Began("c.1", None)


async def test_what_is_read_ahead_is_bounded_in_bytes(tmp_path: Path) -> None:
    connection = Connection(tmp_path)
    wire = Wire(connection.info["key"])
    text = {"name": "stdout", "text": "x" * 3_000_000}
    read = 0
    while not connection._reads_ahead():
        read += 1
        connection._take_output(wire.pack("stream", text), 0)
    assert read == 3
    connection._free = True  # a kernel that repeats what it kept
    while not connection._reads_ahead():
        read += 1
        connection._take_output(wire.pack("stream", text), 0)
    assert read <= 20


async def test_an_adopted_kernel_cannot_name_a_million_requests(tmp_path: Path) -> None:
    connection = Connection(tmp_path)
    connection._resumed = asyncio.get_running_loop().create_future()
    wire = Wire(connection.info["key"])
    received = [str(n) for n in range(200_000)]
    forged = {"received": received, "running": None}
    assert len(json.dumps(forged)) > 1_000_000
    connection._take_output(wire.pack("lookin_replayed", forged), 0)
    assert connection._resumed.result().received == frozenset(received[-500:])
