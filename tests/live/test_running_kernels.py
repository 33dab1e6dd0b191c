"""What runs, through the web, with the real broker: owner, member, admin, and one let go."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.place import Place, running_place
from tests.live.browser_session import PASSWORD, Browser, Page

ENDLESS = "while True: pass"


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="lk") as home, running_place(Path(home)) as running:
        running.add_person("sora", PASSWORD, "admin")
        running.add_person("nari", PASSWORD)
        running.add_person("bom", PASSWORD)
        yield running


def signed_in(place: Place, name: str) -> Browser:
    browser = Browser(place.address)
    browser.sign_in(name)
    return browser


def kernels(browser: Browser) -> list[Any]:
    found: list[Any] = json.loads(browser.get("/ajax/running")[1])["kernels"]
    return found


async def until_kernels(browser: Browser, states: list[str]) -> list[Any]:
    """The person's list, once it has these states."""
    for _ in range(600):
        found = await asyncio.to_thread(kernels, browser)
        if sorted(kernel["state"] for kernel in found) == states:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


async def start_endless(browser: Browser, page: Page, socket: Any) -> None:
    await page.open(socket)
    assert page.document is not None
    cell = page.document.order[0]
    updates = [{"client": "a", "changes": [[0, ENDLESS]]}]
    await page.ask(op="edit", cell=cell, version=0, updates=updates)
    await page.ask(op="run", cell=cell)


async def test_a_kernel_is_seen_and_stopped_by_its_owner_and_by_nobody_elses_guess(
    place: Place,
) -> None:
    nari, bom, sora = [
        await asyncio.to_thread(signed_in, place, name) for name in ("nari", "bom", "sora")
    ]
    notebook = await asyncio.to_thread(nari.new_notebook, "private")
    async with nari.socket(notebook) as socket:
        await start_endless(nari, Page(), socket)
        (kernel,) = await until_kernels(nari, ["busy"])
        assert (kernel["title"], kernel["person"]["own"]) == ("private", True)
        assert kernels(bom) == []
        with pytest.raises(urllib.error.HTTPError, match="404"):
            await asyncio.to_thread(bom.post, f"/ajax/running/{kernel['id']}/end")
        (seen,) = await until_kernels(sora, ["busy"])
        assert (seen["person"]["name"], seen["title"]) == ("nari", None)
        await asyncio.to_thread(nari.post, f"/ajax/running/{kernel['id']}/end")
        await until_kernels(nari, [])
        assert kernels(sora) == []


async def test_who_is_deactivated_loses_what_runs_at_once(place: Place) -> None:
    bom, sora = [await asyncio.to_thread(signed_in, place, name) for name in ("bom", "sora")]
    notebook = await asyncio.to_thread(bom.new_notebook, "endless")
    async with bom.socket(notebook) as socket:
        page = Page()
        await start_endless(bom, page, socket)
        await until_kernels(sora, ["busy"])
        _, people = await asyncio.to_thread(sora.get, "/people/")
        part = people.split(">bom<", maxsplit=1)[1]
        found = re.search(r"/people/[0-9a-f-]{36}/active", part)
        assert found
        await asyncio.to_thread(sora.post, found.group(), active="no")
        await until_kernels(sora, [])
        assert await page.listen_to_the_end() == 4001
