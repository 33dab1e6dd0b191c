"""A classroom device in Chromium: the door, one person after another, leaving, going quiet."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser.camera import chromium, film, framed
from tests.browser.conftest import ADMIN, MEMBER, sign_in, watch_console
from tests.browser.laptop import LOOK_MS
from tests.browser.place import Place, running_place
from tests.browser.stored_faces import enrol_portrait
from tests.browser.test_notebook_page import KERNEL_MS, write

SECOND = ("haneul", "a window seat at dusk")
UNTIL_TOLD = """import os, time
print('begun')
while not os.path.exists('go on'): time.sleep(.05)
print('went on', 6 * 7)"""
STRAY = "drafts, copied cells and flash words of the last person"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place with an admin and two members."""
    options = {"LOOKIN_PLACE_NAME": "Class 3, Python", "LOOKIN_TIME_ZONE": "Asia/Seoul"}
    with running_place(tmp_path_factory.mktemp("school"), **options) as running:
        running.add_person(*ADMIN, role="admin")
        running.add_person(*MEMBER)
        running.add_person(*SECOND)
        yield running


@pytest.fixture(scope="module")
def device(school: Place, browser: Browser) -> dict[str, Any]:
    """The cookies of a browser that the admin registered through the page of people."""
    with browser.new_context(base_url=school.address, locale="en-GB") as context:
        page = context.new_page()
        sign_in(page, ADMIN)
        page.goto("/people/#devices")
        form = page.locator("#devices form", has_text="Register this device")
        form.get_by_label("What to call this device").fill("창가 둘째 줄 👩‍🏫")
        form.get_by_label("Signed out after quiet minutes").fill("10")
        form.get_by_role("button", name="Register this device").click()
        expect(page.get_by_text("This device belongs to the classroom now.")).to_be_visible()
        expect(page.locator(".classroom-devices")).to_contain_text("창가 둘째 줄 👩‍🏫")
        page.get_by_role("button", name=re.compile("^Sign operator out|Leave")).click()
        page.wait_for_url("**/login")
        state = dict(context.storage_state())
    state["cookies"] = [c for c in state["cookies"] if "device" in c["name"]]
    return state


@contextlib.contextmanager
def sitting(browser: Browser, school: Place, device: dict[str, Any], **more: Any) -> Iterator[Page]:
    """A page of the classroom's browser, whose console must stay free of errors."""
    more = {"locale": "en-GB", **more}
    context: BrowserContext = browser.new_context(
        base_url=school.address, storage_state=device, **more
    )
    page = context.new_page()
    wrong = watch_console(page)
    yield page
    context.close()
    assert not wrong, wrong


@pytest.fixture
def seat(browser: Browser, school: Place, device: dict[str, Any]) -> Iterator[Page]:
    """The classroom's browser at its door."""
    with sitting(browser, school, device) as page:
        yield page


def enter(page: Page, person: tuple[str, str]) -> None:
    """Sign in by name and password, which is folded away there."""
    page.goto("/login")
    if not page.locator("input[name=password]").is_visible():
        page.locator(".signin-typing > summary").click()
    page.fill("input[name=username]", person[0])
    page.fill("input[name=password]", person[1])
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/service")
    mounted(page)


def mounted(page: Page) -> None:
    """Wait until the way out answers to its key."""
    page.wait_for_selector(".leave[data-mounted]")


def move_back(school: Place, minutes: float) -> None:
    """Whoever is there was last seen so long ago."""
    with contextlib.closing(sqlite3.connect(school.home / "lookin.sqlite3", timeout=20)) as rows:
        rows.execute(
            "UPDATE accounts_classroomvisit SET seen_at = datetime(seen_at, ?)"
            " WHERE ended_at IS NULL",
            (f"-{round(60 * minutes)} seconds",),
        )
        rows.commit()


def stores(page: Page) -> int:
    """How many things this browser keeps for the site."""
    return int(page.evaluate("() => localStorage.length + sessionStorage.length"))


def test_the_door_is_the_ring_and_the_clock(seat: Page) -> None:
    seat.goto("/login")
    expect(seat.locator(".door-clock")).to_have_text(re.compile(r"\d?\d:\d\d"))
    expect(seat.locator(".eye")).to_be_visible()
    expect(seat.get_by_text("Your teacher sees when you sign in and out here.")).to_be_visible()
    expect(seat.locator("input[name=password]")).to_be_hidden()
    box, height = seat.locator(".eye").bounding_box(), seat.viewport_size
    assert box is not None
    assert height is not None
    assert box["y"] + box["height"] < height["height"]


def test_two_people_one_after_the_other_and_nothing_of_the_first_remains(seat: Page) -> None:
    enter(seat, MEMBER)
    seat.get_by_role("button", name="New").first.click()
    seat.wait_for_url("**/notebooks/*")
    mounted(seat)
    expect(seat.locator(".cell")).to_have_count(1)
    write(seat, 1, "secret = 'of mina'")
    notebook = seat.url
    seat.evaluate(f"() => localStorage.setItem('lookin.unsent.x', {STRAY!r})")
    seat.evaluate(f"() => sessionStorage.setItem('lookin.copied', {STRAY!r})")
    seat.get_by_role("button", name="Leave").click()
    seat.wait_for_url("**/login")
    seat.wait_for_selector("[data-module=door][data-mounted]")
    assert stores(seat) == 0
    for _ in range(2):
        seat.go_back()
        seat.wait_for_url("**/login")
        expect(seat.get_by_text("secret")).to_have_count(0)
    enter(seat, SECOND)
    assert seat.goto(notebook).status == 404  # type: ignore[union-attr]
    assert "mina" not in seat.content()
    enter_again = seat.context.new_page()
    enter_again.goto("/login")
    enter_again.wait_for_url("**/service")  # the second person, in another tab
    seat.goto("/service")
    mounted(seat)
    seat.get_by_role("button", name="Leave").click()
    seat.wait_for_url("**/login")
    enter_again.wait_for_url("**/login")  # the other tab follows by itself


