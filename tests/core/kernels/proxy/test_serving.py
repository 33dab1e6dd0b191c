"""The proxy over real sockets on loopback: tunnels, plain requests, limits, and what it refuses."""

from __future__ import annotations

import asyncio
import logging
import threading
from asyncio import StreamReader, StreamWriter

import pytest

from lookin.core.kernels.proxy.reaching import Reach
from tests.core.kernels.proxy.doors import SECONDS, door, find, listening, upstream, wait_until

Pair = tuple[StreamReader, StreamWriter]


async def echo(reader: StreamReader, writer: StreamWriter) -> None:
    """Says everything back, and its own word after the other's end."""
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.write(b"<end>")


def tunnel_to(port: int, host: str = "good.example") -> bytes:
    return f"CONNECT {host}:{port} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


async def opened(pair: Pair) -> None:
    assert b"200" in await pair[0].readuntil(b"\r\n\r\n")


async def test_a_tunnel_carries_megabytes_both_ways_and_each_end_by_itself() -> None:
    data = bytes(range(256)) * 8192
    async with upstream(echo) as port, door(f"good.example:{port}") as kernel:
        reader, writer = await kernel.connect()
        writer.write(tunnel_to(port) + data)  # what follows at once is the tunnel's
        await opened((reader, writer))
        writer.write_eof()
        async with asyncio.timeout(SECONDS):
            assert await reader.read(-1) == data + b"<end>"
        writer.close()


async def test_the_other_side_may_end_first() -> None:
    heard: list[bytes] = []

    async def speak(reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"first")
        writer.write_eof()
        heard.append(await reader.read(-1))

    async with upstream(speak) as port, door(f"good.example:{port}") as kernel:
        reader, writer = await kernel.connect()
        writer.write(tunnel_to(port))
        await opened((reader, writer))
        assert await reader.read(-1) == b"first"
        writer.write(b"second")
        writer.write_eof()
        await wait_until(lambda: heard)
        assert heard == [b"second"]
        writer.close()


async def test_a_plain_request_is_answered_once_and_the_second_goes_nowhere() -> None:
    heads: list[bytes] = []

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: 9\r\n\r\nhi")
        heads.append(await reader.read(-1))

    async with upstream(answer) as port, door(f"good.example:{port}") as kernel:
        request = (
            f"GET http://good.example:{port}/a HTTP/1.1\r\nHost: evil.example\r\n\r\n".encode()
        )
        got = await kernel.ask(request + b"GET http://evil.example/ HTTP/1.1\r\n\r\n")
        await wait_until(lambda: len(heads) == 2)
    assert got.startswith(b"HTTP/1.1 200 OK\r\n")
    assert got.endswith(b"connection: close\r\n\r\nhi")
    assert f"\r\nhost: good.example:{port}\r\n".encode() in heads[0]
    assert heads[1] == b""


