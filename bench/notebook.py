"""Running `x = 1` in a cell: through the web socket and the broker, against the bare kernel.

The peer is jupyter_client on the same kernel, over ipc, in the same run. Measured from the frame
that asks for the run to the frame that says it is done; the browser's own part is not in it.
Goal: at most 30 ms over the kernel's own time (median).
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

from bench.bare import bare_kernel
from bench.figures import Figure, report
from lookin.site.env import ROOT
from tests.browser.place import running_place
from tests.live.browser_session import PASSWORD, Browser, Page

RUNS = 200
WARM = 20
GOAL_MS = 30.0
KERNEL_PYTHON = ROOT / ".venv-kernels" / "bin" / "python"


def main() -> int:
    """Measure both in turn, interleaved, and print the figures."""
    with tempfile.TemporaryDirectory(prefix="lk") as folder:
        ours, peer, burst = asyncio.run(_measure(Path(folder)))
    over = statistics.median(ours) - statistics.median(peer)
    report(
        [
            Figure(
                "run a cell over the web socket, median",
                statistics.median(ours),
                "ms",
                peer=statistics.median(peer),
                ratio=statistics.median(peer) / statistics.median(ours),
            ),
            Figure(
                "over the kernel's own time, median",
                over,
                "ms",
                goal=f"at most {GOAL_MS:g} ms",
                holds=over <= GOAL_MS,
            ),
            Figure("run a cell over the web socket, 95 %", _high(ours), "ms", peer=_high(peer)),
            Figure("10,000 printed lines, run to end", burst, "ms"),
        ]
    )
    return 0


def _high(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


async def _measure(folder: Path) -> tuple[list[float], list[float], float]:
    with running_place(folder / "home") as place:
        place.add_person("bench", PASSWORD)
        browser, page = Browser(place.address), Page()
        await asyncio.to_thread(browser.sign_in, "bench")
        notebook = await asyncio.to_thread(browser.new_notebook, "bench")
        async with (
            browser.socket(notebook) as socket,
            bare_kernel(KERNEL_PYTHON, folder / "b") as bare,
        ):
            await page.open(socket)
            cell = await _write(page, "x = 1")
            ours, peer = [], []
            for number in range(WARM + RUNS):
                times = (await timed(page.run(cell)), await timed(bare.run("x = 1")))
                if number >= WARM:
                    ours.append(times[0])
                    peer.append(times[1])
            lines = await _write(page, "for i in range(10_000): print(i)")
            return ours, peer, await timed(page.run(lines))


async def _write(page: Page, code: str) -> str:
    """A new cell with `code`; its id."""
    cell = f"bench{next(page.refs)}"
    new = {"id": cell, "type": "code", "source": code}
    assert (await page.ask(op="insert", cell=new, after=None))["t"] == "accepted"
    return cell


async def timed(running: Awaitable[object]) -> float:
    """Milliseconds that an awaitable takes."""
    began = time.perf_counter()
    await running
    return (time.perf_counter() - began) * 1000
