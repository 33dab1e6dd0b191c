"""The page of running kernels and the notebook's own words of its kernel, in Chromium."""

from __future__ import annotations

import contextlib
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import LANGUAGES, SCREENS
from tests.browser.conftest import ADMIN, MEMBER, arrive, watch_console
from tests.browser.place import ROOT, Place, running_place
from tests.browser.test_notebook_page import KERNEL_MS, write

NEWCOMER = ("juno", "a window seat at dusk")
ONE_PLACE = {"LOOKIN_KERNELS": "1", "LOOKIN_KERNEL_STOCK": "0"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place with room for one kernel, so that the second waits."""
    with running_place(tmp_path_factory.mktemp("small"), **ONE_PLACE) as running:
        running.add_person(*ADMIN, role="admin")
        running.add_person(*MEMBER)
        yield running


@pytest.fixture(scope="module")
def modest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place where everybody may have one kernel."""
    with running_place(tmp_path_factory.mktemp("modest"), LOOKIN_KERNELS_PER_PERSON="1") as running:
        running.add_person(*ADMIN, role="admin")
        running.add_person(*MEMBER)
        yield running


@pytest.fixture
def people(browser: Browser, small: Place) -> Iterator[tuple[Page, Page]]:
    """The admin's page and the member's, whose consoles must stay free of errors."""
    with signed_in(browser, small, ADMIN, MEMBER) as (admin, member):
        yield admin, member


@contextlib.contextmanager
def signed_in(browser: Browser, place: Place, *people: tuple[str, str]) -> Iterator[list[Page]]:
    """A page for each of these people, whose consoles must stay free of errors."""
    contexts = [browser.new_context(base_url=place.address, locale="en-GB") for _ in people]
    pages = [context.new_page() for context in contexts]
    wrong = [watch_console(page) for page in pages]
    for page, person in zip(pages, people, strict=True):
        arrive(page, person)
    yield pages
    for context in contexts:
        context.close()
    assert not any(wrong), wrong


def run_in_new_notebook(page: Page, code: str) -> str:
    """A new notebook whose first cell is told to run; its address."""
    page.goto("/service")
    page.get_by_role("button", name="New notebook").click()
    page.wait_for_url("**/notebooks/*")
    expect(page.locator(".notebook-state")).to_contain_text("Ready")
    write(page, 1, code)
    page.keyboard.press("Shift+Enter")
    return page.url


def stop(page: Page) -> None:
    """Stop the one kernel that the page lists, by keyboard, past the question."""
    page.get_by_role("button", name=re.compile("^Stop ")).press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Stop").press("Enter")


def test_who_comes_second_sees_the_place_and_goes_on_when_the_first_is_stopped(
    people: tuple[Page, Page],
) -> None:
    admin, member = people
    notebook = run_in_new_notebook(member, "x = 6 * 7; x")
    expect(member.locator(".outputs").first).to_have_text("42", timeout=KERNEL_MS)
    expect(member.locator(".usage")).to_contain_text("MB", timeout=KERNEL_MS)

    run_in_new_notebook(admin, "'at last'")
    expect(admin.locator(".notebook-state .state")).to_have_text("Next in line")
    expect(admin.locator(".problem")).to_contain_text("You are next in line")
    expect(admin.locator(".run-note").first).to_have_text("…")  # not "1st", in a line of its own

    member.goto("/running/")
    row = member.locator(".kernel")
    expect(row).to_have_count(1)  # their own, and not the admin's
    expect(row.locator("a")).to_have_attribute("href", notebook.removeprefix(member.url[:-9]))
    expect(row).to_contain_text("Ready, idle for")
    expect(row.locator(".memory")).to_contain_text("MB")
    stop(member)
    expect(row).to_have_count(0)
    expect(member.get_by_text("Nothing runs at the moment.")).to_be_visible()

    expect(admin.locator(".outputs").first).to_have_text("'at last'", timeout=KERNEL_MS)
    member.goto(notebook)
    expect(member.locator(".problem")).to_contain_text("list of running kernels")
    member.get_by_role("button", name="Start again").click()
    expect(member.locator(".notebook-state .state")).to_have_text("Next in line")

    admin.goto("/running/")
    expect(admin.locator(".kernel")).to_have_count(2)
    expect(admin.locator(".kernel", has_text=MEMBER[0])).to_contain_text("Next in line")
    expect(admin.locator(".kernel", has_text=ADMIN[0])).to_contain_text("you")
    expect(admin.locator("#running-machine + *")).to_contain_text("1 of 1 taken · 1 waiting")
    expect(admin.locator("#running-fence + *")).to_contain_text("Full")


def test_who_has_all_that_one_person_may_waits_until_they_stop_one(
    browser: Browser, modest: Place
) -> None:
    with signed_in(browser, modest, ADMIN, MEMBER) as (admin, member):
        run_in_new_notebook(member, "'the first'")
        expect(member.locator(".outputs").first).to_have_text("'the first'", timeout=KERNEL_MS)
        second = run_in_new_notebook(member, "'the second'")
        expect(member.locator(".notebook-state .state")).to_have_text("Waiting for a place")
        run_in_new_notebook(admin, "'not mine to wait for'")
        expect(admin.locator(".outputs").first).to_contain_text("not mine", timeout=KERNEL_MS)
        admin.goto("/running/")
        waits = admin.locator(".kernel", has_text="Waits until they stop one of theirs")
        expect(waits).to_contain_text(MEMBER[0])

        member.locator(".problem").get_by_role("button", name="See what runs").click()
        expect(member).to_have_url(re.compile("/running/$"))
        expect(member.locator(".kernel")).to_have_count(2)
        expect(member.locator(".kernel").last).to_contain_text("Waits until you stop one of yours")
        member.locator(".kernel").first.get_by_role("button").press("Enter")
        member.get_by_role("dialog").get_by_role("button", name="Stop").press("Enter")
        expect(member.locator(".kernel")).to_have_count(1)
        member.goto(second)
        expect(member.locator(".outputs").first).to_have_text("'the second'", timeout=KERNEL_MS)


LINES = 60
PRINTING = f"""import time
for i in range({LINES}):
    print("line", i, flush=True)
    time.sleep(0.1)"""

# What the page says of the kernel, however short it says it.
NOTE_STATES = """() => {
  window.states = [];
  const bar = document.querySelector(".notebook-state");
  new MutationObserver(() => states.push(bar.querySelector(".state")?.textContent))
    .observe(bar, { childList: true, characterData: true, subtree: true });
}"""


def broker_of(place: Place) -> int:
    """The process id of the broker that `lookin run` started."""
    pid = place.process.pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if Path(f"/proc/{child}/cmdline").read_bytes().rstrip(b"\0").endswith(b"broker"):
            return int(child)
    raise AssertionError("lookin run has no broker")


def test_a_killed_broker_costs_the_page_no_line_and_the_kernel_no_variable(
    browser: Browser, modest: Place
) -> None:
    modest.add_person(*NEWCOMER)
    with signed_in(browser, modest, NEWCOMER) as (page,):
        run_in_new_notebook(page, PRINTING)
        outputs = page.locator(".cell").first.locator(".outputs")
        expect(outputs).to_contain_text("line 5", timeout=KERNEL_MS)
        broker = broker_of(modest)
        page.evaluate(NOTE_STATES)
        os.kill(broker, signal.SIGKILL)
        page.wait_for_function("() => states.includes('Reconnecting…')", timeout=KERNEL_MS)
        expect(page.locator(".notebook-state .state")).to_have_text("Ready", timeout=KERNEL_MS)
        expect(outputs).to_contain_text(f"line {LINES - 1}", timeout=KERNEL_MS)
        assert broker_of(modest) != broker
        lines = outputs.locator("pre.stream-text").inner_text().split("\n")
        assert [line for line in lines if line] == [f"line {i}" for i in range(LINES)]
        write(page, 2, "i + 1")
        page.keyboard.press("Shift+Enter")
        expect(page.locator(".cell").nth(1).locator(".outputs")).to_have_text(str(LINES))


SIZES = {"phone": (360, 740), "desktop": (1440, 900)}


@pytest.fixture(scope="module")
def admin(browser: Browser, small: Place) -> Any:
    """The admin's cookies."""
    with signed_in(browser, small, ADMIN) as (page,):
        return page.context.storage_state()


@pytest.mark.parametrize(("light", "language"), SCREENS)
@pytest.mark.parametrize("size", SIZES)
def test_the_page_fits_everywhere(
    size: str, light: str, language: str, browser: Browser, small: Place, admin: Any
) -> None:
    width, height = SIZES[size]
    screen: dict[str, Any] = {
        "base_url": small.address,
        "locale": LANGUAGES[language],
        "color_scheme": light,
        "viewport": {"width": width, "height": height},
        "reduced_motion": "reduce",
    }
    with browser.new_context(**screen, storage_state=admin) as context:
        page = context.new_page()
        page.goto("/running/")
        expect(page.locator("#running-fence")).to_be_visible()
        folder = os.environ.get("LOOKIN_PICTURES")
        if folder and folder != "docs/images":
            name = f"running-{size}-{light}-{language}.png"
            page.screenshot(path=Path(ROOT / folder / name), full_page=True)
        across = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert across <= 0
