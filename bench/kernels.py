"""Kernels against a stock jupyter_server with ipykernel: starts, memory, round trips, floods.

Both run in turn in one run (`bench/peers/stock_server.py`). Each group of figures stands in a
module `kernel_…` beside this one; `python -m bench.kernels starts flood` measures only these.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.figures import Figure, report
from bench.kernel_crowds import measure_crowd, measure_fairness
from bench.kernel_drivers import KERNEL_PYTHON
from bench.kernel_floods import measure_flood, measure_page
from bench.kernel_memory import measure_memory
from bench.kernel_starts import measure_round_trips, measure_starts
from bench.peers import stock_server
from bench.peers.stock_server import StockServer
from bench.rooms import OpenPlace, open_place

Group = Callable[[Path, OpenPlace, StockServer], Awaitable[list[Figure]]]
GROUPS: dict[str, Group] = {
    "starts": measure_starts,
    "round": measure_round_trips,
    "flood": measure_flood,
    "page": measure_page,
    "fair": measure_fairness,
    "crowd": measure_crowd,
}
MEMORY = "memory"  # without a place beside it, whose kernels would be in the figures


def main(groups: list[str] | None = None) -> int:
    """Measure and print; 1 when the peer could not be had. A missed goal is told in the table."""
    try:
        versions = stock_server.prepare(KERNEL_PYTHON)
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"The peer could not be installed: {error}\n")
        return 1
    print("The peer:", ", ".join(f"{name} {version}" for name, version in versions.items()))
    with tempfile.TemporaryDirectory(prefix="lk") as folder:
        report(asyncio.run(_measure(Path(folder), groups or [MEMORY, *GROUPS])))
    return 0


async def _measure(folder: Path, groups: list[str]) -> list[Figure]:
    figures: list[Figure] = []
    (folder / "p").mkdir()
    with stock_server.stock_server(folder / "p") as server:
        if MEMORY in groups:
            figures += await _told(MEMORY, measure_memory(folder, server))
        async with contextlib.AsyncExitStack() as stack:
            named = [name for name in GROUPS if name in groups]
            if named:
                place = await stack.enter_async_context(open_place(folder))
            for name in named:
                figures += await _told(name, GROUPS[name](folder, place, server))
    return figures


async def _told(name: str, measuring: Awaitable[list[Figure]]) -> list[Figure]:
    """The figures; on stderr how long they took, and what they are in case a later group fails."""
    began = time.monotonic()
    figures = await measuring
    sys.stderr.write(f"{name}: {time.monotonic() - began:.0f} s\n")
    for figure in figures:
        sys.stderr.write(f"  {figure.name}: {figure.value:.4g} {figure.unit}\n")
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
