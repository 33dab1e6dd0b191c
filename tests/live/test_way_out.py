"""The way out of a fenced kernel: real kernels, the real proxy process, no outside network."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from lookin.core.kernels.driver import Driver, Kernel, KernelSpec
from lookin.core.kernels.drivers.choice import DriverRules, make_driver
from lookin.core.kernels.drivers.zygote import ZygoteRules
from lookin.core.kernels.messages import Output, Replied
from tests.core.kernels.proxy.doors import listening
from tests.live.broker_process import KERNEL_PYTHON, ROOT
from tests.live.kernel_drivers import LIMITS

ASK = """
import urllib.request
try:
    urllib.request.urlopen({url!r}, timeout=20)
except Exception as error:
    print(getattr(error, "reason", error))
"""
DIRECT = """
import socket
try:
    socket.create_connection({address!r}, timeout=5)
    print("reached")
except OSError as error:
    print("no way")
"""

START = """
import asyncio, sys
from pathlib import Path
from lookin.core.kernels.driver import KernelSpec
from tests.live.test_way_out import make

async def main(folder):
    driver = await make(folder)
    await driver.start(KernelSpec(folder / "w"))
    print("started", flush=True)
    await asyncio.sleep(60)

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lw") as name:
        (Path(name) / "w").mkdir()
        yield Path(name)


async def make(folder: Path, mode: str = "listed") -> Driver:
    rules = DriverRules("zygote", ZygoteRules(stock=0, imports=()), LIMITS, mode, ("good.example",))
    driver = await make_driver(KERNEL_PYTHON, folder / "k", rules, [folder / "w"])
    if driver.status()["tier"] != "full":
        await driver.close()
        pytest.skip(f"skipped: a fence was not found: {driver.status()['reason']}")
    return driver


@pytest.fixture
async def driver(folder: Path) -> AsyncIterator[Driver]:
    made = await make(folder)
    yield made
    await made.close()


async def run(kernel: Kernel, code: str) -> str:
    """What the code printed."""
    request, printed = secrets.token_hex(4), ""
    await kernel.execute(request, code)
    async with asyncio.timeout(60):
        async for heard in kernel.reports():
            kernel.acknowledge(heard.number)
            report = heard.report
            if isinstance(report, Output) and report.parent == request:
                printed += report.output.get("text", "")
            if isinstance(report, Replied) and report.parent == request:
                return printed
    raise AssertionError("the kernel ended")


async def test_a_kernel_is_told_which_host_is_not_on_the_list(driver: Driver, folder: Path) -> None:
    kernel = await driver.start(KernelSpec(folder / "w"))
    said = await run(kernel, ASK.format(url="https://evil.example/secret"))
    assert "403 evil.example is not on the list" in said
    said = await run(kernel, ASK.format(url="http://evil.example/secret"))
    assert "evil.example is not on the list" in said
    said = await run(kernel, ASK.format(url="https://good.example:22/"))
    assert "Port 22 of good.example is not allowed" in said
    await kernel.shutdown()


@pytest.mark.parametrize("mode", ["listed", "public"])
async def test_neither_mode_reaches_a_service_of_this_machine(folder: Path, mode: str) -> None:
    made = await make(folder, mode)
    try:
        kernel = await made.start(KernelSpec(folder / "w"))
        with listening() as service:
            address = service.getsockname()
            for host in (f"127.0.0.1:{address[1]}", "127.0.0.1", "169.254.169.254", "[::1]"):
                said = await run(kernel, ASK.format(url=f"http://{host}/"))
                assert "not " in said, said
            assert await run(kernel, DIRECT.format(address=address)) == "no way\n"
            service.setblocking(False)
            with pytest.raises(BlockingIOError):
                service.accept()
        await kernel.shutdown()
    finally:
        await made.close()


async def test_the_way_out_comes_back_after_the_proxy_died(driver: Driver, folder: Path) -> None:
    kernel = await driver.start(KernelSpec(folder / "w"))
    url = ASK.format(url="https://evil.example/")
    assert "not on the list" in await run(kernel, url)
    proxies = [pid for pid in _children() if "kernels.proxy" in _command(pid)]
    assert len(proxies) == 1
    os.kill(proxies[0], signal.SIGKILL)
    async with asyncio.timeout(30):
        while "not on the list" not in await run(kernel, url):
            pass
    await kernel.shutdown()


async def test_a_kernel_that_a_new_driver_finds_has_its_way_out(folder: Path) -> None:
    await (await make(folder)).close()  # skips where there is no fence
    await asyncio.to_thread(_start_and_die, folder)
    second = await make(folder)
    try:
        (kernel,) = await second.found()
        await kernel.resume(0)
        assert "not on the list" in await run(kernel, ASK.format(url="https://evil.example/"))
        await kernel.shutdown()
    finally:
        await second.close()


def _start_and_die(folder: Path) -> None:
    """Start a kernel from another process, and kill that."""
    command = [sys.executable, "-c", START, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as broker:
        assert broker.stdout is not None
        try:
            assert broker.stdout.readline() == "started\n"
        finally:
            broker.kill()


def _children() -> list[int]:
    found = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in found]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
