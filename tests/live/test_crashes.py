"""kill -9 and orderly ends: no accepted edit is lost, no file is torn, nothing is left over."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import time
from pathlib import Path

from tests.live.broker_process import (
    BrokerProcess,
    Client,
    ask_once,
    processes_with,
    wait_until,
)
from tests.live.test_starting import small_disk


async def _edit(client: Client, cell: str, text: str) -> dict[str, object]:
    assert client.document is not None
    old = client.document.cells[cell]
    changes = [*([len(old.source)] if old.source else []), [0, *text.split("\n")]]
    updates = [{"client": "a", "changes": changes}]
    return await client.ask(op="edit", cell=cell, version=old.version, updates=updates)


async def _type(client: Client, pieces: list[str]) -> None:
    for piece in pieces:
        assert (await _edit(client, "c0", piece))["t"] == "accepted"


async def test_kill_9_in_the_middle_of_typing_loses_no_accepted_edit(
    broker: BrokerProcess,
) -> None:
    path = broker.notebook("")
    address = broker.address(path)
    client = Client(broker.socket, address)
    accepted = ""
    for round_ in range(3):
        pieces = [f"{round_}.{number} " for number in range(40)]
        async with client:
            await client.until(lambda: client.greeted)
            await _type(client, pieces)
            accepted += "".join(pieces)
            broker.kill()
        json.loads(path.read_text())  # whole, whatever it holds
        broker.start()
    async with Client(broker.socket, address) as after:
        await after.until(lambda: after.document)
        assert after.document is not None
        assert after.document.cells["c0"].source == accepted
        await after.until(lambda: any(f.get("t") == "saved" for f in after.frames))
    assert "".join(json.loads(path.read_text())["cells"][0]["source"]) == accepted


async def test_a_page_resumes_after_kill_9_by_its_number(broker: BrokerProcess) -> None:
    address = broker.address(broker.notebook(""))
    client = Client(broker.socket, address)
    async with client:
        await client.until(lambda: client.document)
        await _edit(client, "c0", "x = 1")
        broker.kill()
    broker.start()
    async with client:
        await client.until(lambda: client.kernel.get("reason") == "broker_restarted")
    assert [f["t"] for f in client.frames].count("snapshot") == 1


async def test_what_a_plain_kernel_ran_when_the_broker_was_killed_is_marked_lost() -> None:
    """Kernels of the plain driver die with their broker; the others: test_adoption.py."""
    broker = BrokerProcess({"driver": "subprocess"})
    broker.start()
    try:
        code = "print('begun', flush=True)\nimport time; time.sleep(600)"
        address = broker.address(broker.notebook(code))
        async with Client(broker.socket, address) as client:
            await client.until(lambda: client.document)
            await client.ask(op="run", cell="c0")
            await client.until(lambda: client.text("c0") == "begun\n")
            broker.kill()
        wait_until(lambda: not processes_with(f"{broker.runtime}/kernels"), 30)
        broker.start()
        assert not any((broker.runtime / "kernels").glob("*/connection.json"))
        async with Client(broker.socket, address) as client:
            await client.until(lambda: client.state("c0") == "lost")
            assert client.text("c0") == "begun\n"
            assert "variables" in client.kernel["message"]
    finally:
        broker.close()


async def test_sigterm_saves_all_and_leaves_no_process_socket_or_folder(
    broker: BrokerProcess,
) -> None:
    path = broker.notebook("import subprocess\np = subprocess.Popen(['sleep', '3333'])", "")
    async with Client(broker.socket, broker.address(path)) as client:
        await client.until(lambda: client.document)
        await client.run("c0")
        await _edit(client, "c1", "last words")
        assert broker.stop() == 0
        await client.until(lambda: client.ended)
    assert "last words" in path.read_text()
    assert not processes_with(str(broker.runtime))
    assert not processes_with("sleep 3333")
    assert not broker.socket.exists()
    assert not (broker.runtime / "kernels").exists()
    assert [p.name for p in (broker.home / "live").iterdir()] == [".lock"]


async def test_a_torn_last_line_of_the_log_is_left_out(broker: BrokerProcess) -> None:
    address = broker.address(broker.notebook(""))
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document)
        await _edit(client, "c0", "whole")
        broker.kill()
    (log,) = (broker.home / "live").glob("*/log.jsonl")
    with log.open("ab") as file:
        file.write(b'{"seq":99,"type":"cell_edi')
    broker.start()
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document)
        assert client.document is not None
        assert client.document.cells["c0"].source == "whole"


async def test_a_kernel_sees_none_of_the_servers_environment(broker: BrokerProcess) -> None:
    broker.stop()
    broker.start({"DJANGO_SECRET": "canary-1", "PYTHONSTARTUP": "canary-2"})
    code = "import os\nprint(os.environ, open('/proc/self/environ').read(), os.getcwd())"
    async with Client(broker.socket, broker.address(broker.notebook(code))) as client:
        await client.until(lambda: client.document)
        await client.run("c0")
        text = client.text("c0")
    assert "canary" not in text
    assert str(broker.workspace) in text or "/home/workspace" in text


def test_two_brokers_do_not_share_a_home(broker: BrokerProcess) -> None:
    import subprocess
    import sys

    from tests.live.broker_process import ROOT

    code = (
        "from pathlib import Path\n"
        "from lookin.apps.kernels.broker.main import BrokerOptions, serve_forever\n"
        f"serve_forever(BrokerOptions(Path({str(broker.home)!r}), "
        f"Path({str(broker.runtime)!r}), Path('x')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode != 0
    assert "running already" in done.stderr
    assert broker.socket.exists()


def test_the_socket_and_its_folder_are_for_their_owner_only(broker: BrokerProcess) -> None:
    assert broker.socket.stat().st_mode & 0o777 == 0o600
    assert broker.runtime.stat().st_mode & 0o077 == 0


async def test_idle_rooms_without_visitors_close_after_saving() -> None:
    broker = BrokerProcess(idle_seconds=1, linger_seconds=1)
    broker.start()
    try:
        path = broker.notebook("x = 1")
        async with Client(broker.socket, broker.address(path)) as client:
            await client.until(lambda: client.document)
            await client.run("c0")
        wait_until(lambda: not any((broker.home / "live").glob("*/log.jsonl")), 20)
        assert not processes_with(f"{broker.runtime}/kernels")
        assert json.loads(path.read_text())["cells"][0]["execution_count"] == 1
    finally:
        broker.close()


async def test_restarting_kernels_leaks_no_descriptors(broker: BrokerProcess) -> None:
    async def figures() -> tuple[int, int]:
        status = await ask_once(broker.socket, {"op": "status"})
        return int(status["descriptors"]), int(status["driver"].get("stock", 0))

    async def settled() -> int:
        for _ in range(400):
            if (await figures())[1] == 1:  # the stock is full again
                break
            await asyncio.sleep(0.05)
        return (await figures())[0]

    async with Client(broker.socket, broker.address(broker.notebook("x = 1"))) as client:
        await client.until(lambda: client.document)
        await client.run("c0")
        before = await settled()
        for _ in range(3):
            await client.ask(op="restart")
            await client.run("c0")
        assert await settled() <= before + 2
    assert broker.process is not None
    assert not os.access(f"/proc/{broker.process.pid}/environ", os.R_OK) or os.getuid() == 0


async def test_an_orderly_end_on_a_full_disk_leaves_no_kernel_and_loses_no_accepted_edit(
    tmp_path: Path,
) -> None:
    broker = BrokerProcess()
    kept = shutil.move(broker.workspace, tmp_path / "w")
    with small_disk(broker.home / "disk", "32m") as disk:
        broker.home = disk
        broker.workspace = Path(shutil.copytree(kept, disk / "workspaces" / "w"))
        broker.start()
        try:
            address = broker.address(broker.notebook("x = 1", "y = 1"))
            async with Client(broker.socket, address) as client:
                await client.until(lambda: client.document)
                await client.run("c0")
                await _edit(client, "c1", "accepted")
                with contextlib.suppress(OSError):
                    (disk / "filler").write_bytes(bytes(40_000_000))
                client.send({"op": "run", "cell": "c0", "ref": 1})
                await client.until(lambda: any(f["t"] == "save_failed" for f in client.frames))
                began = time.monotonic()
                assert broker.stop() == 0
                assert time.monotonic() - began < 12, "whoever waits would have killed it"
            assert not processes_with(str(broker.runtime))
            assert not (broker.runtime / "kernels").exists()
            (disk / "filler").unlink()
            broker.start()
            async with Client(broker.socket, address) as client:
                await client.until(lambda: client.document)
                assert client.document is not None
                assert client.document.cells["c1"].source == "y = 1accepted"
            assert broker.stop() == 0
        finally:
            broker.close()


def test_sigint_ends_the_broker_too(broker: BrokerProcess) -> None:
    assert broker.process is not None
    os.kill(broker.process.pid, signal.SIGINT)
    assert broker.process.wait(20) == 0
    assert not Path(broker.socket).exists()
