"""What one idle kernel holds for itself, and what a hundred of them take of the machine."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from bench.figures import Figure
from bench.kernel_drivers import IMPORTS, OpenDriver, open_driver
from bench.peers.stock_server import StockServer
from bench.processes import (
    MB,
    available_bytes,
    descendants,
    kernel_family,
    private_bytes,
    proportional_bytes,
)

GOAL_ONE_MB = 15.0
GOAL_ALL_MB = 2500.0
MANY = 100
FEW = 6  # of a driver whose kernels share nothing: a hundred would take minutes
SETTLE_SECONDS = 2.0  # a kernel finishes its start in the background


async def measure_memory(folder: Path, server: StockServer) -> list[Figure]:
    """One kernel of each, then many of ours."""
    alone = set(descendants(os.getpid()))
    free = available_bytes()
    async with open_driver(folder) as driver, server.kernel() as stock:
        await stock.run(IMPORTS)
        theirs = [pid for pid in descendants(server.pid) if pid != server.pid]
        ours = await _one(driver)
        peer = private_bytes(theirs) / MB
        goal = f"at most {GOAL_ONE_MB:g} MB"
        name = "private memory of an idle kernel with numpy, pandas, pyplot"
        one = Figure(name, ours, "MB", peer, peer / ours, goal, ours <= GOAL_ONE_MB)
        beside = set(theirs) | alone
        return [one, *await _many(driver, beside, free, proportional_bytes(theirs) / MB)]


async def _one(driver: OpenDriver) -> float:
    """MB of one kernel, its warden included."""
    async with driver.kernel() as kernel:
        await kernel.run(IMPORTS)
        await asyncio.sleep(SETTLE_SECONDS)
        return private_bytes(kernel_family(kernel.pid)) / MB


async def _many(driver: OpenDriver, beside: set[int], free: int, peer: float) -> list[Figure]:
    """Everything the driver started: zygote, stock, wardens, kernels. `peer`: MB of one of its."""
    number = MANY if driver.shares else FEW
    async with driver.kernels(number):
        await asyncio.sleep(SETTLE_SECONDS)
        ours = proportional_bytes(descendants(os.getpid()) - beside) / MB
        taken = (free - available_bytes()) / MB - peer
    title = f"{number} idle kernels with pandas and pyplot"
    theirs = peer * number  # from one: a hundred of them do not fit into this benchmark's minutes
    whole = number == MANY
    goal = f"at most {GOAL_ALL_MB:g} MB" if whole else ""
    return [
        Figure(
            f"{title}, proportional memory",
            ours,
            "MB",
            theirs,
            theirs / ours,
            goal,
            not whole or ours <= GOAL_ALL_MB,
        ),
        Figure(
            f"{title}, less free memory",
            taken,
            "MB",
            goal=goal,
            holds=not whole or taken <= GOAL_ALL_MB,
        ),
    ]