def test_what_was_typed_last_is_sent_before_one_leaves(seat: Page) -> None:
    enter(seat, MEMBER)
    seat.get_by_role("button", name="New").first.click()
    seat.wait_for_url("**/notebooks/*")
    mounted(seat)
    notebook = seat.url
    write(seat, 1, "typed_at_the_last_moment = 1")
    seat.keyboard.press("Alt+l")
    expect(seat.get_by_text("Press Alt L once more to leave.")).to_be_visible()
    seat.keyboard.press("Alt+l")
    seat.wait_for_url("**/login")
    enter(seat, MEMBER)
    seat.goto(notebook)
    expect(seat.locator(".cell").first).to_contain_text("typed_at_the_last_moment")


def test_who_goes_quiet_is_signed_out_and_the_cell_runs_on(seat: Page, school: Place) -> None:
    enter(seat, MEMBER)
    seat.get_by_role("button", name="New").first.click()
    seat.wait_for_url("**/notebooks/*")
    mounted(seat)
    notebook = seat.url
    write(seat, 1, UNTIL_TOLD)
    seat.keyboard.press("Control+Enter")
    expect(seat.locator(".outputs").first).to_contain_text("begun", timeout=KERNEL_MS)
    move_back(school, 11)
    seat.wait_for_url("**/login", timeout=KERNEL_MS)
    for workspace in (school.home / "workspaces").iterdir():
        (workspace / "go on").touch()
    enter(seat, MEMBER)
    seat.goto(notebook)
    expect(seat.locator(".outputs").first).to_contain_text("went on 42", timeout=KERNEL_MS)


def test_a_warning_comes_first_and_any_key_stays(seat: Page, school: Place) -> None:
    seat.clock.install()
    enter(seat, MEMBER)
    move_back(school, 9.3)
    seat.clock.run_for(9.3 * 60_000)
    warning = seat.locator(".stay-warning")
    expect(warning).to_be_visible()
    expect(warning).to_contain_text(re.compile(r"in \d\d seconds"))
    for _ in range(20):  # what comes at the same moment as a question is not heard
        seat.keyboard.press("Shift")
        if warning.is_hidden():
            break
        seat.wait_for_timeout(300)
    expect(warning).to_be_hidden()
    assert seat.url.endswith("/service")


def test_a_device_that_is_removed_signs_out_who_sits_there(browser: Browser, school: Place) -> None:
    with (
        browser.new_context(base_url=school.address, locale="en-GB") as context,
        browser.new_context(base_url=school.address, locale="en-GB") as office,
    ):
        page = context.new_page()
        sign_in(page, ADMIN)
        page.goto("/people/#devices")
        page.get_by_label("What to call this device").last.fill("Soon gone")
        page.get_by_role("button", name="Register this device").click()
        page.locator(".leave button").click()
        page.wait_for_url("**/login")
        enter(page, SECOND)
        desk = office.new_page()
        sign_in(desk, ADMIN)
        desk.goto("/people/#devices")
        row = desk.locator(".classroom-devices > li", has_text="Soon gone")
        row.locator("summary").click()
        row.get_by_role("button", name="Forget").click()
        page.wait_for_url("**/login")
        expect(page.locator("body")).not_to_have_class(re.compile("signin-classroom"))


def test_the_list_says_who_was_there_and_can_be_downloaded(
    seat: Page, browser: Browser, school: Place, tmp_path: Path
) -> None:
    enter(seat, MEMBER)
    with browser.new_context(base_url=school.address, locale="en-GB") as office:
        page = office.new_page()
        sign_in(page, ADMIN)
        page.goto("/attendance/")
        row = page.locator(".attendance tbody tr", has_text="mina")
        expect(row).to_contain_text("here")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Download as CSV").click()
        file = tmp_path / "list.csv"
        waiting.value.save_as(file)
        assert re.fullmatch(r"attendance-\d{4}-\d\d-\d\d\.csv", waiting.value.suggested_filename)
        text = file.read_bytes().decode("utf-8-sig")
        assert "mina" in text
        assert "operator" not in text


@pytest.mark.models
@pytest.mark.parametrize("before", ["wall", "obama"])
def test_the_camera_sees_whether_one_has_gone(
    before: str, school: Place, device: dict[str, Any], playwright: Playwright, tmp_path: Path
) -> None:
    from tests.portraits import portraits

    files = portraits()
    enrol_portrait(school, MEMBER[0], framed(files["obama"]), tmp_path)
    noise = Image.effect_noise((640, 480), 20).convert("RGB")
    shown = film(noise if before == "wall" else framed(files["obama"]), tmp_path / "shown.mjpeg")
    with (
        chromium(playwright, shown) as browser,
        sitting(browser, school, device, permissions=["camera"]) as page,
    ):
        enter(page, MEMBER)
        page.keyboard.press("Alt+l")
        if before == "wall":
            page.wait_for_url("**/login", timeout=LOOK_MS)
            return
        hint = page.get_by_text("Press Alt L once more to leave.")
        expect(hint).to_be_visible(timeout=LOOK_MS)
        page.keyboard.press("Alt+l")
        page.wait_for_url("**/login")
