"""Kernels that are exec'd: other kernelspecs' commands, and the fence round them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from lookin.core.kernels.driver import (
    KernelBusyError,
    KernelSpec,
    KernelStartError,
    NotSupportedError,
    Question,
)
from lookin.core.kernels.messages import Asked, Began, Idle, Output, Replied
from tests.live.broker_process import KERNEL_PYTHON, ROOT, processes_with, wait_until
from tests.live.kernel_drivers import make

DEADLINE = 40.0
_ECHO = """
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

class Echo(Kernel):
    implementation = language = banner = "echo"
    implementation_version = language_version = "1"
    language_info = {"name": "echo", "mimetype": "text/plain", "file_extension": ".txt"}

    async def do_execute(self, code, silent, store_history=True, user_expressions=None,
                         allow_stdin=False, **_):
        if code == "ask":
            self._allow_stdin = allow_stdin
            code = self.raw_input("what? ")
        if code == "wait":
            import time
            time.sleep(2)
        self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": code.upper()})
        return {"status": "ok", "execution_count": self.execution_count, "payload": [],
                "user_expressions": {}}

IPKernelApp.launch_instance(kernel_class=Echo)
"""
ECHO = (str(KERNEL_PYTHON), "-c", _ECHO, "-f", "{connection_file}")
_NO_SUBSHELLS = "import ipykernel.kernelbase as k\nk.Kernel._supports_kernel_subshells = False\n"
PLAIN = (str(KERNEL_PYTHON), "-c", _NO_SUBSHELLS + _ECHO, "-f", "{connection_file}")


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lk") as name:
        (Path(name) / "w").mkdir()
        yield Path(name)


@pytest.fixture(params=["subprocess", "subprocess-fenced"])
async def driver(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Any]:
    made = await make(request.param, folder)
    yield made
    await made.close()
    assert not processes_with(str(folder / "k"))


async def asked(kernel: Any) -> Asked:
    """What the running code asks."""
    async with asyncio.timeout(DEADLINE):
        async for heard in kernel.reports():
            if isinstance(heard.report, Asked):
                return heard.report
    raise AssertionError("it is gone")


async def run(kernel: Any, code: str) -> tuple[str, set[int]]:
    """Text, and the numbers of the reports."""
    await kernel.execute("one", code)
    text, kinds, numbers = "", set(), set()
    async with asyncio.timeout(DEADLINE):
        async for heard in kernel.reports():
            kernel.acknowledge(heard.number)
            if getattr(heard.report, "parent", "") != "one":
                continue
            kinds.add(type(heard.report))
            numbers.add(heard.number)
            if isinstance(heard.report, Output):
                text += str(heard.report.output.get("text", heard.report.output))
            if kinds >= {Began, Idle, Replied}:
                break
    return text, numbers


async def test_another_kernelspecs_kernel_works_without_counting(driver: Any, folder: Path) -> None:
    kernel = await driver.start(KernelSpec(folder / "w", argv=ECHO))
    assert await run(kernel, "what is said") == ("WHAT IS SAID", {0})
    await kernel.shutdown()
    assert list((folder / "k").iterdir()) == []


async def test_a_command_that_does_not_exist_is_explained(driver: Any, folder: Path) -> None:
    with pytest.raises(KernelStartError):
        await driver.start(KernelSpec(folder / "w", argv=("no-such-kernel", "{connection_file}")))
    assert list((folder / "k").iterdir()) == []


async def test_a_fenced_kernel_sees_its_own_folder_and_nothing_of_the_server(folder: Path) -> None:
    driver = await make("subprocess-fenced", folder)
    (folder / "w" / "mine.txt").write_text("mine")
    (folder / "other.txt").write_text("another's")
    kernel = await driver.start(KernelSpec(folder / "w"))
    code = f"""
import os
print(open('mine.txt').read(), os.getpid() < 50, len(os.listdir('/proc')) < 90)
for path in ({str(ROOT / "pyproject.toml")!r}, {str(folder / "other.txt")!r}, '/etc/shadow'):
    try:
        print(open(path).read())
    except OSError:
        print('no')
"""
    text, numbers = await run(kernel, code)
    assert text == "mine True True\nno\nno\nno\n"
    assert 0 not in numbers
    await kernel.shutdown()


_BROKER = """
import asyncio, sys
from pathlib import Path
from lookin.core.kernels.driver import KernelSpec
from tests.live.kernel_drivers import make
from tests.live.test_plain_kernels import ECHO

async def main(name, folder):
    driver = await make(name, folder)
    for argv in (None, ECHO):
        await driver.start(KernelSpec(folder / "w", argv=argv))
    print("ready", flush=True)
    await asyncio.sleep(600)

asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
@pytest.mark.parametrize("name", ["subprocess", "subprocess-fenced"])
async def test_plain_kernels_end_with_their_broker(name: str, folder: Path) -> None:
    await (await make(name, folder)).close()
    broker = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _BROKER, name, str(folder), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert broker.stdout is not None
    assert await broker.stdout.readline() == b"ready\n"
    assert processes_with(str(folder / "k"))
    os.kill(broker.pid, signal.SIGKILL)
    await broker.wait()
    await asyncio.to_thread(wait_until, lambda: not processes_with(str(folder / "k")))


async def test_another_kernel_asks_for_a_line(driver: Any, folder: Path) -> None:
    kernel = await driver.start(KernelSpec(folder / "w", argv=ECHO))
    await kernel.execute("one", "ask")
    asking = await asked(kernel)
    assert (asking.parent, asking.prompt) == ("one", "what? ")
    await kernel.answer(asking.request, "this")
    async with asyncio.timeout(DEADLINE):
        async for heard in kernel.reports():
            if isinstance(heard.report, Output):
                assert heard.report.output["text"] == "THIS"
                break
    await kernel.shutdown()


async def test_a_kernel_without_subshells_answers_when_it_is_idle(
    driver: Any, folder: Path
) -> None:
    kernel = await driver.start(KernelSpec(folder / "w", argv=PLAIN))
    question = Question("complete", {"code": "a", "cursor_pos": 1}, 10.0)
    assert (await kernel.ask(question))["status"] == "ok"
    await kernel.execute("one", "wait")
    with pytest.raises(KernelBusyError):
        await kernel.ask(question)
    with pytest.raises(NotSupportedError):
        await kernel.ask(Question("lookin_variables", {}, ours=True))
    await kernel.shutdown()
