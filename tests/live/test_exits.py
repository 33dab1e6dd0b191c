"""Every way a kernel ends, or does not begin, as the page hears it: in one sentence."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from lookin.core.kernels.processes import descendants
from tests.live import broker_process
from tests.live.broker_process import BrokerProcess, Client, ask_once
from tests.live.chaos import name

WORDS = Path(__file__).parents[2] / "web/src/notebook/serverwords.ts"
BARE = f"{sys.base_prefix}/bin/python3"  # without ipykernel
SELF = "import os, signal\n"
ENDS = {
    "exit()": "exited",
    "import os; os._exit(3)": "exited",
    "import os, threading; threading.Thread(target=os._exit, args=(4,)).start()\n"
    "import time; time.sleep(60)": "exited",
    f"{SELF}os.kill(os.getpid(), signal.SIGKILL)": "killed",
    f"{SELF}os.kill(os.getpid(), signal.SIGTERM)": "killed",
    f"{SELF}os.kill(os.getpid(), signal.SIGRTMIN + 1)": "killed",
    "import ctypes; ctypes.string_at(0)": "crashed_memory",
    "import os; os.abort()": "crashed_abort",
    f"{SELF}os.kill(os.getpid(), signal.SIGFPE)": "crashed_arithmetic",
    f"{SELF}os.kill(os.getpid(), signal.SIGILL)": "crashed_instruction",
    f"{SELF}os.kill(os.getpid(), signal.SIGSYS)": "crashed_forbidden",
    f"{SELF}signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
    "os.kill(os.getpid(), signal.SIGXFSZ)": "file_too_large",
    f"{SELF}os.kill(os.getpid(), signal.SIGXCPU)": "processor_time",
}
LIVES = {
    "import sys; sys.exit(3)": "failed",
    "import sys, threading; threading.Thread(target=sys.exit, args=(3,)).start()": "done",
    "held = bytearray(10**13)": "failed",
    "raise SystemExit": "failed",
    "raise KeyboardInterrupt": "interrupted",
}
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forked kernels need Linux")


@pytest.fixture(scope="module")
def shared() -> Iterator[BrokerProcess]:
    """One broker for all that leaves it whole."""
    process = BrokerProcess(kernels={"stock": 2})
    try:
        process.start()
        yield process
    finally:
        process.close()


@pytest.fixture
async def client(shared: BrokerProcess) -> AsyncIterator[Client]:
    path = shared.notebook("", "print('never')")
    async with Client(shared.socket, shared.address(path)) as made:
        await made.until(lambda: made.document)
        yield made


def told_well(client: Client, reason: str) -> None:
    """Nothing runs any more, and one sentence says why and what to do, in both languages."""
    assert client.kernel["reason"] == reason, client.kernel
    message = client.kernel["message"]
    assert "Traceback" not in message
    assert "{" not in message
    assert any(step in message.lower() for step in ("run", "tell", "open")), message
    assert f"  {reason}:" in WORDS.read_text(), "no Korean for this"
    assert not {client.state("c0"), client.state("c1")} & {"queued", "running"}


async def type_and_run(client: Client, code: str) -> None:
    assert client.document is not None
    cell = client.document.cells["c0"]
    old = [len(cell.source)] if cell.source else []
    edit = {"client": "a", "changes": [*old, [0, *code.split("\n")]]}
    answer = await client.ask(op="edit", cell="c0", version=cell.version, updates=[edit])
    assert answer["t"] == "accepted", answer
    await client.ask(op="run", cell="c0")


@pytest.mark.parametrize("code", ENDS, ids=range(len(ENDS)))
async def test_an_end_is_explained(client: Client, code: str) -> None:
    await type_and_run(client, code)
    await client.ask(op="run", cell="c1")
    await client.until(lambda: client.kernel.get("state") == "dead")
    told_well(client, ENDS[code])
    if ENDS[code] == "exited":
        assert str(client.kernel["values"]["status"]) in client.kernel["message"]
    assert client.state("c0") in {"done", "lost"}  # exit() answers before it goes
    await client.until(lambda: client.state("c1") not in {"queued", "running"})


@pytest.mark.parametrize("code", LIVES, ids=range(len(LIVES)))
async def test_what_does_not_end_a_kernel(client: Client, code: str) -> None:
    await type_and_run(client, code)
    await client.until(lambda: client.state("c0") not in {"queued", "running"})
    assert client.state("c0") == LIVES[code]
    await client.until(lambda: client.kernel.get("state") == "idle")


async def test_restart_and_let_go_end_what_runs(shared: BrokerProcess, client: Client) -> None:
    await type_and_run(client, "import time; time.sleep(600)")
    await client.until(lambda: client.state("c0") == "running")
    await client.ask(op="restart")
    await client.until(lambda: client.kernel["state"] == "idle")
    assert client.state("c0") == "interrupted"
    await client.ask(op="run", cell="c0")
    await client.until(lambda: client.state("c0") == "running")
    person = {"op": "let_go", "person": client.address["person"]}
    assert await ask_once(shared.socket, person) == {"ended": 1}
    await client.until(lambda: client.kernel["state"] == "dead")
    told_well(client, "let_go")


async def test_a_zygote_that_dies_before_the_claim_is_replaced(
    shared: BrokerProcess, client: Client
) -> None:
    assert shared.process is not None
    for pid in descendants(shared.process.pid):
        if name(pid) == "lookin-zygote":
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert await client.run("c1") == "done"


async def failed_start(broker: BrokerProcess, reason: str) -> Client:
    """The page of a notebook whose kernel cannot start."""
    client = Client(broker.socket, broker.address(broker.notebook("x = 1", "y = 1")))
    async with client:
        await client.until(lambda: client.document)
        for cell in ("c0", "c1"):
            await client.ask(op="run", cell=cell)
        await client.until(lambda: client.kernel.get("state") == "dead")
        told_well(client, reason)
        assert (client.state("c0"), client.state("c1")) == ("interrupted", "interrupted")
    return client


@pytest.mark.parametrize("python", ["/nowhere/python", "/bin/false", "/bin/true", BARE])
async def test_a_python_without_kernels_is_told(
    python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_process, "KERNEL_PYTHON", Path(python))
    broker = BrokerProcess()
    try:
        broker.start()
        await failed_start(broker, "zygote_lost")
    finally:
        broker.close()


async def test_a_runtime_folder_that_takes_nothing_is_told(shared: BrokerProcess) -> None:
    kernels = shared.runtime / "kernels"
    moved = shared.runtime / "away"
    kernels.rename(moved)
    kernels.touch()  # no folder any more: as a full or read-only disk, also for root
    try:
        await failed_start(shared, "not_started")
    finally:
        kernels.unlink()
        moved.rename(kernels)


async def test_a_broker_without_descriptors_says_so_and_recovers(shared: BrokerProcess) -> None:
    assert shared.process is not None
    pid = shared.process.pid
    client = Client(shared.socket, shared.address(shared.notebook("x = 1")))
    async with client:
        await client.until(lambda: client.document)
        used = len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208
        before = resource.prlimit(
            pid, resource.RLIMIT_NOFILE, (used, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        )
        try:
            for _ in range(3):  # the stock may serve some
                await client.ask(op="restart" if client.kernel["state"] == "idle" else "run",
                                 cell="c0")  # fmt: skip
                await client.until(lambda: client.kernel["state"] in {"idle", "dead"})
        finally:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        if client.kernel["state"] == "dead":
            assert client.kernel["reason"] in {"not_started", "zygote_lost"}, client.kernel
        await client.until(lambda: client.state("c0") not in {"queued", "running"})
        assert await client.run("c0") == "done"
