"""The main job through `lookin run`: web, socket and broker as people have them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import websockets

from tests.browser.place import Place, running_place
from tests.live.broker_process import processes_with
from tests.live.browser_session import PASSWORD, Browser, Page

LINES = 60
SLOW = f"import time\nfor i in range({LINES}):\n    print(i, flush=True)\n    time.sleep(0.1)"


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="lk") as home, running_place(Path(home)) as running:
        running.add_person("nari", PASSWORD)
        running.add_person("bom", PASSWORD)
        yield running


def _web_processes(place: Place) -> list[int]:
    """The web child of this place."""
    mark = f"PORT={place.environment['PORT']}".encode()
    found = []
    for pid in processes_with("lookin.site.cli web"):
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mark in environment:
            found.append(pid)
    return found


async def _connect(browser: Browser, notebook: str) -> websockets.ClientConnection:
    """The socket, as soon as the web process is there again."""
    for _ in range(300):
        try:
            connection: websockets.ClientConnection = await browser.socket(notebook)
        except (OSError, websockets.InvalidHandshake):
            await asyncio.sleep(0.1)
        else:
            return connection
    raise AssertionError("the web process did not come back")


async def test_a_running_cell_survives_a_closed_tab_and_a_killed_web_process(
    place: Place,
) -> None:
    browser, page = Browser(place.address), Page()
    await asyncio.to_thread(browser.sign_in, "nari")
    notebook = await asyncio.to_thread(browser.new_notebook, "long run")
    async with browser.socket(notebook) as socket:
        await page.open(socket)
        assert page.document is not None
        cell = page.document.order[0]
        changes = [[0, *SLOW.split("\n")]]
        updates = [{"client": "a", "changes": changes}]
        await page.ask(op="edit", cell=cell, version=0, updates=updates)
        await page.ask(op="run", cell=cell)
        while "5\n" not in page.text(cell):
            await page.step()
    (web,) = _web_processes(place)
    os.kill(web, signal.SIGKILL)
    later = Page()
    async with await _connect(browser, notebook) as socket:
        await later.open(socket)
        assert await later.finish(cell) == "done"
        assert later.text(cell) == "".join(f"{i}\n" for i in range(LINES))
        while (await later.step())["t"] != "saved":
            pass
    async with await _connect(browser, notebook) as socket:  # the first tab comes back too
        await page.open(socket)
    assert page.document == later.document
    (file,) = (place.home / "workspaces").glob("*/long run.ipynb")
    saved = json.loads(file.read_text())["cells"][0]
    assert "".join(saved["outputs"][0]["text"]) == later.text(cell)
    assert saved["execution_count"] == 1


async def test_a_stranger_and_another_person_do_not_reach_the_notebook(place: Place) -> None:
    browser = Browser(place.address)
    await asyncio.to_thread(browser.sign_in, "nari")
    notebook = await asyncio.to_thread(browser.new_notebook, "mine")
    with pytest.raises(websockets.InvalidStatus):
        await Browser(place.address).socket(notebook)
    other = Browser(place.address)
    await asyncio.to_thread(other.sign_in, "bom")
    async with other.socket(notebook) as socket:
        with pytest.raises(websockets.ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 4004


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://localhost:1"])
async def test_a_socket_from_another_origin_is_refused(place: Place, origin: str | None) -> None:
    browser = Browser(place.address)
    await asyncio.to_thread(browser.sign_in, "nari")
    notebook = await asyncio.to_thread(browser.new_notebook, "origin")
    with pytest.raises(websockets.InvalidStatus):
        await browser.socket(notebook, origin=origin)


async def test_signing_out_closes_the_notebook_in_every_tab(place: Place) -> None:
    browser = Browser(place.address)
    await asyncio.to_thread(browser.sign_in, "bom")
    notebook = await asyncio.to_thread(browser.new_notebook, "tabs")
    async with browser.socket(notebook) as one, browser.socket(notebook) as two:
        pages = [Page(), Page()]
        await pages[0].open(one)
        await pages[1].open(two)
        await asyncio.to_thread(browser.post, "/logout")
        assert [await page.listen_to_the_end() for page in pages] == [4001, 4001]


async def test_an_oversized_or_binary_frame_closes_only_that_socket(place: Place) -> None:
    browser = Browser(place.address)
    await asyncio.to_thread(browser.sign_in, "nari")
    notebook = await asyncio.to_thread(browser.new_notebook, "frames")
    for bad in ("x" * (2**20 + 1), b"\0"):
        async with browser.socket(notebook) as socket:
            page = Page()
            await page.open(socket)
            await socket.send(bad)
            assert await page.listen_to_the_end() in {1003, 1009}
    async with browser.socket(notebook) as socket:
        await Page().open(socket)


async def _type(page: Page, text: str) -> None:
    assert page.document is not None
    cell = page.document.cells[page.document.order[0]]
    changes = [*([len(cell.source)] if cell.source else []), [0, text]]
    updates = [{"client": "a", "changes": changes}]
    answer = await page.ask(op="edit", cell=cell.id, version=cell.version, updates=updates)
    assert answer["t"] == "accepted"


async def test_renaming_and_deleting_an_open_notebook(place: Place) -> None:
    browser, page = Browser(place.address), Page()
    await asyncio.to_thread(browser.sign_in, "nari")
    notebook = await asyncio.to_thread(browser.new_notebook, "before")
    address = f"/ajax/notebooks/{notebook}"
    workspaces = place.home / "workspaces"
    async with browser.socket(notebook) as socket:
        await page.open(socket)
        await _type(page, "one ")
        await asyncio.to_thread(browser.post, f"{address}/rename", title="after")
        await _type(page, "two")
        copy = await asyncio.to_thread(browser.post, f"{address}/duplicate")
        assert json.loads(copy[1])["title"] == "after (copy)"
        (file,) = workspaces.glob("*/after (copy).ipynb")  # of what people see, saved or not
        assert json.loads(file.read_text())["cells"][0]["source"] == ["one two"]
        await _type(page, " three")
        await asyncio.to_thread(browser.post, f"{address}/delete")
        assert await page.listen_to_the_end() == 1012
    async with browser.socket(notebook) as socket:
        page.socket = socket
        assert await page.listen_to_the_end() == 4004
    assert not list(workspaces.glob("*/before.ipynb"))
    assert not list(workspaces.glob("*/after.ipynb"))


def test_run_python_keeps_variables_and_tells_tracebacks(place: Place) -> None:
    browser = Browser(place.address)
    browser.sign_in("nari")

    def run(code: str) -> dict[str, object]:
        answer: dict[str, object] = json.loads(browser.post("/ajax/runpython", code=code)[1])
        return answer

    assert run("x = 6") == {"error": 0, "output": ""}
    assert run("print(x * 7)\nprint('<b>&amp;')") == {"error": 0, "output": "42\n<b>&amp;\n"}
    failed = run("print('before')\n1/0")
    assert failed["error"] == -1
    assert str(failed["output"]).startswith("before\n")
    assert "ZeroDivisionError: division by zero" in str(failed["output"])
