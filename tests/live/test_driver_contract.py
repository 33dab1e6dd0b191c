"""What every driver of kernels keeps to: the real ones, and the scripted one of the room tests."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio

from lookin.core.kernels.driver import Driver, Kernel, KernelSpec, KernelStartError, Question
from lookin.core.kernels.drivers.subprocess import SubprocessDriver
from lookin.core.kernels.messages import Asked, Began, Idle, Output, Replied, Report
from tests.live.broker_process import KERNEL_PYTHON
from tests.live.kernel_drivers import DRIVERS, make
from tests.live.scripted_kernel import ScriptedDriver

DEADLINE = 30.0
T = TypeVar("T")
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lk") as name:
        (Path(name) / "w").mkdir()
        yield Path(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["scripted", *DRIVERS])
async def driver(request: pytest.FixtureRequest) -> AsyncIterator[Driver]:
    """Each of them, and what it leaves behind when it is closed: nothing."""
    if request.param == "scripted":
        yield ScriptedDriver()
        return
    with tempfile.TemporaryDirectory(prefix="lk") as name:
        place = Path(name)
        (place / "w").mkdir()
        made = await make(request.param, place)
        yield made
        await made.close()
        assert not (place / "k").exists() or not list((place / "k").iterdir())


@pytest_asyncio.fixture(loop_scope="module")
async def kernel(driver: Driver, folder: Path) -> AsyncIterator[Kernel]:
    started = await driver.start(KernelSpec(folder / "w"))
    yield started
    await started.shutdown()


class Listener:
    """One reader for the whole test."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self._reports = kernel.reports()

    async def run(self, request: str, code: str) -> list[Report]:
        """Ask, and gather what belongs to it until both ends have come."""
        await self.kernel.execute(request, code)
        return await self.finish(request)

    async def finish(self, request: str) -> list[Report]:
        found: list[Report] = []
        async with asyncio.timeout(DEADLINE):
            async for heard in self._reports:
                report = heard.report
                if getattr(report, "parent", "") == request:
                    found.append(report)
                kinds = {type(r) for r in found}
                if {Idle, Replied} <= kinds:
                    break
        return found

    async def next_of(self, kind: type[T]) -> T:
        """The next report of a kind."""
        async with asyncio.timeout(DEADLINE):
            async for heard in self._reports:
                if isinstance(heard.report, kind):
                    return heard.report
        raise AssertionError("the kernel is gone")


def text_of(reports: list[Report]) -> str:
    return "".join(r.output.get("text", "") for r in reports if isinstance(r, Output))


def state_of(reports: list[Report]) -> str:
    return next(r.state for r in reports if isinstance(r, Replied))


async def test_the_very_first_output_is_not_lost(kernel: Kernel) -> None:
    reports = await Listener(kernel).run("one", "print('first')")
    assert isinstance(reports[0], Began)
    assert reports[0].execution_count == 1
    assert text_of(reports) == "first\n"
    assert state_of(reports) == "done"


async def test_variables_stay_and_errors_are_told(kernel: Kernel) -> None:
    listener = Listener(kernel)
    await listener.run("one", "x = 'kept'")
    assert text_of(await listener.run("two", "print(x)")) == "kept\n"
    failed = await listener.run("three", "1/0")
    assert state_of(failed) == "failed"
    errors = [r.output for r in failed if isinstance(r, Output)]
    assert errors[-1]["ename"] == "ZeroDivisionError"


async def test_an_interrupt_ends_the_code_and_keeps_the_kernel(kernel: Kernel) -> None:
    listener = Listener(kernel)
    await kernel.execute("one", "while True: pass")
    async with asyncio.timeout(DEADLINE):
        async for heard in listener._reports:
            if isinstance(heard.report, Began):
                break
    await asyncio.sleep(0)
    ending = asyncio.create_task(listener.finish("one"))
    while not ending.done():  # an interrupt may come before the code has begun
        await kernel.interrupt()
        await asyncio.wait({ending}, timeout=0.5)
    assert state_of(ending.result()) == "interrupted"
    assert state_of(await listener.run("two", "x = 'y'")) == "done"


async def test_a_line_is_asked_for_and_given(kernel: Kernel) -> None:
    listener = Listener(kernel)
    await kernel.execute("one", "name = input('Who? ')\nprint(name)")
    asked = await listener.next_of(Asked)
    assert (asked.parent, asked.prompt, asked.password) == ("one", "Who? ", False)
    await kernel.answer("another question", "nobody")
    await kernel.answer(asked.request, "Ada")
    assert text_of(await listener.finish("one")) == "Ada\n"


async def test_an_interrupt_ends_the_waiting_for_a_line(kernel: Kernel) -> None:
    listener = Listener(kernel)
    await kernel.execute("one", "name = input('Who? ')")
    await listener.next_of(Asked)
    await kernel.interrupt()
    assert state_of(await listener.finish("one")) == "interrupted"


async def test_an_idle_kernel_completes(kernel: Kernel) -> None:
    await Listener(kernel).run("one", "unusual = 'y'")
    reply = await kernel.ask(Question("complete", {"code": "unus", "cursor_pos": 4}, 20.0))
    assert "unusual" in reply["matches"]


async def test_an_interrupt_of_an_idle_kernel_harms_nothing(kernel: Kernel) -> None:
    await kernel.interrupt()
    assert state_of(await Listener(kernel).run("one", "x = 'y'")) == "done"


async def test_the_end_of_a_kernel_ends_its_reports_and_is_explained(kernel: Kernel) -> None:
    await kernel.execute("one", "import os; os._exit(3)")
    async with asyncio.timeout(DEADLINE):
        async for _ in kernel.reports():
            pass
    assert kernel.exit is not None
    assert kernel.exit.reason == "exited"
    assert "3" in kernel.exit.message


async def test_shutdown_may_come_twice_and_ends_the_reports(kernel: Kernel) -> None:
    await kernel.shutdown()
    await kernel.shutdown()
    async with asyncio.timeout(DEADLINE):
        async for _ in kernel.reports():
            pass
    assert kernel.exit is not None


async def test_a_kernel_that_cannot_start_says_so(driver: Driver, folder: Path) -> None:
    with pytest.raises(KernelStartError):
        await driver.start(KernelSpec(folder / "no such folder"))


async def test_a_python_without_ipykernel_is_explained_and_leaves_nothing(folder: Path) -> None:
    import sys

    bare = folder / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    bare.chmod(0o755)
    driver = SubprocessDriver(bare, folder / "k")
    with pytest.raises(KernelStartError) as caught:
        await driver.start(KernelSpec(folder / "w"))
    assert "No module named" in caught.value.sentence()
    assert not list((folder / "k").iterdir())


async def test_a_kernel_leaves_no_folder_and_no_process(folder: Path) -> None:
    from tests.live.broker_process import processes_with

    driver = SubprocessDriver(KERNEL_PYTHON, folder / "k")
    kernel = await driver.start(KernelSpec(folder / "w"))
    (private,) = (folder / "k").iterdir()
    assert private.stat().st_mode & 0o777 == 0o700
    assert all(path.is_socket() for path in private.glob("s-*"))
    assert processes_with(str(private))
    await kernel.shutdown()
    assert not list((folder / "k").iterdir())
    assert not processes_with(str(private))
