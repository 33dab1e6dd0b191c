"""The history of a notebook in Chromium: kept, compared, brought back live, read by everybody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import AXE, problems_of
from tests.browser.conftest import watch_console
from tests.browser.place import Place
from tests.browser.test_notebook_page import KERNEL_MS, cell, is_saved, open_new, run, write

EVIL = '<img src=x onerror="document.title=1">'
PICTURES = os.environ.get("LOOKIN_HISTORY_PICTURES")
PLOT = (
    "import matplotlib.pyplot as plt\nfrom IPython.display import HTML, display\n"
    "plt.plot([1, {}]); plt.show()\ndisplay(HTML('<script>document.title = 1</script>framed'))"
)


@pytest.fixture
def notebook(page: Page) -> Page:
    """A page on a notebook with a named version, and changes after it."""
    return written(page)


def written(page: Page) -> Page:
    """Write it."""
    open_new(page)
    run(page, 1, "# 한글 😀\nx = 1\nprint(x)")
    expect(cell(page, 1).locator(".outputs")).to_have_text("1\n", timeout=KERNEL_MS)
    run(page, 2, PLOT.format(2))
    expect(cell(page, 2).locator(".outputs img")).to_be_visible(timeout=KERNEL_MS)
    write(page, 3, EVIL)
    page.keyboard.press("Escape")
    is_saved(page)
    keep(page, EVIL)
    write(page, 1, "# 한글 😀\nx = 22\nprint(x)")
    run(page, 2, PLOT.format(9))
    cell(page, 3).click()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.keyboard.press("d")
    expect(page.locator(".cell")).to_have_count(2)
    is_saved(page)
    return page


def keep(page: Page, name: str) -> None:
    """Keep a version by its key."""
    page.locator(".cell").last.focus()
    page.keyboard.press("Shift+R")
    page.locator("dialog input").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text(name)


def open_history(page: Page) -> Page:
    """From the notebook, by its key."""
    page.locator(".cell").last.focus()
    page.keyboard.press("Shift+Y")
    page.wait_for_url("**/history")
    expect(page.locator(".version").first).to_be_visible()
    return page


def choose(page: Page, name: str) -> None:
    page.locator(".version", has_text=name).click()
    expect(page.locator(".history-main h2")).to_have_text(name)
    expect(page.locator(".comparison")).to_be_visible()


def take(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_a_version_is_compared_cell_by_cell_and_brought_back_and_that_undone(
    notebook: Page, place: Place, browser: Browser
) -> None:
    address = notebook.url
    other = browser.new_context(
        base_url=place.address, locale="en-GB", storage_state=notebook.context.storage_state()
    )
    watcher = other.new_page()
    wrong = watch_console(watcher)
    watcher.goto(address)
    expect(watcher.locator(".cell")).to_have_count(2)
    history = open_history(notebook)
    choose(history, EVIL)
    rows = history.locator(".cell-row")
    expect(rows).to_have_count(3)
    first = rows.nth(0)
    expect(first.locator("del")).to_have_text("Removed: x = 1")
    expect(first.locator("ins")).to_have_text("New: x = 22")
    expect(first.locator("ins mark")).to_have_text("22")
    expect(rows.nth(2)).to_contain_text("Removed")
    expect(rows.nth(2).locator("del")).to_contain_text(EVIL)
    rows.nth(1).locator(".row-outputs summary").click()
    expect(rows.nth(1).locator(".output-sides img")).to_have_count(2)
    frames = rows.nth(1).locator("iframe[sandbox='allow-scripts']")
    expect(frames).to_have_count(2)
    take(history, "compare-desktop")
    history.get_by_role("button", name="Bring back this version").click()
    expect(history.locator(".notice.finished")).to_contain_text("as it was then")
    expect(watcher.locator(".cell")).to_have_count(3)
    expect(cell(watcher, 1).locator(".cm-content")).to_contain_text("x = 1")
    expect(watcher.locator(".toast", has_text="mina brought back")).to_be_visible()
    write(watcher, 3, "alive")
    is_saved(watcher)
    history.locator(".toast button").click()
    expect(watcher.locator(".cell")).to_have_count(2)
    expect(cell(watcher, 1).locator(".cm-content")).to_contain_text("x = 22")
    assert history.title() != "1"
    assert not wrong, wrong
    other.close()


def test_one_cell_comes_back_alone_and_runs_are_told(notebook: Page) -> None:
    history = open_history(notebook)
    choose(history, EVIL)
    history.get_by_role("button", name="Bring back this cell: cell 3 of then").click()
    expect(history.locator(".toast")).to_contain_text("The cell is back")
    expect(history.locator(".cell-row")).to_have_count(2)
    history.get_by_role("button", name="Runs of cell 1").click()
    runs = history.locator(".runs li")
    expect(runs).to_have_count(1)
    expect(runs.first).to_contain_text("Done")
    runs.first.locator("summary").click()
    expect(runs.first.locator(".run-text")).to_contain_text("x = 1")
    take(history, "runs")
    history.keyboard.press("Escape")
    history.get_by_role("link", name="Untitled").click()
    expect(history.locator(".cell")).to_have_count(3)
    expect(cell(history, 1).locator(".cm-content")).to_contain_text("x = 22")


def test_names_and_the_whole_history_by_keyboard_alone(notebook: Page) -> None:
    history = open_history(notebook)
    history.locator(".version").first.focus()
    history.keyboard.press("ArrowDown")
    chosen = history.locator(".version[aria-current]")
    expect(chosen).to_be_focused()
    history.keyboard.press("ArrowUp")
    expect(history.locator(".version").first).to_be_focused()
    history.get_by_role("button", name="Name…").press("Enter")
    history.locator("dialog input").fill("Handed in")
    history.keyboard.press("Enter")
    expect(history.locator(".version strong").first).to_have_text("Handed in")
    history.get_by_role("button", name="Delete this history…").press("Enter")
    history.keyboard.press("Enter")
    expect(history.get_by_text("No earlier versions yet.")).to_be_visible()
    take(history, "empty")


@pytest.fixture(scope="module")
def kept(browser: Browser, place: Place) -> tuple[str, Any]:
    """Where such a notebook is, and its owner's cookies: for those who only read it."""
    with browser.new_context(base_url=place.address, locale="en-GB") as context:
        page = written(context.new_page())
        return page.url, context.storage_state()


