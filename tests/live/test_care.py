"""Limits and care: the line for a place, idle kernels, long cells, memory, disk, and the lists."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lookin.core.lib.ids import new_uuid
from tests.live.broker_process import BrokerProcess, Client, ask_once

Start = Callable[..., BrokerProcess]


@pytest.fixture
def start() -> Iterator[Start]:
    brokers: list[BrokerProcess] = []

    def begin(kernels: dict[str, Any] | None = None, **rules: Any) -> BrokerProcess:
        brokers.append(BrokerProcess(kernels, **rules))
        brokers[-1].start()
        return brokers[-1]

    yield begin
    for broker in brokers:
        broker.close()


def visit(broker: BrokerProcess, person: str, *sources: str) -> Client:
    address = broker.address(broker.notebook(*sources))
    return Client(broker.socket, {**address, "person": person})


async def ready(client: Client) -> Client:
    await client.until(lambda: client.document)
    return client


async def rows(broker: BrokerProcess, person: str | None = None) -> list[dict[str, Any]]:
    answer = await ask_once(broker.socket, {"op": "kernels", "person": person})
    found: list[dict[str, Any]] = answer["kernels"]
    return found


async def waits(client: Client, reason: str, place: int) -> None:
    def there() -> bool:
        kernel = client.kernel
        return kernel.get("reason") == reason and kernel["values"].get("place") == place

    await client.until(there)
    assert client.kernel["state"] == "waiting"


async def test_a_full_machine_lets_people_wait_in_line_and_moves_them_up(start: Start) -> None:
    broker = start(most_kernels=1)
    people = [new_uuid() for _ in range(3)]
    clients = [visit(broker, person, "print('mine')") for person in people]
    async with clients[0] as first, clients[1] as second, clients[2] as third:
        await ready(first)
        assert await first.run("c0") == "done"
        await (await ready(second)).ask(op="run", cell="c0")
        await waits(second, "machine_full", 1)
        await (await ready(third)).ask(op="run", cell="c0")
        await waits(third, "machine_full", 2)
        row = (await rows(broker, people[2]))[0]
        assert (row["state"], row["place"], row["reason"]) == ("waiting", 2, "machine_full")
        ended = {"op": "end", "kernel": first.address["notebook"]}
        assert await ask_once(broker.socket, {**ended, "person": people[1]}) == {"ended": False}
        assert await ask_once(broker.socket, {**ended, "person": people[0]}) == {"ended": True}
        await first.until(lambda: first.kernel["reason"] == "stopped")
        await second.until(lambda: second.state("c0") == "done")
        await waits(third, "machine_full", 1)
        assert (await third.ask(op="interrupt"))["t"] == "accepted"  # that leaves the line
        assert third.kernel["state"] == "none"
        assert third.state("c0") == "interrupted"
        assert await rows(broker, people[2]) == []


async def test_a_person_with_enough_kernels_waits_for_their_own_only(start: Start) -> None:
    broker = start(kernels_per_person=1)
    nari, bom = new_uuid(), new_uuid()
    clients = [visit(broker, nari, "x = 1"), visit(broker, nari, "y = 1"), visit(broker, bom, "z")]
    async with clients[0] as first, clients[1] as second, clients[2] as other:
        assert await (await ready(first)).run("c0") == "done"
        await (await ready(second)).ask(op="run", cell="c0")
        await waits(second, "own_limit", 1)
        assert await (await ready(other)).run("c0") == "failed"
        await ask_once(broker.socket, {"op": "let_go", "person": nari})
        await first.until(lambda: first.kernel["reason"] == "let_go")
        await second.until(lambda: second.kernel["reason"] == "let_go")
        assert [row["person"] for row in await rows(broker)] == [bom]


async def test_who_leaves_a_workspace_loses_their_kernels_there(start: Start) -> None:
    broker = start()
    nari, bom = new_uuid(), new_uuid()
    clients = [visit(broker, nari, "x = 1"), visit(broker, nari, "x = 1"), visit(broker, bom, "z")]
    elsewhere = broker.home / "workspaces" / "v"
    elsewhere.mkdir()
    there = elsewhere / "n.ipynb"
    there.write_bytes(broker.notebook("x = 1").read_bytes())
    clients[1].address |= {"path": str(there), "folder": str(elsewhere)}
    async with clients[0] as here, clients[1] as other, clients[2] as another:
        for client in (here, other, another):
            await (await ready(client)).run("c0")
        frame = {"op": "let_go", "person": nari, "folder": str(broker.workspace)}
        assert await ask_once(broker.socket, frame) == {"ended": 1}
        await here.until(lambda: here.kernel["reason"] == "let_go")
        assert sorted(row["person"] for row in await rows(broker)) == sorted([nari, bom])


async def test_an_idle_kernel_is_put_away_after_saving_though_the_page_is_open(
    start: Start,
) -> None:
    broker = start(idle_seconds=1.5)
    path = broker.notebook("print('kept')", "import time; time.sleep(3)")
    async with Client(broker.socket, broker.address(path)) as client:
        await ready(client)
        assert await client.run("c0") == "done"
        await client.until(lambda: client.kernel["reason"] == "culled")
        assert client.kernel["state"] == "dead"
        assert "kept" in path.read_text()
        assert await client.run("c1") == "done"  # however long it takes: it is not idle


async def test_whoever_comes_later_reads_why_the_kernel_is_gone(start: Start) -> None:
    broker = start(idle_seconds=0.5, linger_seconds=0.2)
    address = broker.address(broker.notebook("x = 1"))
    async with Client(broker.socket, address) as client:
        await ready(client)
        assert await client.run("c0") == "done"

    async def rooms() -> int:
        return int((await ask_once(broker.socket, {"op": "status"}))["rooms"])

    for _ in range(400):
        if not await rooms():
            break
        await asyncio.sleep(0.05)
    async with Client(broker.socket, address) as client:
        await ready(client)
        assert client.kernel["reason"] == "culled"


async def test_a_cell_that_runs_too_long_is_interrupted_then_ended(start: Start) -> None:
    broker = start(cell_seconds=1.0)
    stubborn = (
        "import time\nwhile True:\n    try:\n        time.sleep(9)\n    except BaseException:\n"
    )
    stubborn += "        pass"
    path = broker.notebook("import time; time.sleep(60)", "print('alive')", stubborn)
    async with Client(broker.socket, broker.address(path)) as client:
        await ready(client)
        assert await client.run("c0") == "interrupted"
        assert any(e.get("code") == "cell_too_long" for e in client.events)
        assert await client.run("c1") == "done"
        assert await client.run("c2") == "lost"
        await client.until(lambda: client.kernel["reason"] == "cell_minutes")


async def test_a_kernel_above_its_memory_is_ended_with_the_figures(start: Start) -> None:
    broker = start({"memory_bytes": 150_000_000})
    code = (
        "import os, time\nfor _ in range(3):\n    if os.fork() == 0:\n        x = b'x' * 80_000_000"
        "\n        time.sleep(60)\ntime.sleep(60)"
    )
    path = broker.notebook(code, "print('again')")
    async with Client(broker.socket, broker.address(path)) as client:
        await ready(client)
        assert await client.run("c0") == "lost"
        await client.until(lambda: client.kernel["state"] == "dead")
        assert client.kernel["reason"] in {"memory_limit", "out_of_memory"}
        assert await client.run("c1") == "done"


async def test_a_kernel_that_overfills_its_folder_is_ended(start: Start) -> None:
    broker = start(workspace_bytes=30_000_000)
    code = (
        "import time\nfor n in range(1000):\n    with open(f'fill{n}', 'wb') as f:\n"
        "        f.write(b'x' * 1_000_000)\n    time.sleep(0.05)"
    )
    async with Client(broker.socket, broker.address(broker.notebook(code))) as client:
        await ready(client)
        assert await client.run("c0") == "lost"
        await client.until(lambda: client.kernel["reason"] == "disk_full")
    assert len(list(broker.workspace.glob("fill*"))) < 500


_LEFT_BEHIND = """
import os, threading, time, mmap
def hog():
    kept = []
    while True:
        try:
            kept.append(b'x' * 10_000_000)
        except MemoryError:  # its own limit came before the broker's look: what it has, it keeps
            pass
        time.sleep(0.1)
