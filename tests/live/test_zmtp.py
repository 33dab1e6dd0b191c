"""Our own ZMTP against libzmq's, and against nobody who keeps to anything."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zmq

from lookin.core.kernels.zmtp import Line

DEADLINE = 20.0


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lk") as folder:
        yield Path(folder) / "s"


class Taken:
    """What a line has given."""

    def __init__(self, kind: bytes, limit: int = 1_000_000) -> None:
        self.messages: list[tuple[list[bytes], int]] = []
        self.news = asyncio.Event()
        self.line = Line(kind, limit, self.take)

    def take(self, frames: list[bytes], left_out: int) -> None:
        self.messages.append((frames, left_out))
        self.news.set()

    async def first(self, count: int) -> list[tuple[list[bytes], int]]:
        async with asyncio.timeout(DEADLINE):
            while len(self.messages) < count:
                self.news.clear()
                await self.news.wait()
        return self.messages[:count]


@contextmanager
def listening(place: Path, kind: int) -> Iterator[zmq.Socket[bytes]]:
    """A socket of libzmq's at `place`."""
    with zmq.Context() as context, context.socket(kind) as socket_:
        socket_.linger = 0
        socket_.setsockopt(zmq.RCVTIMEO, int(DEADLINE * 1000))
        socket_.bind(f"ipc://{place}")
        yield socket_


async def test_a_subscriber_hears_everything_in_order_and_may_answer(place: Path) -> None:
    with listening(place, zmq.XPUB) as publisher:
        taken = Taken(b"XSUB")
        await taken.line.connect(place)
        taken.line.send([b"\x01"])
        taken.line.send([b"R0"])
        heard = [await asyncio.to_thread(publisher.recv) for _ in range(2)]
        assert heard == [b"\x01", b"R0"]
        for number in range(500):
            publisher.send_multipart([b"topic", str(number).encode(), b"x" * number])
        messages = await taken.first(500)
        assert [int(frames[1]) for frames, _ in messages] == list(range(500))
        assert messages[499][0][2] == b"x" * 499
        taken.line.close()
        await taken.line.closed.wait()


async def test_a_message_that_is_too_large_is_counted_and_not_kept(place: Path) -> None:
    with listening(place, zmq.ROUTER) as router:
        taken = Taken(b"DEALER", limit=1_000)
        await taken.line.connect(place)
        taken.line.send([b"hello", b"y" * 300])
        who, *frames = await asyncio.to_thread(router.recv_multipart)
        assert frames == [b"hello", b"y" * 300]
        router.send_multipart([who, b"head", b"z" * 5_000_000, b"tail"])
        router.send_multipart([who, b"after"])
        assert await taken.first(2) == [([b"head", b"", b"tail"], 5_000_000), ([b"after"], 0)]
        taken.line.close()
        await taken.line.closed.wait()


async def test_a_paused_line_takes_nothing_until_it_may(place: Path) -> None:
    with listening(place, zmq.ROUTER) as router:
        taken = Taken(b"DEALER")
        await taken.line.connect(place)
        taken.line.send([b"hello"])
        who, _ = await asyncio.to_thread(router.recv_multipart)
        router.send_multipart([who, b"one"])
        await taken.first(1)
        taken.line.pause()
        router.send_multipart([who, b"two"])
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(taken.messages) == 1
        taken.line.resume()
        assert (await taken.first(2))[1] == ([b"two"], 0)
        taken.line.close()
        await taken.line.closed.wait()


@pytest.mark.parametrize("rubbish", [b"GET / HTTP/1.1\r\n" * 40, bytes(200), b"\xff" * 64])
async def test_somebody_who_speaks_otherwise_is_left(place: Path, rubbish: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(place))
        door.listen()
        taken = Taken(b"XSUB")
        await taken.line.connect(place)
        other, _ = await asyncio.to_thread(door.accept)
        with other:
            other.sendall(rubbish)
            other.shutdown(socket.SHUT_WR)
            async with asyncio.timeout(DEADLINE):
                await taken.line.closed.wait()
        assert taken.messages == []


async def _speak_zmtp(place: Path, taken: Taken, said: bytes) -> tuple[socket.socket, int]:
    """A peer that greets properly, then sends `said`, as far as it is taken."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(place))
        door.listen()
        await taken.line.connect(place)
        other, _ = await asyncio.to_thread(door.accept)
    other.sendall(b"\xff" + bytes(8) + b"\x7f\x03" + bytes(53))
    other.setblocking(False)
    return other, other.send(said)


async def test_a_flood_of_empty_frames_leaves_others_their_turn(place: Path) -> None:
    taken = Taken(b"XSUB")
    other, sent = await _speak_zmtp(place, taken, b"\0\0" * 60_000)
    with other:
        turns = 0
        async with asyncio.timeout(DEADLINE):
            while len(taken.messages) < sent // 2:
                turns += 1
                await asyncio.sleep(0)
        assert turns > 10, "all of it was read in a few turns of the loop"
        taken.line.close()
        await taken.line.closed.wait()


async def test_who_never_reads_is_left_before_much_waits_for_them(place: Path) -> None:
    taken = Taken(b"XSUB")
    other, _ = await _speak_zmtp(place, taken, b"\x04\x06\x05READY")
    with other:
        async with asyncio.timeout(DEADLINE):
            while not taken.line.closed.is_set():
                taken.line.send([b"R1" * 500_000])
                await asyncio.sleep(0)
