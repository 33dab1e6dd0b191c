"""The history of a notebook with a real broker: killed while it writes, full, and many people."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookin.core.history.runs import RunFile
from lookin.core.history.shelf import Shelf
from lookin.core.history.versions import cells_of
from tests.live.broker_process import BrokerProcess, Client, ask_once, wait_until

ROUNDS = 12


@pytest.fixture
def broker() -> Iterator[BrokerProcess]:
    """Keeps a version after a twentieth of a second of quiet."""
    made = BrokerProcess(history_quiet_seconds=0.05, history_longest_seconds=0.2)
    yield made
    made.close()


def edit(client: Client, text: str) -> dict[str, object]:
    """Replace the source of c0."""
    assert client.document is not None
    cell = client.document.cells["c0"]
    changes = [[len(cell.source), *text.split("\n")]]
    updates = [{"client": "t", "changes": changes}]
    return {"op": "edit", "cell": "c0", "version": cell.version, "updates": updates}


async def test_a_broker_killed_while_it_writes_leaves_only_whole_versions(
    broker: BrokerProcess, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(7)
    address = broker.address(broker.notebook("start"))
    shelf = Shelf(broker.home / "history" / address["notebook"])
    typed, seen = {"start"}, 0
    for round_ in range(ROUNDS):
        broker.start()
        async with Client(broker.socket, address) as client:
            await client.until(lambda client=client: client.document)
            until = time.monotonic() + chance.uniform(0.1, 0.5)
            while time.monotonic() < until:
                text = f"{round_} {chance.random()} " + "x" * chance.randrange(50_000)
                typed.add(text)
                assert (await client.ask(**edit(client, text)))["t"] == "accepted"
                await asyncio.sleep(chance.uniform(0, 0.06))
            broker.kill()
        with caplog.at_level(logging.WARNING, "lookin.history"):
            versions = Shelf(shelf.folder).versions()
        assert not caplog.records, "what a kill leaves half written is never in its place"
        assert len(versions) >= seen
        seen = len(versions)
        for version in versions:
            fresh = Shelf(shelf.folder)
            (cell,) = cells_of(fresh.manifest(version.id), fresh.thing)
            assert "missing" not in cell
            assert cell["source"] in typed
    assert seen > ROUNDS
    broker.start()
    asked = {**address, "op": "keep_version", "role": "editor", "title": "after all that"}
    kept = await ask_once(broker.socket, asked)
    assert kept["version"]["name"] == "after all that"
    assert not list(shelf.folder.rglob(".*.tmp"))


async def test_what_was_done_before_a_kill_is_in_a_version_and_in_the_record_of_runs(
    broker: BrokerProcess,
) -> None:
    address = broker.address(broker.notebook("raise KeyError('x')"))
    folder = broker.home / "history" / address["notebook"]
    broker.rules["history_quiet_seconds"] = 600.0
    broker.rules["history_longest_seconds"] = 600.0
    broker.start()
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document)
        assert await client.run("c0") == "failed"
        assert (await client.ask(**edit(client, "print(2)")))["t"] == "accepted"
        broker.kill()
    broker.start()
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document)
    shelf = Shelf(folder)

    def newest_source() -> object:
        newest = shelf.newest()
        return newest and cells_of(shelf.manifest(newest.id), Shelf(folder).thing)[0]["source"]

    wait_until(lambda: newest_source() == "print(2)")
    newest = shelf.versions()[-1]
    assert address["person"] in newest.by
    wait_until(lambda: RunFile(folder).runs())
    (run,) = RunFile(folder).runs()
    assert (run.state, run.error, run.by) == ("failed", "KeyError", address["person"])
    assert RunFile(folder).source(run.source) == "raise KeyError('x')"


async def test_two_people_see_a_version_come_back_with_its_picture(broker: BrokerProcess) -> None:
    code = (
        "from IPython.display import Image, display\nimport base64\n"
        "display(Image(base64.b64decode("
        "'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
        "rkJggg==')))"
    )
    path = broker.notebook(code)
    address = broker.address(path)
    broker.start()
    async with (
        Client(broker.socket, address) as mina,
        Client(broker.socket, {**address, "person": broker.address(path)["person"]}) as jun,
    ):
        await jun.until(lambda: jun.document and mina.document)
        assert await mina.run("c0") == "done"
        asked = {**address, "role": "editor", "title": "pictures"}
        kept = (await ask_once(broker.socket, {**asked, "op": "keep_version"}))["version"]
        assert (await mina.ask(op="clear", cell="c0"))["t"] == "accepted"
        assert (await jun.ask(op="delete", cell="c0"))["t"] == "accepted"
        back = {**asked, "op": "restore_version", "version": kept["id"]}
        answer = await ask_once(broker.socket, back)
        await jun.until(lambda: jun.document and "c0" in jun.document)
        await mina.until(lambda: mina.seq == jun.seq)
        assert jun.document == mina.document
        assert jun.document is not None
        (output,) = jun.document.cells["c0"].outputs
        blob = output["data"]["image/png"]["lookin"]["blob"]
        live = broker.home / "live" / address["notebook"] / "blobs" / blob
        assert live.read_bytes().startswith(b"\x89PNG")
        await ask_once(broker.socket, {**back, "version": answer["before"]})
        await jun.until(lambda: jun.document and "c0" not in jun.document)


async def test_the_history_of_a_large_notebook_costs_little(broker: BrokerProcess) -> None:
    sources = [f"# {n}\n" + "value = 1\n" * 200 for n in range(400)]
    address = broker.address(broker.notebook(*sources))
    folder = broker.home / "history" / address["notebook"]
    broker.start()
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document)
        for turn in range(5):
            assert (await client.ask(**edit(client, f"turn {turn}")))["t"] == "accepted"
            asked = {**address, "op": "keep_version", "role": "editor", "title": f"t{turn}"}
            assert (await ask_once(broker.socket, asked))["version"]
    versions = Shelf(folder).versions()
    assert len([v for v in versions if v.name]) == 5
    assert _size(folder / "packs") < 300_000
    assert _size(folder / "versions") / len(versions) < 60_000


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())