async def test_bodies_go_on_with_a_length_and_in_chunks() -> None:
    bodies: list[bytes] = []

    async def take(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        bodies.append(await reader.readuntil(b"."))
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")

    async with upstream(take) as port, door(f"good.example:{port}") as kernel:
        first = f"POST http://good.example:{port}/ HTTP/1.1\r\n".encode()
        got = await kernel.ask(first + b"Content-Length: 4\r\n\r\nabc.")
        assert got.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
        assert got.endswith(b"2\r\nok\r\n0\r\n\r\n")
        chunks = b"3;x=y\r\nabc\r\n1\r\n.\r\n0\r\nTrailer: 1\r\n\r\n"
        got = await kernel.ask(first + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
        assert b"200 OK" in got
    assert bodies == [b"abc.", b"3\r\nabc\r\n1\r\n."]


@pytest.mark.parametrize("chunks", [b"zz\r\n", b"-1\r\n", b"1\r\nab\r\n", b"1 \r\na\r\n", b"1\n"])
async def test_a_body_in_false_chunks_ends_the_request(chunks: bytes) -> None:
    async def wait(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.read(-1)

    async with upstream(wait) as port, door(f"good.example:{port}") as kernel:
        head = f"POST http://good.example:{port}/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        reader, writer = await kernel.connect()
        writer.write(head.encode() + chunks)
        writer.write_eof()
        async with asyncio.timeout(SECONDS):
            assert status(await reader.read(-1)) == 400
        writer.close()


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("evil.example:443", 403),
        ("good.example:22", 403),
        ("inner.example:443", 403),
        ("127.0.0.1:443", 403),
        ("[::1]:443", 403),
        ("169.254.169.254:80", 403),
        ("GOOD.example.evil.example:443", 403),
        ("unknown.example:443", 502),
        ("good.example", 400),
        ("good.example:443:1", 400),
    ],
)
async def test_what_no_rule_allows_is_refused(target: str, code: int) -> None:
    async with door("good.example", "inner.example", "unknown.example") as kernel:
        assert status(await kernel.ask(f"CONNECT {target} HTTP/1.1\r\n\r\n".encode())) == code


async def test_a_name_with_an_inner_address_too_is_reached_only_at_its_public_one() -> None:
    async with upstream(echo) as port, door(f"two.example:{port}") as kernel:
        reader, writer = await kernel.connect()
        writer.write(tunnel_to(port, "two.example"))
        await opened((reader, writer))
        writer.close()


async def test_a_name_is_looked_up_once_and_that_address_connected_to() -> None:
    asked: list[str] = []

    def turncoat(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    reach = Reach(turncoat, lambda address: address == "127.0.0.1")
    async with upstream(echo) as port, door(f"good.example:{port}", reach=reach) as kernel:
        reader, writer = await kernel.connect()
        writer.write(tunnel_to(port))
        await opened((reader, writer))
        writer.close()
        assert asked == ["good.example"]
        assert status(await kernel.ask(tunnel_to(port))) == 403


async def test_a_host_that_takes_no_connection_is_told_so() -> None:
    with listening() as taken:
        port = taken.getsockname()[1]
    async with door(f"closed.example:{port}") as kernel:
        assert status(await kernel.ask(tunnel_to(port, "closed.example"))) == 502


async def test_a_name_server_that_never_answers_costs_only_its_own_kernel() -> None:
    stuck = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        if host == "slow.example":
            stuck.wait(SECONDS)
        return find(host, port)

    reach = Reach(slow, lambda address: address == "127.0.0.1", seconds=0.2)
    async with (
        upstream(echo) as port,
        door("slow.example", f"good.example:{port}", reach=reach) as kernel,
    ):
        asks = [kernel.ask(tunnel_to(443, "slow.example")) for _ in range(8)]
        assert {status(answer) for answer in await asyncio.gather(*asks)} == {504}
        other = listening()
        other_port = other.getsockname()[1]
        await kernel.proxy.serve("other", other)
        reader, writer = await asyncio.open_connection("127.0.0.1", other_port)
        writer.write(tunnel_to(port))
        await opened((reader, writer))
        writer.close()
        stuck.set()


async def test_a_slow_or_endless_head_is_given_up() -> None:
    async with door("good.example", head_seconds=0.2) as kernel:
        assert status(await kernel.ask(b"GET http://good.example/ HTTP/1.1\r\nA: ")) == 408
        assert status(await kernel.ask(b"GET http://good.example/" + b"x" * 300_000)) == 431
        padded = b"CONNECT good.example:443 HTTP/1.1\r\nA: " + b"x" * 17_000 + b"\r\n\r\n"
        assert status(await kernel.ask(padded)) == 431


async def test_one_kernel_cannot_take_the_connections_of_another() -> None:
    async with upstream(echo) as port, door(f"good.example:{port}", connections=2) as kernel:
        held = [await kernel.connect() for _ in range(2)]
        for pair in held:
            pair[1].write(tunnel_to(port))
            await opened(pair)
        assert status(await kernel.ask(tunnel_to(port))) == 503
        other = listening()
        other_port = other.getsockname()[1]
        await kernel.proxy.serve("other", other)
        reader, writer = await asyncio.open_connection("127.0.0.1", other_port)
        writer.write(tunnel_to(port))
        await opened((reader, writer))
        await kernel.proxy.drop("k")
        assert await held[0][0].read(-1) == b""  # the dropped kernel's tunnels are closed
        with pytest.raises(OSError, match=r".+"):
            await kernel.connect()
        writer.write(b"still here")
        assert await reader.readexactly(10) == b"still here"
        for pair in (*held, (reader, writer)):
            pair[1].close()


async def test_a_tunnel_in_which_nothing_moves_is_closed() -> None:
    async with upstream(echo) as port, door(f"good.example:{port}", idle_seconds=0.2) as kernel:
        reader, writer = await kernel.connect()
        writer.write(tunnel_to(port))
        await opened((reader, writer))
        async with asyncio.timeout(SECONDS):
            assert await reader.read(-1) == b""
        writer.close()


async def test_a_server_that_never_answers_or_answers_nonsense_is_told() -> None:
    async def mute(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.read(-1)

    async def nonsense(reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"SSH-2.0-nonsense\r\n\r\n")

    for handler, code in ((mute, 504), (nonsense, 502)):
        async with (
            upstream(handler) as port,
            door(f"good.example:{port}", idle_seconds=0.3) as kernel,
        ):
            request = f"GET http://good.example:{port}/ HTTP/1.1\r\n\r\n".encode()
            assert status(await kernel.ask(request)) == code


async def test_the_log_names_refused_hosts_once_and_never_a_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "lookin.proxy"):
        async with door("good.example") as kernel:
            for _ in range(5):
                await kernel.ask(b"GET http://evil.example/secret?token=1 HTTP/1.1\r\n\r\n")
    assert caplog.messages == ["refused kernel=k host=evil.example:80 rule=host"]


async def test_a_client_that_speaks_no_http_gets_a_plain_answer() -> None:
    async with door("good.example") as kernel:
        answer = await kernel.ask(b"\x05\x01\x00\r\n\r\n")
    assert status(answer) == 400
    assert answer.endswith("써 주세요.\n".encode())
