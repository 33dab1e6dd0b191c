"""The proxy's process: as its driver starts it, hands it listeners, and loses it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from lookin.core.kernels.proxy.process import ProxyProcess, ProxyRules, check_rule
from tests.core.kernels.proxy.doors import SECONDS, listening, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="descriptors, /proc")
PUBLIC = ProxyRules("public", ("inner.example:9000",))


@asynccontextmanager
async def running(rules: ProxyRules = PUBLIC) -> AsyncIterator[ProxyProcess]:
    proxy = ProxyProcess(rules)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.close()
        assert proxy.pid is None


async def ask(port: int, target: str) -> str:
    """The first line that the proxy answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(SECONDS):
        writer.write(f"CONNECT {target} HTTP/1.1\r\n\r\n".encode())
        answer = await reader.read(-1)
    writer.close()
    return answer.decode().partition("\r\n")[0]


async def test_no_rule_lets_a_kernel_reach_this_machine() -> None:
    with listening() as service, listening() as listener:
        async with running() as proxy:
            await proxy.serve("k", listener.fileno())
            own = listener.getsockname()[1]
            port = service.getsockname()[1]
            targets = ["127.0.0.1:80", "[::1]:443", "localhost:80", "[::ffff:127.0.0.1]:80"]
            for target in (*targets, "0.0.0.0:80", "169.254.169.254:80"):
                assert "not an address on the public Internet" in await ask(own, target)
            assert "Port" in await ask(own, f"127.0.0.1:{port}")
        service.setblocking(False)
        with pytest.raises(BlockingIOError):
            service.accept()


async def test_a_proxy_that_dies_comes_back_with_all_its_listeners() -> None:
    with listening() as listener:
        async with running() as proxy:
            await proxy.serve("k", listener.fileno())
            port = listener.getsockname()[1]
            first = proxy.pid
            assert first is not None
            os.kill(first, signal.SIGKILL)
            await wait_until(lambda: proxy.pid not in (None, first))
            assert "public Internet" in await ask(port, "127.0.0.1:80")


async def test_a_dropped_kernel_is_not_served_any_more() -> None:
    listener = listening()
    port = listener.getsockname()[1]
    async with running() as proxy:
        await proxy.serve("k", listener.fileno())
        listener.close()
        assert "public Internet" in await ask(port, "127.0.0.1:80")
        await proxy.drop("k")
        await proxy.drop("unknown")
        with pytest.raises(ConnectionRefusedError):
            await ask(port, "127.0.0.1:80")


async def test_a_socket_that_does_not_listen_is_refused() -> None:
    with socket.socket() as idle:
        async with running() as proxy:
            with pytest.raises(OSError, match="does not listen"):
                await proxy.serve("k", idle.fileno())


async def test_it_has_no_powers_no_secrets_and_few_descriptors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden")
    async with running() as proxy:
        process = Path(f"/proc/{proxy.pid}")
        fields = dict(
            line.split(":\t", 1) for line in (process / "status").read_text().splitlines()
        )
        assert int(fields["CapEff"], 16) == 0
        assert fields["NoNewPrivs"] == "1"
        assert "0" not in fields["Uid"].split()
        if os.geteuid() == 0:  # others may not look
            assert b"SECRET_KEY" not in (process / "environ").read_bytes()
            assert len(list((process / "fd").iterdir())) < 12


async def test_it_ends_when_its_driver_is_gone() -> None:
    proxy = ProxyProcess(PUBLIC)
    await proxy.start()
    pid = proxy.pid
    await proxy.close()
    await proxy.close()
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_rule_that_cannot_be_is_found_before_the_start() -> None:
    check_rule("*.files.example:8443")
    with pytest.raises(ValueError, match="without http"):
        check_rule("http://files.example")
    with pytest.raises(ValueError, match="listed nor public"):
        ProxyRules("open")
