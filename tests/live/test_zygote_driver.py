"""What only forked kernels do: wait ready, outlive their broker, be found again, leave nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from lookin.core.kernels.driver import Kernel, KernelSpec, KernelStartError
from lookin.core.kernels.drivers.choice import DriverRules, make_driver
from lookin.core.kernels.drivers.zygote import ZygoteDriver, ZygoteRules
from lookin.core.kernels.drivers.zygote_process import ZygoteProcess
from lookin.core.kernels.messages import Idle, Output, Replied
from lookin.core.kernels.processes import descendants
from tests.live.broker_process import KERNEL_PYTHON, ROOT, processes_with
from tests.live.kernel_drivers import LIMITS, make

DEADLINE = 40.0
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="forked kernels need Linux"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lk") as name:
        (Path(name) / "w").mkdir()
        yield Path(name)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["zygote", "zygote-fenced"])
async def driver(request: pytest.FixtureRequest) -> AsyncIterator[ZygoteDriver]:
    with tempfile.TemporaryDirectory(prefix="lk") as name:
        place = Path(name)
        (place / "w").mkdir()
        made: ZygoteDriver = await make(request.param, place, stock=1, orphan_seconds=20)
        await made.found()
        yield made
        await made.close()
        assert not (place / "k").exists(), list((place / "k").iterdir())
        assert not processes_with(name)


async def until(condition: Any) -> None:
    async with asyncio.timeout(DEADLINE):
        while not condition():  # noqa: ASYNC110 (other processes send no event)
            await asyncio.sleep(0.01)


async def run(kernel: Kernel, request: str, code: str, reports: Any = None) -> str:
    """The text that the code put out."""
    await kernel.execute(request, code)
    return await finish(kernel, request, reports or kernel.reports())


async def finish(kernel: Kernel, request: str, reports: Any) -> str:
    text, missing = "", {Idle, Replied}
    async with asyncio.timeout(DEADLINE):
        async for heard in reports:
            kernel.acknowledge(heard.number)
            report = heard.report
            if getattr(report, "parent", "") != request:
                continue
            missing.discard(type(report))
            if isinstance(report, Output):
                text += str(report.output.get("text", ""))
            if not missing:
                break
    return text


def zygote_of(driver: Any) -> int:
    forking: ZygoteDriver = getattr(driver, "_python", driver)  # behind the choice of languages
    return forking._generation.zygote.pid if forking._generation is not None else 0


async def test_a_kernel_that_waited_is_given_once_and_works_in_its_own_folder(
    driver: ZygoteDriver, folder: Path
) -> None:
    (folder / "w" / "mine.txt").write_text("mine")
    await until(lambda: driver.status()["stock"] == 1)
    forks = driver.status()["forks"]
    first = await driver.start(KernelSpec(folder / "w"))
    assert driver.status()["forks"] == forks  # no fork was needed
    second = await driver.start(KernelSpec(folder / "w"))
    assert first.pid != second.pid
    for kernel in (first, second):
        assert await run(kernel, "one", "print(open('mine.txt').read())") == "mine\n"
        await kernel.shutdown()


async def test_a_request_sent_twice_runs_once_whichever_comes_first(
    driver: ZygoteDriver, folder: Path
) -> None:
    kernel = await driver.start(KernelSpec(folder / "w"))
    code = "n = globals().get('n', 0) + 1; print(n)"
    reports = kernel.reports()
    await kernel.execute("one", code, again=True)  # a new broker's
    assert await finish(kernel, "one", reports) == "1\n"
    await kernel.execute("one", code)  # the dead broker's, which was late
    assert await run(kernel, "two", "print(n)", reports) == "1\n"
    await kernel.shutdown()


async def test_a_storm_is_answered_one_after_the_other(driver: ZygoteDriver, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    await until(lambda: driver.status()["stock"] == 1)
    began = loop.time()

    async def one() -> tuple[float, Kernel]:
        kernel = await driver.start(KernelSpec(folder / "w"))
        assert await run(kernel, "one", "print(1)") == "1\n"
        return loop.time() - began, kernel

    done = await asyncio.gather(*(one() for _ in range(8)))
    await asyncio.gather(*(kernel.shutdown() for _, kernel in done))
    times = sorted(seconds for seconds, _ in done)
    assert times[0] < times[-1] / 2, "nobody was early"


async def test_a_dead_zygote_is_replaced_and_its_kernels_go_on(
    driver: ZygoteDriver, folder: Path
) -> None:
    kernel = await driver.start(KernelSpec(folder / "w"))
    before = zygote_of(driver)
    os.kill(before, signal.SIGKILL)
    another = await driver.start(KernelSpec(folder / "w"))  # one that waited may still be had
    await until(lambda: zygote_of(driver) not in {0, before})
    for each in (kernel, another):
        assert await run(each, "one", "print(1)") == "1\n"
        await each.shutdown()


async def test_a_zygote_is_replaced_after_its_forks(folder: Path) -> None:
    driver = await make("zygote", folder, stock=1, forks=2)
    kernels = [await driver.start(KernelSpec(folder / "w")) for _ in range(2)]
    before = zygote_of(driver)
    await until(lambda: zygote_of(driver) != before and driver.status()["stock"] == 1)
    for kernel in kernels:
        assert await run(kernel, "one", "print(1)") == "1\n"
        await kernel.shutdown()
    await driver.close()


async def test_changed_packages_bring_a_new_zygote(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lookin.core.kernels.drivers import zygote

    driver = await make("zygote", folder, stock=0)
    first = await driver.start(KernelSpec(folder / "w"))
    before = zygote_of(driver)
    monkeypatch.setattr(zygote, "fingerprint", lambda _: (("changed", 1, ()),))
    monkeypatch.setattr(zygote, "_LOOK_SECONDS", 0.0)
    second = await driver.start(KernelSpec(folder / "w"))
    assert zygote_of(driver) != before
    for kernel in (first, second):
        await kernel.shutdown()
    await driver.close()


async def test_a_kernel_killed_with_its_warden_is_noticed_and_leaves_nothing(
    driver: ZygoteDriver, folder: Path
) -> None:
    kernel: Any = await driver.start(KernelSpec(folder / "w"))
    await kernel.execute("one", "import subprocess; subprocess.Popen(['sleep', '600']); 1")
    await finish(kernel, "one", kernel.reports())
    inside = descendants(kernel._warden.pid)
    assert len(inside) >= 2
    os.kill(kernel._warden.pid, signal.SIGKILL)
    async with asyncio.timeout(DEADLINE):
        async for _ in kernel.reports():
            pass
    assert kernel.exit.reason in {"killed", "out_of_memory"}
    await kernel.shutdown()
    if driver.status()["tier"] == "full":  # without a fence nothing holds on to what it started
        await until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in inside))
    else:
        for pid in inside:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


async def test_what_a_kernel_started_ends_with_it(driver: ZygoteDriver, folder: Path) -> None:
    kernel: Any = await driver.start(KernelSpec(folder / "w"))
    code = "import subprocess\nsubprocess.Popen(['sleep', '600'], start_new_session=True); 1"
    await run(kernel, "one", code)
    inside = descendants(kernel._warden.pid)
    assert len(inside) >= 2
    await kernel.shutdown()
    await until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in inside))


async def test_usage_counts_what_is_nobody_elses(driver: ZygoteDriver, folder: Path) -> None:
    kernel = await driver.start(KernelSpec(folder / "w"))
    before = await kernel.usage()
    assert before is not None
    assert before.processes == 1
    await run(kernel, "one", "held = bytearray(b'x') * 50_000_000")
    after = await kernel.usage()
    assert after is not None
    assert after.memory_bytes - before.memory_bytes > 49_000_000
    assert after.cpu_seconds >= before.cpu_seconds
    await kernel.shutdown()
    assert await kernel.usage() is None


async def test_a_folder_that_is_gone_is_told_at_once(driver: ZygoteDriver, folder: Path) -> None:
    with pytest.raises(KernelStartError) as caught:
        await driver.start(KernelSpec(folder / "nowhere"))
    assert caught.value.code == "folder_gone"


async def test_the_way_out_leads_through_the_proxy_and_nowhere_else(folder: Path) -> None:
    rules = DriverRules("zygote", ZygoteRules(stock=0), LIMITS, "listed", ("example.org",))
    driver = await make_driver(KERNEL_PYTHON, folder / "k", rules, [folder / "w"])
    if driver.status()["tier"] != "full":
        await driver.close()
        pytest.skip(f"skipped: a fence was not found: {driver.status()['reason']}")
    kernel = await driver.start(KernelSpec(folder / "w"))
    code = """
