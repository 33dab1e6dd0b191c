"""A notebook of 500 cells with outputs in Chromium: until it is drawn and answers; scrolling.

Goals: at most 1 s; 60 frames a second; at most 350 kB of scripts and styles, compressed.
"""

# From the start of the navigation to the frame in which every cell of the first screen shows its
# source in an editor or as text and its outputs. Scrolling is compared with a plain page of the
# same length in the same browser: without a graphics card the processor draws every frame.

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser as Chromium
from playwright.async_api import Page

from bench.browsing import chromium, profile_of, somebody_at
from bench.figures import Figure, report
from bench.notebook_of_500 import CELLS, notebook_of_500
from tests.browser.camera import chromium_path
from tests.browser.place import running_place
from tests.live.browser_session import Browser

ROUNDS = 5
FRAMES = 240  # four seconds of scrolling
GOAL_MS, GOAL_FRAMES, GOAL_KB = 1000.0, 60.0, 350.0

# In the page before anything else: notes the first frame in which the first screen is whole.
_WATCH = """(() => {
  const near = (box) => box.bottom > 0 && box.top < innerHeight;
  const whole = (cell) =>
    cell.querySelector(".cm-content, .rendered, .source-hidden") !== null &&
    [...cell.querySelectorAll("img")].every((image) => image.complete);
  const look = () => {
    const cells = [...document.querySelectorAll(".cells > .cell")];
    const seen = cells.filter((cell) => near(cell.getBoundingClientRect()));
    if (seen.length && seen.every(whole)) {
      const channel = new MessageChannel(); // after this frame is on the screen
      channel.port1.onmessage = () => { window.wholeAt = performance.now(); };
      channel.port2.postMessage(0);
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""

_WAIT = """() => new Promise((resolve) => {
  const look = () => (window.wholeAt ? resolve(window.wholeAt) : setTimeout(look, 20));
  look();
})"""

# Scrolls a fixed way in each frame; the milliseconds between frames, and how much was scrolled.
_SCROLL = """(count) => new Promise((resolve) => {
  const box = document.scrollingElement;
  const from = box.scrollTop;
  const step = Math.min(90, (box.scrollHeight - innerHeight) / count);
  const times = [];
  const frame = (at) => {
    times.push(at);
    if (times.length > count)
      return resolve({
        gaps: times.slice(1).map((time, i) => time - times[i]),
        way: box.scrollTop - from,
        length: box.scrollHeight,
      });
    scrollBy(0, step);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


def main() -> int:
    """Measure and print; nothing where there is no Chromium."""
    if chromium_path() is None:
        print("Chromium was not found.")
        return 0
    with tempfile.TemporaryDirectory(prefix="lk") as folder:
        report(asyncio.run(_measure(Path(folder))))
    return 0


async def _measure(folder: Path) -> list[Figure]:
    with running_place(folder / "home") as place:
        person = await somebody_at(place)
        notebook = await asyncio.to_thread(person.new_notebook, "bench")
        [file] = (folder / "home" / "workspaces").rglob("bench*.ipynb")
        file.write_text(json.dumps(notebook_of_500()))
        address = f"{place.address}/notebooks/{notebook}"
        async with chromium() as browser:
            return await _figures(browser, person, address)


async def _figures(browser: Chromium, person: Browser, address: str) -> list[Figure]:
    fresh: list[float] = []
    again: list[float] = []
    scrolls, plains = [], []
    for _ in range(ROUNDS):
        context = await profile_of(person, browser, viewport={"width": 1440, "height": 900})
        page = await context.new_page()
        fetched = _count(page)
        fresh.append(await _opened(page, address))
        again.append(await _opened(page, address))
        there = int(await page.evaluate("document.querySelectorAll('.cells > .cell').length"))
        if there != CELLS:
            raise RuntimeError(f"{there} cells")
        scrolls.append(await page.evaluate(_SCROLL, FRAMES))
        plains.append(await _plain(page, int(scrolls[-1]["length"])))
        await context.close()
    kilobytes = {kind: size / 1000 for kind, size in fetched.items()}
    return [
        _open_figure("500 cells, from navigation to the whole first screen", fresh),
        _open_figure("the same, scripts and styles in the browser's cache", again),
        *_scroll_figures([scroll["gaps"] for scroll in scrolls], plains),
        _load_figure(kilobytes),
        Figure("fonts beside it", kilobytes.get("font", 0.0), "kB"),
    ]


def _count(page: Page) -> dict[str, int]:
    """Bytes on the line of what the page fetches for the first time, by kind."""
    kinds: dict[str, int] = {}

    async def ended(request: Any) -> None:
        sizes = await request.sizes()
        kind = request.resource_type
        kinds[kind] = kinds.get(kind, 0) + sizes["responseBodySize"]

    page.on("requestfinished", ended)
    return kinds


async def _opened(page: Page, address: str) -> float:
    await page.add_init_script(_WATCH)
    await page.goto(address)
    return float(await page.evaluate(_WAIT))


async def _plain(page: Page, length: int) -> list[float]:
    """The same scrolling over lines of text and nothing else, as long as the notebook."""
    await page.goto("about:blank")
    lines = length // 20
    await page.set_content(
        "<style>div{height:20px;overflow:hidden;font:14px monospace}</style>"
        + "".join(f"<div>step {n}: a line of text like any other</div>" for n in range(lines))
    )
    done = await page.evaluate(_SCROLL, FRAMES)
    return [float(gap) for gap in done["gaps"]]


def _open_figure(name: str, times: list[float]) -> Figure:
    value = statistics.median(times)
    goal = f"at most {GOAL_MS / 1000:g} s"
    return Figure(
        f"{name}, median of {len(times)}", value, "ms", None, None, goal, value <= GOAL_MS
    )


def _scroll_figures(gaps: list[list[float]], plain: list[list[float]]) -> list[Figure]:
    ours, peer = ([gap for run in kept for gap in run] for kept in (gaps, plain))
    rate, rate_of_plain = (1000 * len(kept) / sum(kept) for kept in (ours, peer))
    high, high_of_plain = (statistics.quantiles(kept, n=20)[-1] for kept in (ours, peer))
    goal = f"{GOAL_FRAMES:g}, or what a plain page reaches"
    holds = rate >= 0.97 * min(GOAL_FRAMES, rate_of_plain)
    late = 100 * sum(gap > 25 for gap in ours) / len(ours)
    late_of_plain = 100 * sum(gap > 25 for gap in peer) / len(peer)
    return [
        Figure("scrolling, frames a second", rate, "/s", rate_of_plain, None, goal, holds),
        Figure("scrolling, 95 % of the frames within", high, "ms", high_of_plain),
        Figure("scrolling, frames later than 25 ms", late, "%", late_of_plain),
        Figure("scrolling, the longest frame", max(ours), "ms", max(peer)),
    ]


def _load_figure(kilobytes: dict[str, float]) -> Figure:
    value = kilobytes.get("script", 0.0) + kilobytes.get("stylesheet", 0.0)
    goal = f"at most {GOAL_KB:g} kB"
    name = "scripts and styles that the notebook page fetches, compressed"
    return Figure(name, value, "kB", None, None, goal, value <= GOAL_KB)