def fill(folder):
    for n in range(1000):
        with open(os.path.join(folder, f'fill{n}'), 'wb') as f:
            f.write(b'x' * 1_000_000)
        time.sleep(0.03)
def daemon(work):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            work()
        os._exit(0)
"""


@pytest.mark.parametrize(
    "line",
    [
        "threading.Thread(target=hog, daemon=True).start()",
        "daemon(lambda: fill('/tmp'))",
        "daemon(lambda: fill('/dev/shm'))",
    ],
)
async def test_memory_that_a_finished_cell_goes_on_taking_is_seen(start: Start, line: str) -> None:
    broker = start({"memory_bytes": 150_000_000, "tmp_bytes": 400_000_000})
    if "fill" in line and (await _tier(broker)) != "full":
        pytest.skip("skipped: without the whole fence /tmp is everybody's")
    async with visit(broker, new_uuid(), _LEFT_BEHIND + line) as client:
        assert await (await ready(client)).run("c0") == "done"
        await client.until(lambda: client.kernel["state"] == "dead")
        assert client.kernel["reason"] in {"memory_limit", "out_of_memory"}


async def test_a_disk_that_a_finished_cell_goes_on_filling_is_seen(start: Start) -> None:
    broker = start(workspace_bytes=30_000_000)
    line = "daemon(lambda: fill('.'))"
    async with visit(broker, new_uuid(), _LEFT_BEHIND + line) as client:
        assert await (await ready(client)).run("c0") == "done"
        await client.until(lambda: client.kernel["reason"] == "disk_full")
    assert len(list(broker.workspace.glob("fill*"))) < 500


async def _tier(broker: BrokerProcess) -> str:
    return str((await ask_once(broker.socket, {"op": "status"}))["driver"]["tier"])


async def test_pages_are_told_what_their_kernel_uses(start: Start) -> None:
    broker = start()
    code = "import time\nend = time.time() + 6\nwhile time.time() < end: pass"
    async with visit(broker, new_uuid(), code) as client:
        await (await ready(client)).ask(op="run", cell="c0")

        def busy() -> bool:
            told = [f for f in client.frames if f["t"] == "usage"]
            return bool(told) and told[-1]["memory"] > 1_000_000 and (told[-1]["cpu"] or 0) > 5

        await client.until(busy)
        row = (await rows(broker))[0]
        assert row["memory"] > 1_000_000
        assert row["state"] == "busy"


async def test_without_a_fence_nothing_starts_unless_somebody_is_alone(start: Start) -> None:
    broker = start({"unfenced": False, "driver": "subprocess"})
    status = await ask_once(broker.socket, {"op": "status"})
    if status["driver"]["tier"] != "none":
        pytest.skip("skipped: plain kernels are fenced on this machine")
    client = visit(broker, new_uuid(), "x = 1")
    client.address["alone"] = False
    async with client:
        await ready(client)
        assert await client.run("c0") == "lost"
        await client.until(lambda: client.kernel["reason"] == "unfenced")


@pytest.mark.parametrize(
    "frame",
    [
        {"op": "kernels"},
        {"op": "kernels", "person": "../x"},
        {"op": "end", "kernel": "x", "person": None},
        {"op": "end", "kernel": None, "person": None},
        {"op": "let_go", "person": None},
    ],
)
async def test_strange_questions_are_refused(guest: BrokerProcess, frame: dict[str, Any]) -> None:
    assert (await ask_once(guest.socket, frame))["code"] == "bad_frame"


async def test_a_connection_without_the_token_gets_no_answer(broker: BrokerProcess) -> None:
    from lookin.apps.notebooks.framing import pack, pack_json

    for first in (b"", pack("not the token"), pack_json({"op": "status"})):
        reader, writer = await asyncio.open_unix_connection(broker.socket)
        writer.write(first + pack_json({"op": "status"}))
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()
    assert broker.socket.with_name("broker.token").stat().st_mode & 0o777 == 0o600
