"""A running place with open notebooks, driven over the web socket exactly as a browser does it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.processes import command_of, descendants
from tests.browser.place import Place, running_place
from tests.live.browser_session import PASSWORD, Browser, Page

END = "import os; os._exit(0)"
# A class on one machine, all signed in as one person: no limit may come before the machine's own.
ROOMY = {
    "LOOKIN_KERNELS": "200",
    "LOOKIN_KERNELS_PER_PERSON": "200",
    "LOOKIN_MEMORY_RESERVE_MB": "64",
}


class Room:
    """One notebook with its socket. `run` writes each code into a cell once and runs it again."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._cells: dict[str, str] = {}

    async def write(self, code: str) -> str:
        """The cell that holds `code`; its id."""
        if code not in self._cells:
            cell = f"bench{next(self.page.refs)}"
            new = {"id": cell, "type": "code", "source": code}
            answer = await self.page.ask(op="insert", cell=new, after=None)
            assert answer["t"] == "accepted", answer
            self._cells[code] = cell
        return self._cells[code]

    async def run(self, code: str) -> None:
        """Run to its end. Raises RuntimeError when the cell fails."""
        cell = await self.write(code)
        state = await self.page.run(cell)
        if state != "done":
            raise RuntimeError(f"{code!r} ended as {state}")

    async def end_kernel(self) -> None:
        """Let the kernel end, so that the next run starts one."""
        await self.page.run(await self.write(END))


class OpenPlace:
    """A place with one signed-in person; `room()` opens a new notebook."""

    def __init__(self, place: Place, browser: Browser) -> None:
        self.place = place
        self._browser = browser

    @asynccontextmanager
    async def room(self) -> AsyncIterator[Room]:
        """A new notebook and its socket."""
        notebook = await asyncio.to_thread(self._browser.new_notebook, "bench")
        async with self._browser.socket(notebook) as socket:
            page = Page()
            await page.open(socket)
            yield Room(page)

    @asynccontextmanager
    async def rooms(self, number: int) -> AsyncIterator[list[Room]]:
        """Several of them."""
        async with contextlib.AsyncExitStack() as stack:
            yield [await stack.enter_async_context(self.room()) for _ in range(number)]

    def server_pids(self) -> dict[str, int]:
        """The processes of the place by name: `web` and `broker`."""
        found: dict[str, int] = {}
        for pid in sorted(descendants(self.place.process.pid), reverse=True):
            module, _, name = command_of(pid).strip().rpartition(" ")
            if module.endswith("lookin.site.cli"):
                found[name] = pid
        return found


@asynccontextmanager
async def open_place(folder: Path, **options: str) -> AsyncIterator[OpenPlace]:
    """`lookin run` with its home in `folder`."""
    with running_place(folder / "home", **ROOMY, **options) as place:
        place.add_person("bench", PASSWORD)
        browser = Browser(place.address)
        await asyncio.to_thread(browser.sign_in, "bench")
        yield OpenPlace(place, browser)
