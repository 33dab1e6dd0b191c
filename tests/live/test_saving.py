"""The file on disk: other programs, refusing disks, deleted folders, slow and strange clients."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.notebooks.framing import pack_json
from tests.live.broker_process import BrokerProcess, Client, ask_once, token


async def _append(client: Client, text: str) -> dict[str, Any]:
    assert client.document is not None
    cell = client.document.cells["c0"]
    changes = [*([len(cell.source)] if cell.source else []), [0, text]]
    updates = [{"client": "a", "changes": changes}]
    return await client.ask(op="edit", cell="c0", version=cell.version, updates=updates)


def _source(path: Path) -> str:
    return "".join(json.loads(path.read_text())["cells"][0]["source"])


def _write_beside(path: Path, source: str) -> None:
    raw = json.loads(path.read_text())
    raw["cells"][0]["source"] = source
    path.write_text(json.dumps(raw))


def _notices(client: Client) -> list[str]:
    return [e["code"] for e in client.events if e["type"] == "noticed"]


def _shown(client: Client) -> list[str]:
    return [cell.source for cell in client.document] if client.document else []


async def test_a_file_changed_by_another_program_is_shown_cell_by_cell(
    guest: BrokerProcess,
) -> None:
    path = guest.notebook("old", "other")
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        epoch, began = client.epoch, time.monotonic()
        _write_beside(path, "from outside")
        written = path.read_bytes()
        await client.until(lambda: _shown(client) == ["from outside", "other"])
        assert time.monotonic() - began < 10
        assert client.epoch == epoch  # so that editors and cursors stay
        edits = [e for e in client.events if e["type"] == "cell_edited"]
        assert [e["cell"] for e in edits] == ["c0"]
        await client.until(lambda: _notices(client) == ["file_reloaded"])
        await client.until(lambda: any(f["t"] == "saved" for f in client.frames))
        assert path.read_bytes() == written  # what it wrote is left as it wrote it
        assert (await _append(client, "!"))["t"] == "accepted"
        await client.until(lambda: _source(path) == "from outside!")


async def test_both_changes_are_in_the_notebook_when_another_program_writes_during_an_edit(
    guest: BrokerProcess,
) -> None:
    path = guest.notebook("old", "x\ny\nz")
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        await _append(client, " mine")
        raw = json.loads(path.read_text())
        raw["cells"][1]["source"] = "x\nY\nz"
        raw["cells"].append({**raw["cells"][1], "id": "new", "source": "added"})
        path.write_text(json.dumps(raw))
        await client.until(lambda: _shown(client) == ["old mine", "x\nY\nz", "added"])
        await client.until(lambda: _notices(client) == ["file_merged"])
        await client.until(lambda: _source(path) == "old mine")
        await client.until(lambda: len(json.loads(path.read_text())["cells"]) == 3)
    assert [p.name for p in guest.workspace.glob("*.ipynb")] == [path.name]


async def test_the_other_version_is_kept_beside_when_both_changed_the_same_line(
    guest: BrokerProcess,
) -> None:
    path = guest.notebook("old")
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        await _append(client, " mine")
        _write_beside(path, "from outside")
        await client.until(lambda: _notices(client) == ["file_clashed"])
        notice = next(e for e in client.events if e["type"] == "noticed")
        await client.until(lambda: _source(path) == "old mine")
    assert _source(path.with_name(notice["values"]["name"])) == "from outside"


async def test_a_checkout_of_another_version_is_merged_with_what_is_unsaved(
    guest: BrokerProcess,
) -> None:
    def git(*words: str) -> None:
        name = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *name, *words], cwd=guest.workspace, check=True, timeout=20)

    path = guest.notebook("first", "same")
    git("init", "-q", ".")
    git("add", path.name)
    git("commit", "-qm", "one")
    _write_beside(path, "second")
    git("commit", "-qam", "two")
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: _shown(client) == ["second", "same"])
        assert client.document is not None
        updates = [{"client": "a", "changes": [4, [0, " mine"]]}]
        await client.ask(op="edit", cell="c1", version=0, updates=updates)
        git("checkout", "-q", "HEAD~1", "--", path.name)
        await client.until(lambda: _shown(client) == ["first", "same mine"])
        await client.until(lambda: _source(path) == "first")


async def test_stripped_outputs_go_from_the_page_and_nothing_else_changes(
    guest: BrokerProcess,
) -> None:
    path = guest.notebook("print(1)", "2")
    raw = json.loads(path.read_text())
    raw["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    path.write_text(json.dumps(raw))
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document and client.text("c0") == "1")
        raw["cells"][0]["outputs"] = []  # as nbstripout leaves it
        path.write_text(json.dumps(raw, indent=1))
        await client.until(lambda: client.text("c0") == "")
        changed = [e["type"] for e in client.events if e["type"] != "noticed"]
        assert changed == ["outputs_set"]


async def test_a_file_that_is_still_being_written_is_waited_for(guest: BrokerProcess) -> None:
    path = guest.notebook("old")
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        raw = json.loads(path.read_text())
        raw["cells"][0]["source"] = "new"
        whole = json.dumps(raw).encode()
        await _append(client, " mine")
        with path.open("wb") as file:  # as `rsync --inplace` does
            for at in range(0, len(whole), len(whole) // 12):
                file.write(whole[at : at + len(whole) // 12])
                file.flush()
                await asyncio.sleep(0.2)  # the pace of the other program, not a wait of ours
        await client.until(lambda: _notices(client) == ["file_clashed"])
        await client.until(lambda: _source(path) == "old mine")
    others = [p for p in guest.workspace.glob("*.ipynb") if p != path]
    assert [_source(p) for p in others] == ["new"]


async def test_a_file_that_stays_broken_is_told_and_left_until_somebody_types(
    guest: BrokerProcess,
) -> None:
    path = guest.notebook("old")
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        path.write_bytes(b'{"cells": [')
        await client.until(lambda: _notices(client) == ["file_unreadable"])
        assert path.read_bytes() == b'{"cells": ['
        await _append(client, " mine")
        await client.until(lambda: "file_changed_on_disk" in _notices(client))
        await client.until(lambda: path.stat().st_size > 20)
        assert _source(path) == "old mine"
    others = [p for p in guest.workspace.glob("*.ipynb") if p != path]
    assert [p.read_bytes() for p in others] == [b'{"cells": [']


async def test_a_deleted_file_is_told_once_and_comes_back_with_the_next_change(
    guest: BrokerProcess,
) -> None:
    path = guest.notebook("old")
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        path.unlink()
        await client.until(lambda: _notices(client) == ["file_gone"])
        assert not path.exists()
        await _append(client, "!")
        await client.until(path.exists)
        assert _source(path) == "old!"
        assert _notices(client) == ["file_gone"]


async def test_a_file_without_ids_that_others_write_keeps_its_cells(guest: BrokerProcess) -> None:
    path = guest.notebook("one", "two")
    raw = json.loads(path.read_text())
    for cell in raw["cells"]:
        del cell["id"]
    raw["nbformat_minor"] = 4
    path.write_text(json.dumps(raw))
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        assert client.document is not None
        order = client.document.order
        raw["cells"][1]["source"] = "three"
        path.write_text(json.dumps(raw))
        await client.until(lambda: _shown(client) == ["one", "three"])
        assert client.document.order == order


async def test_an_edit_is_kept_while_the_folder_cannot_be_written(guest: BrokerProcess) -> None:
    path = guest.notebook("", name="deep.ipynb")
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        away = guest.workspace.with_name("away")
        guest.workspace.rename(away)
        assert (await _append(client, "kept"))["t"] == "accepted"
        await client.until(lambda: any(f["t"] == "save_failed" for f in client.frames))
        failed = next(f for f in client.frames if f["t"] == "save_failed")
        assert failed["message"]
        assert failed["hint"]
        away.rename(guest.workspace)
        await client.until(lambda: any(f["t"] == "saved" for f in client.frames))
    assert _source(path) == "kept"


async def test_a_deleted_folder_ends_clearly_and_the_page_still_has_everything(
    guest: BrokerProcess,
) -> None:
    path = guest.notebook("x")
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.document)
        shutil.rmtree(guest.workspace)
        await _append(client, "y")
        await client.until(lambda: any(f["t"] == "save_failed" for f in client.frames))
        assert client.document is not None
        assert client.document.cells["c0"].source == "xy"


async def test_a_renamed_notebook_is_saved_under_its_new_name_only(guest: BrokerProcess) -> None:
    path = guest.notebook("x", name="old.ipynb")
    address = guest.address(path)
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        new = path.with_name("new.ipynb")
        path.rename(new)
        moved = {**address, "op": "move", "path": str(new), "title": "new"}
        assert await ask_once(guest.socket, moved) == {"done": True}
        await _append(client, "y")
        await client.until(lambda: _source(new) == "xy")
    assert not path.exists()


async def test_a_forgotten_notebook_is_not_written_again(guest: BrokerProcess) -> None:
    path = guest.notebook("x")
    address = guest.address(path)
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        await _append(client, "y")
        path.unlink()
        await ask_once(guest.socket, {"op": "forget", "notebook": address["notebook"]})
        await client.until(lambda: client.ended)
    assert not path.exists()


@pytest.mark.parametrize("content", [b"{\n\n,", b"[]", b"\xff\xfe", b'{"nbformat": 4}'])
async def test_a_broken_file_is_told_and_left_alone(guest: BrokerProcess, content: bytes) -> None:
    path = guest.workspace / "broken.ipynb"
    path.write_bytes(content)
    async with Client(guest.socket, guest.address(path)) as client:
        await client.until(lambda: client.ended)
    assert client.frames[0]["t"] == "failed"
    assert client.frames[0]["code"] == "broken_notebook"
    assert path.read_bytes() == content


async def test_a_path_outside_the_folder_does_not_exist(guest: BrokerProcess) -> None:
    outside = guest.home / "outside.ipynb"
    outside.write_text("{}")
    link = guest.workspace / "link.ipynb"
    link.symlink_to(outside)
    for path in (outside, link):
        async with Client(guest.socket, guest.address(path)) as client:
            await client.until(lambda c=client: c.ended)
            assert client.frames[0]["code"] == "not_found"


STRANGE: list[Any] = [
    None, [], 1, "x", {}, {"op": 1}, {"op": "fly", "ref": 1}, {"op": "run", "ref": -1},
    {"op": "run", "ref": True, "cell": "c0"}, {"op": "run", "ref": 1, "cell": "../x"},
    {"op": "run", "ref": 1, "cell": ["c0"]}, {"op": "retype", "ref": 1, "cell": "c0", "type": []},
    {"op": "insert", "ref": 1, "after": None,
     "cell": {"id": "n", "type": "code", "source": "\ud800"}},
    {"op": "edit", "ref": 1, "cell": "c0", "version": 0, "updates": []},
    {"op": "edit", "ref": 1, "cell": "c0", "version": 0,
     "updates": [{"client": "a", "changes": [-1]}]},
    {"op": "edit", "ref": 1, "cell": "c0", "version": 0,
     "updates": [{"client": "a", "changes": [[0, "a\nb"]]}]},
    {"op": "edit", "ref": 1, "cell": "c0", "version": 0,
     "updates": [{"client": "a", "changes": [[0, "\ud83d"]]}]},
    {"op": "edit", "ref": 1, "cell": "c0", "version": 2**60, "updates": [{"client": 1}]},
    {"op": "hello", "epoch": [], "seq": {}},
]  # fmt: skip


async def test_strange_frames_are_refused_and_harm_nobody(guest: BrokerProcess) -> None:
    address = guest.address(guest.notebook("x"))
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        for frame in STRANGE:
            client.send(frame)
        for raw in (b"{", b"\xff", b"[" * 100_000, b'{"op":NaN}', b'{"ref":' + b"9" * 5000 + b"}"):
            client.writer.write(len(raw).to_bytes(4, "big") + raw)
        before = len(client.frames)
        assert (await client.ask(op="clear", cell="c0"))["t"] == "accepted"
        refused = [f for f in client.frames[:] if f["t"] == "refused"]
        assert len(refused) == len(STRANGE) - 1 + 5
        assert before <= len(client.frames)
        assert client.document is not None
        assert client.document.cells["c0"].source == "x"


async def test_who_may_only_look_cannot_change_or_run(guest: BrokerProcess) -> None:
    path = guest.notebook("x = 1")
    address = {**guest.address(path), "role": "viewer"}
    async with Client(guest.socket, address) as client:
        await client.until(lambda: client.document)
        for frame in ({"op": "run", "cell": "c0"}, {"op": "restart"}, {"op": "interrupt"}):
            answer = await client.ask(**frame)
            assert (answer["t"], answer["code"]) == ("refused", "read_only")
        assert (await _append(client, "!"))["code"] == "read_only"
        assert client.kernel["state"] == "none"


def _memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


async def test_a_client_that_never_reads_is_let_go_and_memory_stays_flat(
    broker: BrokerProcess,
) -> None:
    flood = "for i in range(2000):\n    print('x' * 50_000)"
    address = broker.address(broker.notebook(flood))
    assert broker.process is not None
    async with Client(broker.socket, address) as client:
        await client.until(lambda: client.document)
        reader, writer = await asyncio.open_unix_connection(broker.socket, limit=1024)
        writer.write(
            token(broker.socket)
            + pack_json(address)
            + pack_json({"op": "hello", "epoch": None, "seq": 0})
        )
        await client.ask(op="run", cell="c0")
        await client.until(lambda: client.state("c0") == "done", 60)
        text = client.text("c0")
        assert "left out" in text
        assert len(text) < 1_100_000
        assert _memory(broker.process.pid) < 300
        writer.transport.abort()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)
        assert not reader.at_eof()
