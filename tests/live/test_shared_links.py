"""A shared link through `lookin run`: a guest follows live, and is out soon when it is revoked."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookin.core.documents.ipynb import read_ipynb
from tests.browser.place import Place, running_place
from tests.live.browser_session import PASSWORD, Browser, Page


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="lk") as home, running_place(Path(home)) as running:
        running.add_person("nari", PASSWORD)
        running.add_person("bom", PASSWORD)
        yield running


async def test_a_guest_sees_typing_live_and_is_out_seconds_after_the_link_is_taken_back(
    place: Place,
) -> None:
    owner, guest = Browser(place.address), Browser(place.address)
    owner.sign_in("nari")
    guest.sign_in("bom")
    notebook = owner.new_notebook("Open house")
    links = f"/ajax/notebooks/{notebook}/links"
    made = json.loads(owner.post(f"{links}/new", days="7")[1])
    url, _ = guest.get("/shared/" + made["address"].rpartition("/")[2])
    assert url.endswith(f"/notebooks/{notebook}")
    async with owner.socket(notebook) as own, guest.socket(notebook) as visit:
        writer, reader = Page(), Page()
        await writer.open(own)
        await reader.open(visit)
        assert writer.document is not None
        cell = writer.document.order[0]
        edit = {"op": "edit", "cell": cell, "version": 0}
        updates = [{"client": "a", "changes": [[0, "live"]]}]
        assert (await writer.ask(**edit, updates=updates))["t"] == "accepted"
        while reader.document is None or reader.document.cells[cell].source != "live":
            await reader.step()
        refused = await reader.ask(**{**edit, "version": 1}, updates=updates)
        assert (refused["t"], refused["code"]) == ("refused", "read_only")
        _, exported = guest.get(f"/notebooks/{notebook}/export/ipynb")
        assert [c.source for c in read_ipynb(exported.encode())] == ["live"]  # saved or not
        began = time.monotonic()
        owner.post(f"{links}/{made['link']['id']}/revoke")
        assert await asyncio.wait_for(reader.listen_to_the_end(), 20) == 4004
        assert time.monotonic() - began < 12
    with pytest.raises(urllib.error.HTTPError) as caught:
        guest.get(f"/notebooks/{notebook}")
    assert caught.value.code == 404
    caught.value.close()
