"""From asking for a kernel to its first result, and one round trip of a kernel that runs."""

from __future__ import annotations

import asyncio
import statistics
from pathlib import Path

from bench.bare import bare_kernel
from bench.figures import Figure
from bench.kernel_drivers import KERNEL_PYTHON, Runs, open_driver
from bench.notebook import timed
from bench.peers.stock_server import StockServer
from bench.rooms import OpenPlace, Room
from lookin.core.kernels.messages import Output

ROUNDS = 24
RUNS = 200
WARM = 20
GOAL_RATIO = 15.0
GOAL_OVER_MS = 3.0
FIRST = "1+1"
# Between two starts, as between people who begin: the stock is filled meanwhile.
REST_SECONDS = 0.4


async def measure_starts(folder: Path, place: OpenPlace, server: StockServer) -> list[Figure]:
    """All three in turn, with nothing else running."""
    ours: list[float] = []
    driven: list[float] = []
    peer: list[float] = []
    async with open_driver(folder) as driver, place.room() as room:
        for number in range(ROUNDS + 1):
            times = [await start_in(room)]
            began = asyncio.get_running_loop().time()
            async with driver.kernel() as kernel:
                await kernel.run(FIRST, Output)
                times.append((asyncio.get_running_loop().time() - began) * 1000)
            times.append(await _start_of_stock(server))
            if number:  # the first round warms up
                for kept, value in zip((ours, driven, peer), times, strict=True):
                    kept.append(value)
    return [
        _compare("start to first result in the browser's socket, median", ours, peer),
        _compare("start to first result at the driver, median", driven, peer),
        Figure("start to first result in the browser's socket, 95 %", high(ours), "ms", high(peer)),
    ]


def _compare(name: str, ours: list[float], peer: list[float]) -> Figure:
    value, theirs = statistics.median(ours), statistics.median(peer)
    goal = f"at least {GOAL_RATIO:g} × faster"
    return Figure(name, value, "ms", theirs, theirs / value, goal, theirs / value >= GOAL_RATIO)


async def start_in(room: Room) -> float:
    """Milliseconds from the frame that asks to the frame with the result; ends it, and rests."""
    await room.write(FIRST)
    taken = await timed(room.run(FIRST))
    await room.end_kernel()
    await asyncio.sleep(REST_SECONDS)
    return taken


async def _start_of_stock(server: StockServer) -> float:
    began = asyncio.get_running_loop().time()
    async with server.kernel() as kernel:
        await kernel.run(FIRST, until="execute_result")
        return (asyncio.get_running_loop().time() - began) * 1000


def high(times: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


async def measure_round_trips(folder: Path, place: OpenPlace, server: StockServer) -> list[Figure]:
    """`x = 1` through our web socket, at a bare kernel over ipc, through the stock server's."""
    code = "x = 1"
    ours: list[float] = []
    bare: list[float] = []
    stock: list[float] = []
    async with (
        place.room() as room,
        bare_kernel(KERNEL_PYTHON, folder / "b") as alone,
        server.kernel() as theirs,
    ):
        for number in range(WARM + RUNS):
            turns: list[tuple[Runs, list[float]]] = [(room, ours), (alone, bare), (theirs, stock)]
            for kernel, kept in turns[number % 3 :] + turns[: number % 3]:
                taken = await timed(kernel.run(code))
                if number >= WARM:
                    kept.append(taken)
    over = statistics.median(ours) - statistics.median(bare)
    value, peer = statistics.median(ours), statistics.median(stock)
    goal = f"at most {GOAL_OVER_MS:g} ms"
    return [
        Figure("x = 1 through the browser's socket, median", value, "ms", peer, peer / value),
        Figure("x = 1 at a bare kernel over ipc, median", statistics.median(bare), "ms"),
        Figure("x = 1, over the bare kernel", over, "ms", None, None, goal, over <= GOAL_OVER_MS),
        Figure("x = 1 through the browser's socket, 95 %", high(ours), "ms", high(stock)),
    ]