import socket, urllib.request
try:
    urllib.request.urlopen('http://169.254.169.254/', timeout=20)
except Exception as error:
    print(error.code)
try:
    socket.create_connection(('1.1.1.1', 80), timeout=20)
except OSError as error:
    print('no way')
"""
    assert await run(kernel, "one", code) == "403\nno way\n"
    await kernel.shutdown()
    await driver.close()
    assert not (folder / "k").exists()


async def test_a_package_that_kills_its_importer_is_named_and_left_out(folder: Path) -> None:
    (folder / "deadly.py").write_text("import os\nos.kill(os.getpid(), 11)")
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={folder} exec {KERNEL_PYTHON} "$@"\n')
    python.chmod(0o755)
    zygote = await ZygoteProcess.spawn(python, ("json", "deadly", "csv"), folder)
    try:
        assert [entry["module"] for entry in zygote.missing] == ["deadly"]
    finally:
        await zygote.close()


_BROKER = """
import asyncio, sys
from pathlib import Path
from lookin.core.kernels.driver import KernelSpec
from tests.live.kernel_drivers import make

async def main(name, folder):
    driver = await make(name, folder, stock=1, orphan_seconds=float(sys.argv[3]))
    kernel = await driver.start(KernelSpec(folder / "w", {"notebook": "n"}))
    dead = await driver.start(KernelSpec(folder / "w", {"notebook": "d"}))
    reports = kernel.reports()
    await kernel.execute("one", "kept = 1; print('before')")
    async for heard in reports:
        if heard.number and type(heard.report).__name__ == "Idle" and heard.report.parent == "one":
            kernel.acknowledge(heard.number)
            break
    await asyncio.sleep(0.2)  # for the acknowledgement to go
    code = "import time\\nprint('a')\\ntime.sleep(1.5)\\nprint('b')"
    await kernel.execute("two", code)
    await dead.execute("x", "import time, os; time.sleep(0.5); os._exit(3)")
    await kernel.execute("three", "print('c')")
    print(heard.number, flush=True)
    await asyncio.sleep(600)

asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
"""


async def broker_that_dies(name: str, folder: Path, orphan_seconds: float = 30) -> int:
    """Start kernels in another process and kill -9 it; the number that it has heard."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _BROKER, name, str(folder), str(orphan_seconds),
        stdout=asyncio.subprocess.PIPE, cwd=ROOT, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(DEADLINE):
        line = await process.stdout.readline()
    process.kill()
    await process.wait()
    assert line, "the broker ended by itself"
    return int(line)


@pytest.fixture(params=["zygote", "zygote-fenced"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_kernels_of_a_dead_broker_are_found_and_nothing_they_said_is_lost(
    name: str, folder: Path
) -> None:
    await (await make(name, folder)).close()  # skips where there is no fence
    heard = await broker_that_dies(name, folder)
    driver = await make(name, folder)
    await until(lambda: list((folder / "k").glob("*/exit.json")))  # the one that ended meanwhile
    found = {kernel.label["notebook"]: kernel for kernel in await driver.found()}
    assert set(found) == {"n", "d"}
    assert found["d"].exit is not None
    assert found["d"].exit.values == {"status": 3}
    kernel = found["n"]
    resumed = await kernel.resume(heard)
    assert resumed.received >= {"one", "two", "three"}
    reports = kernel.reports()
    await kernel.execute("three", "print('never')", again=True)
    assert await finish(kernel, "two", reports) == "a\nb\n"
    assert await finish(kernel, "three", reports) == "c\n"
    await kernel.execute("four", "print(kept)", again=True)
    assert await finish(kernel, "four", reports) == "1\n"
    for each in found.values():
        await each.shutdown()
    await driver.close()
    assert not (folder / "k").exists()
    await until(lambda: not processes_with(str(folder)))


async def test_kernels_that_nobody_takes_over_end_themselves(name: str, folder: Path) -> None:
    await (await make(name, folder)).close()
    await broker_that_dies(name, folder, orphan_seconds=1)
    await until(
        lambda: not [p for p in (folder / "k").iterdir() if (p / "connection.json").exists()
                     and not (p / "exit.json").exists()]
    )  # fmt: skip
    await until(lambda: not processes_with(str(folder)))
