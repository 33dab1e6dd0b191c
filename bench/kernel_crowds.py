"""Thirty kernels at once, starts while they run, and a prompt beside a neighbour's busy loop."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bench.figures import Figure
from bench.kernel_drivers import Runs
from bench.kernel_starts import FIRST, high, start_in
from bench.notebook import timed
from bench.peers.stock_server import StockServer
from bench.rooms import OpenPlace, Room

CROWD = 30
BUSY = 2  # of the thirty
STARTS = 24
GOAL_TOGETHER_S = 3.0
GOAL_CROWDED_MS = 150.0
LOOP = "while True: pass"
LOOPS = (
    "import subprocess, sys\n"
    "loops = [subprocess.Popen([sys.executable, '-c', 'while True: pass']) for _ in range(4)]"
)
WARM, RUNS = 10, 60
SETTLE_SECONDS = 1.0


async def measure_crowd(_: Path, place: OpenPlace, server: StockServer) -> list[Figure]:
    """First all thirty at once, then one more at a time while they go on."""
    async with place.rooms(CROWD) as rooms, place.room() as newcomer:
        for room in rooms:
            await room.write(FIRST)
        together = await timed(_all(rooms)) / 1000
        async with AsyncExitStack() as stack:
            for room in rooms[:BUSY]:
                await stack.enter_async_context(_busy(room))
            await asyncio.sleep(SETTLE_SECONDS)
            crowded = [await start_in(newcomer) for _ in range(STARTS + 1)][1:]
        for room in rooms:
            await room.end_kernel()
    peer = await _stock_crowd(server)
    goal, slow = f"at most {GOAL_TOGETHER_S:g} s", high(crowded)
    holds = together <= GOAL_TOGETHER_S
    beside = f"start to first result while {CROWD} kernels run ({BUSY} of them busy)"
    crowded_goal = f"at most {GOAL_CROWDED_MS:g} ms"
    return [
        Figure(f"{CROWD} at once, last answer", together, "s", peer, peer / together, goal, holds),
        Figure(f"{beside}, median", statistics.median(crowded), "ms"),
        Figure(f"{beside}, 95 %", slow, "ms", None, None, crowded_goal, slow <= GOAL_CROWDED_MS),
    ]


async def _all(rooms: list[Room]) -> None:
    await asyncio.gather(*(room.run(FIRST) for room in rooms))


@asynccontextmanager
async def _busy(room: Room) -> AsyncIterator[None]:
    """A room whose kernel computes for ever, until the end."""
    cell = await room.write(LOOP)
    await room.page.ask(op="run", cell=cell)
    try:
        yield
    finally:
        await room.page.ask(op="interrupt")
        await room.page.finish(cell)


async def _stock_crowd(server: StockServer) -> float:
    """Seconds until the last of as many stock kernels has answered."""
    loop = asyncio.get_running_loop()
    began, answered = loop.time(), asyncio.Barrier(CROWD)
    ends: list[float] = []

    async def one() -> None:
        async with server.kernel() as kernel:
            await kernel.run(FIRST, until="execute_result")
            ends.append(loop.time() - began)
            await answered.wait()  # all stay until the last has come

    await asyncio.gather(*(one() for _ in range(CROWD)))
    return max(ends)


async def measure_fairness(_: Path, place: OpenPlace, server: StockServer) -> list[Figure]:
    """`x = 1` alone, and while a neighbour keeps four processes busy; the same of the peer."""
    async with place.room() as room, place.room() as neighbour:
        alone = await _median(room)
        await neighbour.run(LOOPS)
        ours = await _median(room)
        await neighbour.end_kernel()
    async with server.kernel() as kernel, server.kernel() as busy:
        await busy.run(LOOPS)
        theirs = await _median(kernel)
        await busy.run("for loop in loops: loop.kill()")
    name = "x = 1 beside a neighbour's four busy processes, median"
    return [
        Figure("x = 1 alone, median", alone, "ms"),
        Figure(name, ours, "ms", theirs, theirs / ours),
    ]


async def _median(kernel: Runs) -> float:
    """Milliseconds of `x = 1`, after a few runs to warm up."""
    times = [await timed(kernel.run("x = 1")) for _ in range(WARM + RUNS)]
    return statistics.median(times[WARM:])
