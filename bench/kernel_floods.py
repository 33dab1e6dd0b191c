"""A hundred thousand printed lines: what they cost end to end, in memory, and in the page."""

from __future__ import annotations

import statistics
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from bench.bare import bare_kernel
from bench.figures import Figure
from bench.kernel_drivers import KERNEL_PYTHON
from bench.notebook import timed
from bench.peers.stock_server import StockServer
from bench.processes import MB, resident_bytes
from bench.rooms import OpenPlace
from tests.browser.camera import chromium_path, quiet_arguments
from tests.live.browser_session import PASSWORD

FLOOD = "for i in range(100_000): print(i)"
WARM, ROUNDS = 4, 5
GOAL_RATIO = 1.5
GOAL_GROWTH_MB = 8.0
GOAL_TASK_MS = 200.0

# The longest time in which the page could do nothing else: a timer that came late.
_WATCH = """() => {
  const pause = 5;
  let asked = performance.now();
  window.longest = 0;
  const tick = () => {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - asked - pause);
    asked = now;
    setTimeout(tick, pause);
  };
  setTimeout(tick, pause);
}"""


async def measure_flood(folder: Path, place: OpenPlace, server: StockServer) -> list[Figure]:
    """Ours, the bare kernel, and the stock server in turn."""
    ours: list[float] = []
    bare: list[float] = []
    stock: list[float] = []
    async with (
        place.room() as room,
        bare_kernel(KERNEL_PYTHON, folder / "f") as alone,
        server.kernel() as theirs,
    ):
        await room.write(FLOOD)
        for number in range(WARM + ROUNDS):
            times = [await timed(who.run(FLOOD)) for who in (room, alone, theirs)]
            if number >= WARM:
                for kept, value in zip((ours, bare, stock), times, strict=True):
                    kept.append(value)
            else:  # until the buffers have their size
                before = _resident(place)
        growth = {name: (size - before[name]) / MB for name, size in _resident(place).items()}
    value, floor = statistics.median(ours), statistics.median(bare)
    cost, goal = value / floor, f"at most {GOAL_RATIO:g} × the kernel's own"
    holds = cost <= GOAL_RATIO
    peer = statistics.median(stock)
    return [
        Figure("100,000 printed lines, end to end", value, "ms", peer, peer / value),
        Figure("100,000 printed lines at a bare kernel", floor, "ms"),
        Figure("100,000 lines, times the kernel's own", cost, "×", peer / floor, None, goal, holds),
        *(_flat(name, megabytes) for name, megabytes in sorted(growth.items())),
    ]


def _resident(place: OpenPlace) -> dict[str, int]:
    return {name: resident_bytes(pid) for name, pid in place.server_pids().items()}


def _flat(name: str, megabytes: float) -> Figure:
    title = f"memory that {ROUNDS} more floods add to the {name} process"
    goal = f"at most {GOAL_GROWTH_MB:g} MB"
    return Figure(title, megabytes, "MB", None, None, goal, megabytes <= GOAL_GROWTH_MB)


async def measure_page(_: Path, place: OpenPlace, __: StockServer) -> list[Figure]:
    """The same in Chromium; nothing where there is none."""
    path = chromium_path()
    if path is None:
        return []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=quiet_arguments())
        try:
            longest, seconds = await _flood_page(browser, place)
        finally:
            await browser.close()
    goal = f"at most {GOAL_TASK_MS:g} ms"
    name = "100,000 lines in Chromium: the longest time the page stood still"
    return [
        Figure(name, longest, "ms", None, None, goal, longest <= GOAL_TASK_MS),
        Figure("100,000 lines in Chromium, from the key to the last line", seconds, "ms"),
    ]


async def _flood_page(browser: Browser, place: OpenPlace) -> tuple[float, float]:
    page = await browser.new_page(base_url=place.place.address)
    await _open_notebook(page)
    await _write(page, "'ready'")
    await page.get_by_text("ready'").last.wait_for()
    await _write(page, FLOOD, run=False)
    await page.evaluate(_WATCH)

    async def flood() -> None:
        await page.keyboard.press("Control+Enter")
        await page.locator(".output-box", has_text="99999").wait_for(timeout=60_000)

    seconds = await timed(flood())
    return float(await page.evaluate("window.longest")), seconds


async def _open_notebook(page: Page) -> None:
    await page.goto("/login")
    await page.fill("#username", "bench")
    await page.fill("#password", PASSWORD)
    await page.press("#password", "Enter")
    await page.wait_for_url("**/service")
    await page.get_by_role("button", name="New").first.click()
    await page.wait_for_url("**/notebooks/*")


async def _write(page: Page, code: str, *, run: bool = True) -> None:
    """Replace the first cell's text."""
    await page.locator(".cm-content").first.click()
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.insert_text(code)
    if run:
        await page.keyboard.press("Control+Enter")
