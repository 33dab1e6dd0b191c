"""kill -9 of the broker: kernels go on, and all they said comes exactly once."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookin.core.kernels.processes import Watch, descendants
from tests.live.broker_process import (
    BrokerProcess,
    Client,
    ask_once,
    wait_until,
)

ROUNDS = int(os.environ.get("LOOKIN_SOAK_ROUNDS", "20"))
SEED = int(os.environ.get("LOOKIN_SOAK_SEED", "3"))
COUNT = "import time\nfor i in range({count}):\n    print(i, flush=True)\n    time.sleep({pause})"


def numbers(count: int) -> str:
    return "".join(f"{i}\n" for i in range(count))


def saved_text(path: Path, cell: int = 0) -> str:
    outputs = json.loads(path.read_text())["cells"][cell]["outputs"]
    return "".join("".join(output["text"]) for output in outputs)


async def until_saved(client: Client, path: Path, cell: int, text: str) -> None:
    await client.until(lambda: saved_text(path, cell) == text, 15)


async def test_a_running_cell_goes_on_and_every_line_comes_once(broker: BrokerProcess) -> None:
    path = broker.notebook(COUNT.format(count=200, pause=0.01), "print(i)")
    client = Client(broker.socket, broker.address(path))
    async with client:
        await client.until(lambda: client.document)
        await client.ask(op="run", cell="c0")
        await client.until(lambda: "20\n" in client.text("c0"))
        broker.kill()
    broker.start()
    async with client:
        await client.until(lambda: client.state("c0") == "done")
        assert client.text("c0") == numbers(200)
        assert [f["t"] for f in client.frames].count("snapshot") == 1  # it resumed by its number
        assert await client.run("c1") == "done"
        assert client.text("c1") == "199\n"
        await until_saved(client, path, 0, numbers(200))


async def test_cells_that_wait_go_on_though_nobody_looks(broker: BrokerProcess) -> None:
    sources = [COUNT.format(count=40, pause=0.01), "x = i", "print(x)", "print(x + 1)"]
    path = broker.notebook(*sources)
    address = broker.address(path)
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document)
        for cell in ("c0", "c1", "c2", "c3"):
            await client.ask(op="run", cell=cell)
        await client.until(lambda: "3\n" in client.text("c0"))
        broker.kill()
    broker.start()
    wait_until(lambda: saved_text(path, 3) == "40\n", 20)
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document)
        assert [client.state(c) for c in ("c0", "c1", "c2", "c3")] == ["done"] * 4
        assert client.text("c0") == numbers(40)
        assert client.text("c2") == "39\n"


async def test_what_is_printed_while_no_broker_is_there_is_not_lost(broker: BrokerProcess) -> None:
    path = broker.notebook(COUNT.format(count=60, pause=0.01) + "\nopen('done', 'w').close()")
    address = broker.address(path)
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document)
        await client.ask(op="run", cell="c0")
        await client.until(lambda: "1\n" in client.text("c0"))
        broker.kill()
    wait_until((broker.workspace / "done").exists, 20)
    broker.start()
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.state("c0") == "done")
        assert client.text("c0") == numbers(60)


async def test_an_idle_kernel_keeps_its_variables(broker: BrokerProcess) -> None:
    address = broker.address(broker.notebook("x = 42", "print(x)"))
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document)
        assert await client.run("c0") == "done"
        broker.kill()
    broker.start()
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.kernel.get("state") == "idle")
        assert await client.run("c1") == "done"
        assert client.text("c1") == "42\n"


async def test_a_kernel_that_dies_meanwhile_is_explained(broker: BrokerProcess) -> None:
    code = "import os, time\nprint('begun', flush=True)\n"
    code += "while not os.path.exists('die'): time.sleep(0.01)\nos._exit(7)"
    address = broker.address(broker.notebook(code, "print('never')"))
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document)
        await client.ask(op="run", cell="c0")
        await client.ask(op="run", cell="c1")
        await client.until(lambda: client.text("c0") == "begun\n")
        broker.kill()
    (broker.workspace / "die").touch()
    wait_until(lambda: list((broker.runtime / "kernels").glob("*/exit.json")), 20)
    broker.start()
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.kernel.get("state") == "dead")
        assert client.kernel["reason"] == "exited"
        assert "7" in client.kernel["message"]
        assert (client.state("c0"), client.state("c1")) == ("lost", "interrupted")
        assert client.text("c0") == "begun\n"
    wait_until(lambda: not list((broker.runtime / "kernels").glob("*/label.json")), 30)


async def test_a_kernel_whose_notebook_is_gone_is_ended(broker: BrokerProcess) -> None:
    path = broker.notebook("x = 1")
    async with Client(broker.socket, broker.address(path)) as client:
        await client.until(lambda: client.document)
        assert await client.run("c0") == "done"
        client.frames.clear()
        await client.until(lambda: any(f.get("t") == "saved" for f in client.frames))
        broker.kill()
    path.unlink()
    broker.start()

    async def kernels() -> int:
        return len((await ask_once(broker.socket, {"op": "kernels", "person": None}))["kernels"])

    assert await kernels() == 0
    wait_until(lambda: not list((broker.runtime / "kernels").glob("*/label.json")), 30)


async def test_a_kernel_whose_log_cannot_be_read_is_ended_and_its_people_told(
    broker: BrokerProcess,
) -> None:
    path = broker.notebook("x = 1")
    address = broker.address(path)
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document)
        assert await client.run("c0") == "done"
        broker.kill()
    (log,) = (broker.home / "live").glob("*/log.jsonl")
    log.write_bytes(b"\0" * 100)
    broker.start()
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.kernel.get("reason") == "adoption_failed")
        assert "variables" in client.kernel["message"]
        assert await client.run("c0") == "done"


async def test_a_second_death_during_the_adoption_loses_nothing(broker: BrokerProcess) -> None:
    path = broker.notebook(COUNT.format(count=300, pause=0.01))
    address = broker.address(path)
    client = Client(broker.socket, address)
    async with client:
        await client.until(lambda: client.document)
        await client.ask(op="run", cell="c0")
        await client.until(lambda: "5\n" in client.text("c0"))
        broker.kill()
    for _ in range(3):
        broker.start()
        await asyncio.sleep(random.Random(SEED).uniform(0, 0.2))
        broker.kill()
    broker.start()
    async with client:
        await client.until(lambda: client.state("c0") == "done")
        assert client.text("c0") == numbers(300)


async def test_a_broker_that_does_not_come_back_leaves_no_kernel_behind() -> None:
    broker = BrokerProcess(kernels={"orphan_seconds": 1.0})
    broker.start()
    try:
        async with Client(broker.socket, broker.address(broker.notebook("x = 1"))) as client:
            await client.until(lambda: client.document)
            await client.run("c0")
            assert broker.process is not None
            left = [Watch(pid) for pid in descendants(broker.process.pid)]
            assert len(left) >= 3  # zygote, warden, kernel
            broker.kill()
        for watch in left:
            await asyncio.wait_for(watch.gone.wait(), 20)
            watch.close()
        async with asyncio.timeout(20):  # one that was being forked for the stock is not in `left`
            kernels = broker.runtime / "kernels"
            while list(kernels.glob("*/s-1")):  # noqa: ASYNC110 (other processes send no event)
                await asyncio.sleep(0.05)
    finally:
        broker.close()


async def _round(broker: BrokerProcess, chance: random.Random, client: Client) -> None:
    """Some cells run, the broker is killed at some moment, and everything is there once."""
    started = chance.random() < 0.8
    async with client:
        await client.until(lambda: client.document and client.kernel)
        for cell in ("c0", "c1", "c2"):
            client.send({"op": "run", "cell": cell, "ref": 1})
        if started:
            await client.until(lambda: client.state("c0") in {"running", "done"})
        await asyncio.sleep(chance.uniform(0, 0.25))
        broker.kill()
    broker.start()
    async with client:
        await client.until(lambda: client.greeted)
        waiting = {"queued", "running"}
        await client.until(lambda: not {client.state(c) for c in ("c0", "c1", "c2")} & waiting)


@pytest.fixture
def soaked() -> Iterator[BrokerProcess]:
    broker = BrokerProcess()
    broker.start()
    yield broker
    broker.close()


async def test_at_random_moments_everything_comes_exactly_once(soaked: BrokerProcess) -> None:
    chance = random.Random(SEED)
    code = (
        "import time\nn = globals().get('n', 0) + 1\nfor i in range(30):\n"
        "    print(i, flush=True)\n    time.sleep(0.004)"
    )
    path = soaked.notebook(code, "m = globals().get('m', 0) + 1", "print(n, m)")
    client = Client(soaked.socket, soaked.address(path))
    ran = [0, 0]
    for _ in range(ROUNDS):
        before = len(client.events)
        await _round(soaked, chance, client)
        events = client.events[before:]
        queued = [e["cell"] for e in events if e["type"] == "run_queued"]
        finished = [e["cell"] for e in events if e["type"] == "run_finished"]
        assert sorted(queued) == sorted(finished), events
        assert len(set(queued)) == len(queued)
        ran = [ran[0] + ("c0" in queued), ran[1] + ("c1" in queued)]
        if "c0" in queued:
            assert client.text("c0") == numbers(30)
            assert client.state("c0") == "done"
        if "c2" in queued:
            assert client.text("c2") == f"{ran[0]} {ran[1]}\n"
    assert [f["t"] for f in client.frames].count("snapshot") <= 1 + ROUNDS
    async with client:
        await client.until(lambda: client.greeted)
        await until_saved(client, path, 0, client.text("c0"))
