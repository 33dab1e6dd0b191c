"""A broker without any fence serves one person, unless the operator said otherwise.

The kernels are scripted, with the tier that a machine without a fence has; the socket is real.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from lookin.apps.kernels.broker.house import House
from lookin.apps.kernels.broker.reception import receive
from lookin.apps.kernels.broker.rules import HouseRules, KernelRules
from lookin.apps.notebooks.framing import pack, pack_json, read_frame, read_json, token_file
from lookin.core.documents.ipynb import new_document, write_ipynb
from lookin.core.lib.ids import new_uuid
from tests.live.broker_process import Client
from tests.live.scripted_kernel import ScriptedDriver

TOKEN = "of this test"


@asynccontextmanager
async def broker(*, unfenced: bool) -> AsyncIterator[Path]:
    """The socket of a broker whose machine has no fence."""
    with tempfile.TemporaryDirectory(prefix="lk") as name:
        folder = Path(name)
        (folder / "live").mkdir()
        rules = KernelRules(unfenced=unfenced)
        house = House(folder / "live", ScriptedDriver(), HouseRules(), rules)
        path = folder / "broker.sock"
        token_file(path).write_text(TOKEN)
        server = await asyncio.start_unix_server(
            lambda reader, writer: receive(house, TOKEN, reader, writer), path
        )
        yield path
        await house.close()
        server.close()


def visit(path: Path, **more: Any) -> Client:
    """A page at a new notebook."""
    file = path.parent / "workspace" / f"{new_uuid()}.ipynb"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(write_ipynb(new_document()))
    where = {"notebook": new_uuid(), "path": str(file), "folder": str(file.parent), "title": "t"}
    return Client(
        path, {"op": "open", "person": new_uuid(), "name": "Ann", "role": "owner", **where, **more}
    )


async def kernel_of(page: Client) -> dict[str, Any]:
    """What became of the kernel after a cell was told to run."""
    await page.until(lambda: page.document)
    assert page.document is not None
    await page.ask(op="run", cell=page.document.order[0])
    await page.until(lambda: page.kernel["state"] in {"idle", "dead"})
    return page.kernel


async def test_a_person_alone_needs_no_fence() -> None:
    async with broker(unfenced=False) as path, visit(path, alone=True) as page:
        assert (await kernel_of(page))["state"] == "idle"


@pytest.mark.parametrize("said", [{"alone": False}, {}])
async def test_among_several_no_kernel_starts_and_the_reason_is_told(said: dict[str, bool]) -> None:
    async with broker(unfenced=False) as path, visit(path, **said) as page:
        kernel = await kernel_of(page)
        assert (kernel["state"], kernel["reason"]) == ("dead", "unfenced")
        assert "several people are here" in kernel["message"]


async def test_an_operator_may_say_that_all_may_read_everything() -> None:
    async with broker(unfenced=True) as path, visit(path, alone=False) as page:
        assert (await kernel_of(page))["state"] == "idle"


async def test_who_was_alone_is_not_any_more_when_the_web_says_so() -> None:
    async with broker(unfenced=False) as path, visit(path, alone=True) as page:
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(pack(TOKEN) + pack_json({"op": "kernels", "person": None, "alone": False}))
        assert read_json(await read_frame(reader, 1000) or b"") == {"kernels": []}
        writer.close()
        assert (await kernel_of(page))["reason"] == "unfenced"