@pytest.fixture(params=[("light", "en-GB", 1440), ("dark", "ko-KR", 360)], ids=str)
def screen(
    request: pytest.FixtureRequest, kept: tuple[str, Any], browser: Browser, place: Place
) -> Iterator[Page]:
    """The same history in another light, language and width."""
    light, locale, width = request.param
    context = browser.new_context(
        base_url=place.address,
        storage_state=kept[1],
        locale=locale,
        color_scheme=light,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
        bypass_csp=True,
    )
    page = context.new_page()
    page.goto(f"{kept[0]}/history")
    expect(page.locator(".version").first).to_be_visible()
    yield page
    context.close()


@pytest.mark.skipif(
    not AXE.is_file() and not os.environ.get("LOOKIN_CI"),
    reason="skipped: axe-core was not found (run npm ci in web/)",
)
def test_the_history_has_no_barrier_and_nothing_hangs_over(screen: Page) -> None:
    choose(screen, EVIL)
    for summary in screen.locator(".history-main summary").all():
        summary.click()
    screen.wait_for_load_state("networkidle")
    take(screen, f"axe-{screen.evaluate('innerWidth')}")
    assert problems_of(screen) == []
    width = screen.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    screen.locator(".history-tools button").last.click()
    expect(screen.locator(".runs li").first).to_be_visible()
    assert problems_of(screen) == []
    take(screen, f"runs-{width[1]}")
